package dev.sandkeep.bootstrap;

import dev.sandkeep.bootstrap.config.ConfigException;
import dev.sandkeep.bootstrap.config.ServerConfig;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the server, and stops it cleanly on SIGTERM and Ctrl-C. */
public final class Main {

    private static final Logger log = LoggerFactory.getLogger(Main.class);

    private Main() {}

    public static void main(String[] arguments) {
        Map<String, String> environment = System.getenv();
        try {
            ServerConfig config = ServerConfig.from(environment);
            log.info("Configuration: {}", ServerConfig.describe(environment));
            SandboxServer server = SandboxServer.start(config);
            Runtime.getRuntime().addShutdownHook(new Thread(server::close, "shutdown"));
            System.out.println(Banner.of(config, server.port()));
        } catch (ConfigException wrong) {
            System.err.println("Sandkeep cannot start: " + wrong.getMessage());
            System.exit(2);
        } catch (RuntimeException failed) {
            log.error("Sandkeep cannot start", failed);
            System.exit(1);
        }
    }
}
