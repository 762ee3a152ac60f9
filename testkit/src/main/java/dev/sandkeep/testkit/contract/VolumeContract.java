package dev.sandkeep.testkit.contract;

import static dev.sandkeep.testkit.fixture.Specs.aSpec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.problem.Problem;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxSpec;
import org.junit.jupiter.api.Test;

/** What every {@link SandboxRuntime} promises about volumes. */
public interface VolumeContract {

    /** The runtime under test; the same one throughout a test. */
    SandboxRuntime runtime();

    /** A volume name that no other test uses. */
    String aVolumeName();

    boolean volumeExists(String claimName);

    @Test
    default void aVolumeThatIsToGoWithItsSandboxGoes() {
        String volume = aVolumeName();
        Sandbox sandbox = Launches.launched(runtime(), aSpec().namedVolume(volume, true, true));
        assertThat(volumeExists(volume)).isTrue();

        runtime().remove(sandbox.id());

        assertThat(volumeExists(volume)).isFalse();
        assertThat(runtime().observe(sandbox.id())).isInstanceOf(Observation.Missing.class);
    }

    @Test
    default void aVolumeThatWasMadeForAnotherSandboxStays() {
        String volume = aVolumeName();
        Sandbox first = Launches.launched(runtime(), aSpec().namedVolume(volume, true, false));
        Sandbox second = Launches.launched(runtime(), aSpec().namedVolume(volume, true, true));

        runtime().remove(first.id());
        runtime().remove(second.id());

        assertThat(volumeExists(volume)).isTrue();
    }

    @Test
    default void aVolumeThatIsMissingAndNotToBeMadeIsRefused() {
        SandboxSpec spec = aSpec().namedVolume(aVolumeName(), false, false).build();

        assertThatThrownBy(() -> runtime().admit(spec))
                .isInstanceOfSatisfying(
                        InvalidValue.class,
                        invalid -> assertThat(invalid.problems())
                                .extracting(Problem::field)
                                .containsExactly("volumes[0].pvc.claimName"));
    }

    @Test
    default void aHostDirectoryThatIsNotAllowedIsRefused() {
        assertThatThrownBy(() -> runtime().admit(aSpec().hostPath("/etc").build()))
                .isInstanceOfSatisfying(
                        InvalidValue.class,
                        invalid -> assertThat(invalid.problems())
                                .extracting(Problem::field)
                                .containsExactly("volumes[0].host.path"));
    }
}
