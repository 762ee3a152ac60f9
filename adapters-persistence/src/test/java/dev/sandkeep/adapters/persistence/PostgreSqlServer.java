package dev.sandkeep.adapters.persistence;

import dev.sandkeep.adapters.persistence.PersistenceConfig.PostgreSql;
import dev.sandkeep.testkit.fixture.FreePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** A PostgreSQL server for one test class, of the programs that the distribution installed, on a free loopback port. */
final class PostgreSqlServer implements AutoCloseable {

    private static final Path INSTALLED = Path.of("/usr/lib/postgresql");
    private static final String USER = "sandkeep";

    private final Path programs = findPrograms();
    private final Path directory;
    private final String password = UUID.randomUUID().toString();
    private final int port = FreePort.find();
    private final boolean root;

    private PostgreSqlServer() throws IOException {
        directory = Files.createTempDirectory("sandkeep-postgresql");
        root = Files.getOwner(directory).getName().equals("root");
    }

    static PostgreSqlServer start() throws IOException {
        PostgreSqlServer server = new PostgreSqlServer();
        Path passwordFile = Files.writeString(server.directory.resolve("password"), server.password);
        server.giveAway(server.directory);
        server.giveAway(passwordFile);
        server.run("initdb", "-D", server.data(), "-U", USER, "--auth=scram-sha-256", "--pwfile=" + passwordFile);
        String options = "-c listen_addresses=127.0.0.1 -c port=" + server.port + " -c unix_socket_directories=''";
        server.run(
                "pg_ctl",
                "-D",
                server.data(),
                "-w",
                "-l",
                server.directory.resolve("log").toString(),
                "-o",
                options,
                "start");
        return server;
    }

    PostgreSql storage() {
        return new PostgreSql("jdbc:postgresql://127.0.0.1:" + port + "/postgres", USER, password);
    }

    @Override
    public void close() throws IOException {
        run("pg_ctl", "-D", data(), "-w", "-m", "fast", "stop");
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private String data() {
        return directory.resolve("data").toString();
    }

    private static Path findPrograms() throws IOException {
        if (Files.isDirectory(INSTALLED)) {
            try (Stream<Path> versions = Files.list(INSTALLED)) {
                return versions.map(version -> version.resolve("bin"))
                        .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                        .max(Comparator.naturalOrder())
                        .orElseThrow(PostgreSqlServer::missing);
            }
        }
        throw missing();
    }

    private static IllegalStateException missing() {
        return new IllegalStateException(
                "This test needs the programs of PostgreSQL below " + INSTALLED + ": apt-get install postgresql");
    }

    /** PostgreSQL refuses to run as root, so then the user that its package made has to own the files. */
    private void giveAway(Path path) throws IOException {
        if (root) {
            UserPrincipalLookupService users = path.getFileSystem().getUserPrincipalLookupService();
            Files.getFileAttributeView(path, PosixFileAttributeView.class)
                    .setOwner(users.lookupPrincipalByName("postgres"));
        }
    }

    private void run(String program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        if (root) {
            command.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"));
        }
        command.add(programs.resolve(program).toString());
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile("sandkeep-" + program, ".log");
        int code = new ProcessBuilder(command)
                .directory(Path.of("/").toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start()
                .onExit()
                .join()
                .exitValue();
        String said = Files.readString(output);
        Files.delete(output);
        if (code != 0) {
            throw new IllegalStateException(program + " ended with " + code + ": " + said);
        }
    }
}
