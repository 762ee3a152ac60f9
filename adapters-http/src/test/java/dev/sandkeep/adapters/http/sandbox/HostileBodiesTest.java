package dev.sandkeep.adapters.http.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.adapters.http.TestServer;
import dev.sandkeep.adapters.http.TestServer.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Whatever is sent instead of a proper create request: it is refused, quickly, in words, and leaves nothing behind. */
class HostileBodiesTest {

    private static final List<Duration> TIMES = Collections.synchronizedList(new ArrayList<>());

    /** A proper request, field by field. */
    private static final Map<String, String> PROPER = new LinkedHashMap<>(Map.of(
            "image", "{\"uri\":\"python:3.11\",\"auth\":{\"username\":\"u\",\"password\":\"p\"}}",
            "timeout", "600",
            "resourceLimits", "{\"cpu\":\"500m\",\"memory\":\"512Mi\"}",
            "entrypoint", "[\"python\",\"/app/main.py\"]",
            "env", "{\"A\":\"1\"}",
            "metadata", "{\"name\":\"x\"}",
            "volumes", "[{\"name\":\"v\",\"mountPath\":\"/v\",\"pvc\":{\"claimName\":\"c\"}}]",
            "platform", "{\"os\":\"linux\",\"arch\":\"amd64\"}",
            "extensions", "{\"a\":\"b\"}"));

    /** What no field accepts. */
    private static final List<String> NOWHERE = List.of(
            "7.5",
            "-1",
            "true",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "[[]]",
            "[{}]",
            "[null]",
            "\"; rm -rf /\"",
            "{\"\":{}}",
            "[1,2,3]",
            "1e400",
            "-0.0",
            "\"${jndi:ldap://x}\"",
            "{\"__proto__\":{}}",
            "[\"\\u0000\"]",
            "{\"a\":\"\\u0000\"}",
            "{\"a\\nb\":7}",
            "\"\\u202e\"",
            "{\"$ne\":1}");

    private static final List<String> HOSTILE_FIELDS = List.of(
            "\"timeout\":59",
            "\"timeout\":9223372036854775807",
            "\"timeout\":1e18",
            "\"timeout\":\"600 \"",
            "\"image\":{\"uri\":\"-v /:/host\"}",
            "\"image\":{\"uri\":\"a b\"}",
            "\"image\":{\"uri\":\"http://x/y\"}",
            "\"image\":{\"uri\":\"" + "a".repeat(600) + "\"}",
            "\"image\":{\"uri\":\"a:b:c\"}",
            "\"image\":{\"uri\":\"python\",\"auth\":{\"username\":\"\",\"password\":\"\"}}",
            "\"resourceLimits\":{\"memory\":\"-1\"}",
            "\"resourceLimits\":{\"cpu\":\"1e99\"}",
            "\"resourceLimits\":{\"memory\":\"99999999999999999999\"}",
            "\"resourceLimits\":{\"pids\":\"0\"}",
            "\"resourceLimits\":{\"__proto__\":\"1\"}",
            "\"entrypoint\":[\"\"]",
            "\"entrypoint\":[\" \",\"a\"]",
            "\"entrypoint\":[\"" + "a".repeat(70_000) + "\"]",
            "\"env\":{\"\":\"x\"}",
            "\"env\":{\"A=B\":\"x\"}",
            "\"env\":{\"A\":\"" + "a".repeat(140_000) + "\"}",
            "\"metadata\":{\"opensandbox.io/id\":\"x\"}",
            "\"metadata\":{\"sandkeep.dev/id\":\"x\"}",
            "\"metadata\":{\"a\":\"\\u001b[31m\"}",
            "\"metadata\":{\"a\":\"" + "a".repeat(64) + "\"}",
            "\"platform\":{\"os\":\"linux\",\"arch\":\"../x\"}",
            "\"snapshotId\":\"x\"",
            "\"secureAccess\":true",
            "\"credentialProxy\":{\"enabled\":true}",
            "\"extensions\":{\"poolRef\":\"x\"}",
            "\"networkPolicy\":{\"defaultAction\":\"deny\"}",
            "\"networkPolicy\":{\"egress\":[{\"action\":\"allow\",\"target\":\"a\\u0000.example.com\"}]}",
            "\"networkPolicy\":{\"egress\":[{\"action\":\"deny\",\"target\":\"0177.0.0.1\"}]}",
            volume("/v", "/var/run/docker.sock"),
            volume("/v", "/proc"),
            volume("/v", "/srv/../etc"),
            volume("/v", "/srv:/etc"),
            volume("/v", "/srv,ro"),
            volume("/v", "/srv\\u0000"),
            volume("/v", "/srv\\n"),
            volume("/proc/self", "/srv"),
            volume("/", "/srv"),
            volume("/etc", "/srv"),
            volume("v", "/srv"),
            volume("/v/../../etc", "/srv"),
            volume("/v", "srv"),
            volume("/v", ""));

