package dev.sandkeep.bench;

import dev.sandkeep.adapters.persistence.PersistenceConfig;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The routes that need no engine, on a database that is full of running sandboxes. The engine is one that is not there,
 * so that nothing is concluded about their containers.
 */
final class Serving {

    private static final int RECORDED = 10_000;

    private final List<String> command;

    Serving(List<String> command) {
        this.command = command;
    }

    /** The rows of a table for one kind of database. */
    List<String> rows(Path data, PersistenceConfig.Storage storage) throws Exception {
        String name = storage instanceof PersistenceConfig.PostgreSql ? "PostgreSQL" : "H2";
        List<SandboxId> ids = Seed.running(data, storage, RECORDED);
        Map<String, String> settings = new HashMap<>(Map.of("SANDKEEP_DOCKER_HOST", "unix:///nowhere/engine.sock"));
        if (storage instanceof PersistenceConfig.PostgreSql postgreSql) {
            settings.put("SANDKEEP_DATABASE_URL", postgreSql.url());
            settings.put("SANDKEEP_DATABASE_USER", postgreSql.user());
            settings.put("SANDKEEP_DATABASE_PASSWORD", postgreSql.password());
        }
        try (Server server = Server.start(command, data, settings)) {
            Reading clients = new Reading(server);
            Random any = new Random(1);
            Instant later = Instant.now().plus(Duration.ofHours(2));
            List<String> rows = new ArrayList<>(List.of(
                    clients.row(name + ", one by its id", i -> "/v1/sandboxes/" + ids.get(i * 7 % RECORDED)),
                    clients.row(name + ", a page of 100", i -> "/v1/sandboxes?pageSize=100&page=" + (1 + i % 50)),
                    clients.row(
                            name + ", a page of 100 by state and metadata",
                            i -> "/v1/sandboxes?state=Running&pageSize=100&metadata=team%3Dteam-" + i % 10),
                    clients.write(
                            name + ", renew",
                            i -> server.renew(ids.get(any.nextInt(RECORDED)).value(), later.plusMillis(i))),
                    clients.write(
                            name + ", patch metadata",
                            i -> server.patchMetadata(
                                    ids.get(any.nextInt(RECORDED)).value(), "{\"step\": \"" + i + "\"}"))));
            rows.addAll(new Watching(server).rows(name, ids.getFirst().value()));
            return rows;
        }
    }
}
