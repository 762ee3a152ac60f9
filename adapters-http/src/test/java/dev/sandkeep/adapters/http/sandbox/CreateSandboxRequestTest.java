package dev.sandkeep.adapters.http.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sandkeep.adapters.http.error.RefusedRequest;
import dev.sandkeep.adapters.http.json.Json;
import dev.sandkeep.domain.network.NetworkPolicy;
import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.problem.Problem;
import dev.sandkeep.domain.sandbox.ImageRef;
import dev.sandkeep.domain.sandbox.RegistryCredentials;
import dev.sandkeep.domain.sandbox.Source;
import dev.sandkeep.domain.volume.AccessMode;
import dev.sandkeep.domain.volume.MountPath;
import dev.sandkeep.domain.volume.StorageRequest;
import dev.sandkeep.domain.volume.SubPath;
import dev.sandkeep.domain.volume.Volume;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CreateSandboxRequestTest {

    private static final String MINIMAL = "\"image\":{\"uri\":\"python:3.11\"},\"timeout\":600,\"resourceLimits\":{},"
            + "\"entrypoint\":[\"python\"]";

    @Test
    void everyFieldReachesTheDomain() {
        CreateSandboxRequest request = parse("""
                {"image":{"uri":"python:3.11","auth":{"username":"u","password":"p"}},
                 "timeout":3600,
                 "resourceLimits":{"cpu":"500m","memory":"512Mi"},
                 "entrypoint":["python","/app/main.py",""],
                 "env":{"A":"1","EMPTY":"","DROPPED":null},
                 "metadata":{"name":"x"},
                 "platform":{"os":"Linux","arch":"ARM64"},
                 "networkPolicy":{"defaultAction":"allow","egress":[{"action":"deny","target":"bad.example.com"}]},
                 "volumes":[
                   {"name":"src","mountPath":"/src","readOnly":true,"subPath":"a","host":{"path":"/srv"}},
                   {"name":"data","mountPath":"/data","subPath":"","pvc":{"claimName":"c",
                    "deleteOnSandboxTermination":true,"storage":"1.5Gi","storageClass":"fast.ssd",
                    "accessModes":["ReadWriteOnce","ReadOnlyMany"]}},
                  {"name":"more","mountPath":"/more","pvc":{"claimName":"d",
                    "storage":null,"storageClass":null,"accessModes":null}}],
                 "extensions":{"storage.id":"x"},
                 "unknown":{"fields":["are","ignored"]}}""");

        assertThat(request.timeout()).isEqualTo(Duration.ofHours(1));
        assertThat(request.credentials()).isEqualTo(new RegistryCredentials("u", "p"));
        assertThat(request.spec().source()).isEqualTo(new Source.Image(ImageRef.parse("python:3.11"), true));
        assertThat(request.spec().resourceLimits().written()).isEqualTo(Map.of("cpu", "500m", "memory", "512Mi"));
        assertThat(request.spec().entrypoint().arguments()).containsExactly("python", "/app/main.py", "");
        assertThat(request.spec().env().variables()).isEqualTo(Map.of("A", "1", "EMPTY", ""));
        assertThat(request.spec().metadata().labels()).isEqualTo(Map.of("name", "x"));
        assertThat(request.spec().platform()).hasToString("linux/arm64");
        assertThat(request.spec().networkPolicy())
                .isEqualTo(NetworkPolicy.parse("allow", List.of(new NetworkPolicy.Draft("deny", "bad.example.com"))));
        assertThat(request.spec().volumes())
                .containsExactly(
                        new Volume.HostPath("src", new MountPath("/src"), true, new SubPath("a"), "/srv"),
                        new Volume.Named(
                                "data",
                                new MountPath("/data"),
                                false,
                                null,
                                "c",
                                true,
                                true,
                                new StorageRequest(
                                        "fast.ssd",
                                        "1.5Gi",
                                        List.of(AccessMode.READ_WRITE_ONCE, AccessMode.READ_ONLY_MANY))),
                        new Volume.Named("more", new MountPath("/more"), false, null, "d", true, false));
        assertThat(request.spec().extensions().entries()).isEqualTo(Map.of("storage.id", "x"));
        assertThat(request.toString()).doesNotContain("EMPTY", "\"p\"");
    }

    @Test
    void nullIsTheSameAsAbsentForEverythingOptional() {
        CreateSandboxRequest absent = parse("{" + MINIMAL + "}");
        CreateSandboxRequest nulls = parse("{" + MINIMAL + ",\"env\":null,\"metadata\":null,\"networkPolicy\":null,"
                + "\"volumes\":null,\"extensions\":null,\"platform\":null,\"snapshotId\":null,\"secureAccess\":null,"
                + "\"credentialProxy\":null}");

        assertThat(nulls).isEqualTo(absent);
        assertThat(absent.credentials()).isNull();
        assertThat(absent.spec().networkPolicy()).isNull();
    }

    @Test
    void anEmptyPolicyAllowsEverythingAndOneWithRulesDeniesTheRest() {
        assertThat(with("\"networkPolicy\":{}").spec().networkPolicy()).isEqualTo(NetworkPolicy.allowAll());
        assertThat(with("\"networkPolicy\":{\"egress\":null}").spec().networkPolicy())
                .isEqualTo(NetworkPolicy.allowAll());
        assertThat(with("\"networkPolicy\":{\"egress\":[]}").spec().networkPolicy())
                .returns(true, NetworkPolicy::restricts);
    }

    @ParameterizedTest
    @CsvSource({"600,PT10M", "'\"600\"',PT10M", "600.0,PT10M", "6e2,PT10M", "60,PT1M", "null,"})
    void aTimeoutMayBeWrittenInSeveralWays(String written, Duration timeout) {
        CreateSandboxRequest request = parse("{" + MINIMAL.replace("\"timeout\":600", "\"timeout\":" + written) + "}");

        assertThat(request.timeout()).isEqualTo(timeout);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "true",
                "59",
                "0",
                "-5",
                "60.5",
                "\"\"",
                "\"600s\"",
                "\"٦٠٠\"",
                "[600]",
                "1e999",
                "9223372036854775808",
                "1e-999",
                "\"99999999999999999999\"",
                "{}"
            })
    void anyOtherTimeoutIsRefused(String written) {
        String body = "{" + MINIMAL.replace("\"timeout\":600", "\"timeout\":" + written) + "}";

        assertThat(problems(body)).singleElement().returns("timeout", Problem::field);
    }

    @Test
    void allMissingFieldsAreNamedAtOnce() {
        assertThat(problems("{}"))
                .extracting(Problem::field)
                .containsExactlyInAnyOrder("image", "timeout", "resourceLimits", "entrypoint");
    }

    /** Each body has one thing wrong, which is told by the path of the field. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'image':'python'|image",
                "'image':{}|image.uri",
                "'image':{'uri':'  '}|image.uri",
                "'image':{'uri':7}|image.uri",
                "'image':{'uri':'../x'}|image.uri",
                "'image':{'uri':'a','auth':{'username':'u'}}|image.auth.password",
                "'image':{'uri':'a','auth':{'username':'u','password':7}}|image.auth.password",
                "'image':{'uri':'a','auth':'u:p'}|image.auth",
                "'resourceLimits':null|resourceLimits",
                "'resourceLimits':[]|resourceLimits",
                "'resourceLimits':{'cpu':1}|resourceLimits.cpu",
                "'resourceLimits':{'cpu':'lots'}|resourceLimits.cpu",
                "'resourceLimits':{'disk':'1Gi'}|resourceLimits",
                "'entrypoint':[]|entrypoint",
                "'entrypoint':'python'|entrypoint",
                "'entrypoint':['']|entrypoint[0]",
                "'entrypoint':['a',1]|entrypoint[1]",
                "'entrypoint':['a',null]|entrypoint[1]",
                "'entrypoint':['a\\ud800']|entrypoint[0]",
                "'entrypoint':['a\\u0000']|entrypoint[0]",
                "'env':{'A':1}|env.A",
                "'env':{'A=B':'1'}|env",
                "'env':{'A\\u0000':'1'}|env",
                "'env':[]|env",
                "'metadata':{'a':null}|metadata.a",
                "'metadata':{'a':1}|metadata.a",
                "'metadata':{'a b':'1'}|metadata",
                "'metadata':{'opensandbox.io/x':'1'}|metadata",
                "'platform':{'os':'linux'}|platform.arch",
                "'platform':{'os':'plan9','arch':'amd64'}|platform.os",
                "'networkPolicy':[]|networkPolicy",
                "'networkPolicy':{'defaultAction':'maybe'}|networkPolicy.defaultAction",
                "'networkPolicy':{'egress':[{'action':'allow'}]}|networkPolicy.egress[0].target",
                "'networkPolicy':{'egress':['x.org']}|networkPolicy.egress[0]",
                "'extensions':{'a':1}|extensions.a",
                "'extensions':{'a':'\\u0000'}|extensions.a",
                "'extensions':{'access.renew.extend.seconds':''}|extensions.access.renew.extend.seconds",
                "'extensions':{'poolRef':'p'}|extensions.poolRef",
                "'snapshotId':'s'|snapshotId",
                "'secureAccess':true|secureAccess",
                "'secureAccess':1|secureAccess",
                "'credentialProxy':{'enabled':true}|credentialProxy.enabled",
                "'volumes':{}|volumes",
                "'volumes':[7]|volumes[0]",
                "'volumes':[{'mountPath':'/a','host':{'path':'/a'}}]|volumes[0].name",
                "'volumes':[{'name':'a','host':{'path':'/a'}}]|volumes[0].mountPath",
                "'volumes':[{'name':'A','mountPath':'/a','host':{'path':'/a'}}]|volumes[0].name",
                "'volumes':[{'name':'a','mountPath':'a','host':{'path':'/a'}}]|volumes[0].mountPath",
                "'volumes':[{'name':'a','mountPath':'/proc','host':{'path':'/a'}}]|volumes[0].mountPath",
                "'volumes':[{'name':'a','mountPath':'/a','host':{'path':'a'}}]|volumes[0].host.path",
                "'volumes':[{'name':'a','mountPath':'/a','host':{}}]|volumes[0].host.path",
                "'volumes':[{'name':'a','mountPath':'/a','host':'/a'}]|volumes[0].host",
                "'volumes':[{'name':'a','mountPath':'/a'}]|volumes[0].host",
                "'volumes':[{'name':'a','mountPath':'/a','host':{'path':'/a'},'pvc':{'claimName':'c'}}]|volumes[0].host",
                "'volumes':[{'name':'a','mountPath':'/a','ossfs':{'bucket':'b'}}]|volumes[0].ossfs",
                "'volumes':[{'name':'a','mountPath':'/a','pvc':{}}]|volumes[0].pvc.claimName",
                "'volumes':[{'name':'a','mountPath':'/a','pvc':{'claimName':'C'}}]|volumes[0].pvc.claimName",
                "'volumes':[{'name':'a','mountPath':'/a','pvc':{'claimName':'c','storage':'1GB'}}]|volumes[0].pvc.storage",
                "'volumes':[{'name':'a','mountPath':'/a','pvc':{'claimName':'c','storage':'0.0Gi'}}]|volumes[0].pvc.storage",
                "'volumes':[{'name':'a','mountPath':'/a','pvc':{'claimName':'c','storage':1}}]|volumes[0].pvc.storage",
                "'volumes':[{'name':'a','mountPath':'/a','pvc':{'claimName':'c','storageClass':'A'}}]|volumes[0].pvc.storageClass",
                "'volumes':[{'name':'a','mountPath':'/a','pvc':{'claimName':'c','accessModes':'x'}}]|volumes[0].pvc.accessModes",
                "'volumes':[{'name':'a','mountPath':'/a','pvc':{'claimName':'c','accessModes':['rw']}}]|volumes[0].pvc.accessModes[0]",
                "'volumes':[{'name':'a','mountPath':'/a','readOnly':'yes','host':{'path':'/a'}}]|volumes[0].readOnly",
                "'volumes':[{'name':'a','mountPath':'/a','subPath':'../x','host':{'path':'/a'}}]|volumes[0].subPath",
            })
    void aWrongFieldIsNamed(String wrong, String field) {
        assertThat(problems(minimalBut(wrong.replace('\'', '"'))))
                .singleElement()
                .returns(field, Problem::field);
    }

    @Test
    void allProblemsOfAllFieldsAreFoundAtOnce() {
        String body = """
                {"image":{"uri":"","auth":{"username":1}},"timeout":1,"resourceLimits":{"cpu":"x","memory":"y"},
                 "entrypoint":[1,2],"env":{"A":1},"metadata":{"-":"1","b":"?"},
                 "volumes":[{"name":"A","mountPath":"x","subPath":"/y","host":{"path":"z"}}]}""";

        assertThat(problems(body))
                .extracting(Problem::field)
                .contains(
                        "image.uri",
                        "image.auth.username",
                        "image.auth.password",
                        "timeout",
                        "resourceLimits.cpu",
                        "resourceLimits.memory",
                        "entrypoint[0]",
                        "entrypoint[1]",
                        "env.A",
                        "metadata",
                        "metadata.b",
                        "volumes[0].name",
                        "volumes[0].mountPath",
                        "volumes[0].subPath");
    }

    @Test
    void noProblemRepeatsAValue() {
        String body = "{\"image\":{\"uri\":\"S3CRET!\",\"auth\":{\"username\":\"\",\"password\":\"S3CRET!\"}},"
                + "\"timeout\":\"S3CRET!\",\"resourceLimits\":{\"cpu\":\"S3CRET!\"},\"entrypoint\":\"S3CRET!\","
                + "\"env\":{\"A\":[\"S3CRET!\"]},\"metadata\":{\"a\":\"S3CRET!\"},\"networkPolicy\":\"S3CRET!\"}";

        assertThat(problems(body))
                .hasSizeGreaterThan(6)
                .noneSatisfy(problem -> assertThat(problem.toString()).contains("S3CRET!"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "nul",
                "{}{}",
                "{} x",
                "{\"a\":1,\"a\":2}",
                "{'a':1}",
                "{\"a\":NaN}",
                "\"\\x\"",
                "{\"a\":01}"
            })
    void whatIsNotExactlyOneJsonDocumentIsRefused(String body) {
        assertThatExceptionOfType(RefusedRequest.class).isThrownBy(() -> parse(body));
    }

    @Test
    void deepNestingAndLongNamesAreRefused() {
        assertThatExceptionOfType(RefusedRequest.class).isThrownBy(() -> parse("[".repeat(200_000)));
        assertThatExceptionOfType(RefusedRequest.class).isThrownBy(() -> parse("{\"" + "x".repeat(100_000) + "\":1}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "null", "[]", "7", "\"x\""})
    void aDocumentThatIsNoObjectIsRefused(String body) {
        assertThat(problems(body)).singleElement().returns("body", Problem::field);
    }

    private static CreateSandboxRequest with(String field) {
        return parse(minimalBut(field));
    }

    /** The minimal body, in which the field replaces the one of the same name, if there is one. */
    private static String minimalBut(String field) {
        String name = field.substring(0, field.indexOf(':') + 1);
        StringBuilder body = new StringBuilder("{").append(field);
        for (String required : List.of(
                "\"image\":{\"uri\":\"python:3.11\"}",
                "\"timeout\":600",
                "\"resourceLimits\":{}",
                "\"entrypoint\":[\"python\"]")) {
            if (!required.startsWith(name)) {
                body.append(',').append(required);
            }
        }
        return body.append('}').toString();
    }

    private static List<Problem> problems(String body) {
        try {
            parse(body);
        } catch (InvalidValue invalid) {
            return invalid.problems();
        }
        throw new AssertionError("was accepted: " + body);
    }

    private static CreateSandboxRequest parse(String body) {
        return CreateSandboxRequest.from(Json.parse(body.getBytes(StandardCharsets.UTF_8)));
    }
}
