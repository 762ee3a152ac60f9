package dev.sandkeep.adapters.persistence;

import static dev.sandkeep.testkit.fixture.Specs.aSpec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.sandbox.Environment;
import dev.sandkeep.domain.sandbox.ImageRef;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxSpec;
import dev.sandkeep.domain.sandbox.SnapshotId;
import dev.sandkeep.domain.sandbox.Source;
import dev.sandkeep.testkit.fixture.StoredSandboxes;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SpecJsonTest {

    static List<SandboxSpec> specs() {
        return StoredSandboxes.ofEveryKind().stream().map(Sandbox::spec).toList();
    }

    @ParameterizedTest
    @MethodSource("specs")
    void everyFieldIsKept(SandboxSpec spec) {
        Environment env = SpecJson.readEnvironment(SpecJson.write(spec.env()));
        assertThat(SpecJson.readSpec(SpecJson.write(spec)).withEnv(env)).isEqualTo(spec);
    }

    @Test
    void theEnvironmentIsNotPartOfTheText() {
        SandboxSpec spec = aSpec().env("TOKEN", "hunter2").build();
        assertThat(SpecJson.write(spec)).doesNotContain("TOKEN", "hunter2");
    }

    @Test
    void whatHasItsDefaultValueIsLeftOut() {
        SandboxSpec spec = aSpec().image("busybox").entrypoint("true").build();
        assertThat(SpecJson.write(spec)).isEqualTo("""
                {"image":"busybox","entrypoint":["true"]}""");
    }

    @Test
    void aSnapshotIsWrittenInsteadOfAnImage() {
        SnapshotId id = new SnapshotId("11111111-1111-4111-8111-111111111111");
        SandboxSpec spec = aSpec().snapshot(id).entrypoint("true").build();

        String text = SpecJson.write(spec);

        assertThat(text).isEqualTo("""
                {"snapshotId":"11111111-1111-4111-8111-111111111111","entrypoint":["true"]}""");
        assertThat(SpecJson.readSpec(text)).isEqualTo(spec);
    }

    @Test
    void fieldsOfALaterVersionAreIgnored() {
        SandboxSpec spec = SpecJson.readSpec("""
                {"image":"busybox","entrypoint":["true"],"new":{"a":1},
                 "volumes":[{"type":"host","name":"a","mountPath":"/mnt","path":"/srv","new":1}]}""");
        assertThat(spec.source()).isEqualTo(new Source.Image(ImageRef.parse("busybox"), false));
        assertThat(spec.volumes()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hunter2",
                "",
                "{\"image\":\"busybox\",\"entrypoint\":[\"hunter2\"]",
                "{\"image\":7,\"entrypoint\":[\"true\"]}",
                "{\"image\":\"busybox\",\"entrypoint\":[\"true\"],\"metadata\":{\"a\":null}}",
                "{\"image\":\"busybox\",\"entrypoint\":[\"true\"],\"volumes\":[{\"type\":\"new\",\"name\":\"a\","
                        + "\"mountPath\":\"/mnt\"}]}"
            })
    void whatIsNoSpecIsToldWithoutItsValue(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SpecJson.readSpec(text))
                .withMessageNotContaining("hunter2");
    }

    @Test
    void aSpecThatBreaksARuleIsRefused() {
        assertThatThrownBy(() -> SpecJson.readSpec("{\"image\":\"busybox\",\"entrypoint\":[]}"))
                .isInstanceOf(InvalidValue.class);
    }
}