    private static TestServer server;

    private static String volume(String mountPath, String hostPath) {
        return "\"volumes\":[{\"name\":\"v\",\"mountPath\":\"" + mountPath + "\",\"host\":{\"path\":\"" + hostPath
                + "\"}}]";
    }

    @BeforeContainer
    static void start() {
        server = new TestServer();
    }

    @AfterContainer
    static void stop() {
        List<Duration> sorted = TIMES.stream().sorted().toList();
        server.close();
        assertThat(sorted).hasSizeGreaterThan(400);
        // Not the slowest one: that may be the machine's fault.
        assertThat(sorted.get(sorted.size() * 95 / 100)).isLessThan(Duration.ofMillis(100));
    }

    @Property(tries = 300)
    void aFieldWithAForeignValueIsRefused(@ForAll("wrongFields") String body) {
        assertRefused(body);
    }

    @Property(tries = 300)
    void oneHostileFieldSpoilsTheRequest(@ForAll("hostileFields") String body) {
        assertRefused(body);
    }

    @Property(tries = 300)
    void aBodyThatIsNoRequestIsRefused(@ForAll("noise") String body) {
        assertRefused(body);
    }

    @Provide
    Arbitrary<String> wrongFields() {
        return Combinators.combine(Arbitraries.of(PROPER.keySet()), Arbitraries.of(NOWHERE))
                .as((field, value) -> bodyWith("\"" + field + "\":" + value));
    }

    @Provide
    Arbitrary<String> hostileFields() {
        return Arbitraries.of(HOSTILE_FIELDS).map(HostileBodiesTest::bodyWith);
    }

    @Provide
    Arbitrary<String> noise() {
        String proper = bodyWith("\"timeout\":600");
        Arbitrary<String> cutOff =
                Arbitraries.integers().between(0, proper.length() - 1).map(end -> proper.substring(0, end));
        Arbitrary<String> followed = Arbitraries.strings().ofMinLength(1).map(tail -> proper + "x" + tail);
        Arbitrary<String> twice =
                Arbitraries.of(PROPER.keySet()).map(field -> proper.replaceFirst("\\{", "{\"" + field + "\":null,"));
        Arbitrary<String> deep = Arbitraries.integers().between(40, 20_000).map(depth -> "{\"a\":".repeat(depth));
        Arbitrary<String> wide = Arbitraries.integers()
                .between(5_000, 50_000)
                .map(length -> bodyWith("\"entrypoint\":[" + "1,".repeat(length) + "1]"));
        Arbitrary<String> many = Arbitraries.integers()
                .between(1_000, 10_000)
                .map(count -> bodyWith("\"metadata\":{" + manyEntries(count) + "}"));
        return Arbitraries.oneOf(cutOff, followed, twice, deep, wide, many, Arbitraries.strings());
    }

    private static String manyEntries(int count) {
        return IntStream.range(0, count).mapToObj(i -> "\"k" + i + "\":\"v\"").collect(Collectors.joining(","));
    }

    /** A proper request but for one field. */
    private static String bodyWith(String field) {
        String name = field.substring(0, field.indexOf(':'));
        return PROPER.entrySet().stream()
                .filter(entry -> !name.equals("\"" + entry.getKey() + "\""))
                .map(entry -> "\"" + entry.getKey() + "\":" + entry.getValue())
                .collect(Collectors.joining(",", "{" + field + ",", "}"));
    }

    private static void assertRefused(String body) {
        long begin = System.nanoTime();
        Answer answer = server.post("/v1/sandboxes", body);
        TIMES.add(Duration.ofNanos(System.nanoTime() - begin));

        assertThat(answer.status()).isBetween(400, 499);
        assertThat(answer.code()).matches("[A-Z_]+");
        assertThat(answer.message()).isNotBlank().hasSizeLessThan(4_000);
        assertThat(answer.header("X-Request-ID")).isNotBlank();
        assertThat(server.queue.submitted).isEmpty();
        assertThat(server.repository.listLive()).isEmpty();
        assertThat(server.runtime.observeAll()).isEmpty();
    }
}
