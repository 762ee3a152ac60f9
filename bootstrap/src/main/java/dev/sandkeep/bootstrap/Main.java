package dev.sandkeep.bootstrap;

import dev.sandkeep.bootstrap.config.ConfigException;
import dev.sandkeep.bootstrap.config.OperationsConfig;
import dev.sandkeep.bootstrap.config.ServerConfig;
import java.util.Map;
import org.slf4j.LoggerFactory;

/** Starts the server, and stops it cleanly on SIGTERM and Ctrl-C. */
public final class Main {

    private Main() {}

    public static void main(String[] arguments) {
        Map<String, String> environment = System.getenv();
        try {
            ServerConfig config = ServerConfig.from(environment);
            configureLog(config.operations());
            LoggerFactory.getLogger(Main.class).info("Configuration: {}", ServerConfig.describe(environment));
            SandboxServer server = SandboxServer.start(config, environment);
            Runtime.getRuntime().addShutdownHook(new Thread(server::close, "shutdown"));
            System.out.println(Banner.of(config, server.port()));
        } catch (ConfigException wrong) {
            System.err.println("Sandkeep cannot start: " + wrong.getMessage());
            System.exit(2);
        } catch (RuntimeException failed) {
            LoggerFactory.getLogger(Main.class).error("Sandkeep cannot start", failed);
            System.exit(1);
        }
    }

    /** Before anybody asks for a logger, since the log reads this once (logback.xml). */
    private static void configureLog(OperationsConfig operations) {
        System.setProperty("sandkeep.log.format", operations.logFormat());
        System.setProperty("sandkeep.log.level", operations.logLevel());
    }
}
