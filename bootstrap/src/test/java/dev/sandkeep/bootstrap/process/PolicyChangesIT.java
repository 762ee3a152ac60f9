package dev.sandkeep.bootstrap.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sandkeep.bootstrap.process.GuardedServer.Sandbox;
import dev.sandkeep.bootstrap.process.RandomPolicyChanges.Change;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A policy that is changed again and again while the sandbox runs stays what a plain model of it says. */
@ExtendWith(StandInInternet.class)
class PolicyChangesIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int CHANGES = 1000;
    private static final int CHANGES_PER_LOOK_AT_PACKETS = 50;

    private static final Map<String, String> ADDRESSES = Map.of(
            "pypi.org", StandInInternet.GOOD,
            "good.example.com", StandInInternet.GOOD,
            "www.good.example.com", StandInInternet.GOOD,
            "bad.example.com", StandInInternet.BAD);

    @TempDir
    static Path directory;

    private static GuardedServer guarded;

    @BeforeAll
    static void start() throws IOException {
        guarded = new GuardedServer(directory);
    }

    @AfterAll
    static void end() {
        guarded.close();
    }

    @Test
    void randomChangesMeanTheSameToAPlainModel() {
        long seed = ThreadLocalRandom.current().nextLong();
        RandomPolicyChanges changes = new RandomPolicyChanges(seed);
        PolicyModel model = new PolicyModel();
        Sandbox sandbox = guarded.run(null);

        for (int i = 1; i <= CHANGES; i++) {
            Change change = changes.next(model);
            String history = "seed " + seed + ", change " + i + ": " + change;
            assertThat(sandbox.policy(change.method(), change.body()).status())
                    .as(history)
                    .isEqualTo(200);
            assertThat(sandbox.policy("GET", null).body().path("policy"))
                    .as(history)
                    .isEqualTo(shown(model));
            if (i % CHANGES_PER_LOOK_AT_PACKETS == 0) {
                assertPacketsAgree(sandbox, model, history + ", after which the policy is " + shown(model));
            }
        }

        assertThat(guarded.server().get(sandbox.id()).body().path("networkPolicy"))
                .as("the record; seed " + seed)
                .isEqualTo(shown(model));
    }

    private static JsonNode shown(PolicyModel model) {
        return JSON.valueToTree(model.shown());
    }

    private static void assertPacketsAgree(Sandbox sandbox, PolicyModel model, String history) {
        List<String> probes = new ArrayList<>(List.of("each"));
        List<String> expected = new ArrayList<>();
        // Names first: what they lead to is reachable from then on.
        ADDRESSES.forEach((name, address) -> {
            probes.add("dns " + name);
            expected.add(model.answer(name, address));
        });
        for (String address : List.of(StandInInternet.GOOD, StandInInternet.BAD)) {
            List<String> names = ADDRESSES.keySet().stream()
                    .filter(name -> address.equals(ADDRESSES.get(name)))
                    .toList();
            probes.add("tcp " + address + " 80");
            expected.add(model.connection(address, names));
        }

        assertThat(sandbox.probe(probes.toArray(String[]::new)))
                .as(history + "; asked: " + probes)
                .isEqualTo(String.join(", ", expected));
    }
}
