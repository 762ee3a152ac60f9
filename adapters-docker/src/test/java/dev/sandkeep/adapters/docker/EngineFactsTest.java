package dev.sandkeep.adapters.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.github.dockerjava.api.model.Info;
import com.github.dockerjava.api.model.Version;
import com.github.dockerjava.core.DockerClientConfig;
import dev.sandkeep.application.port.RuntimeCapability;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EngineFactsTest {

    private static EngineFacts facts(String api, String info) {
        return EngineFacts.of(
                read("{'ApiVersion':'" + api + "','Os':'linux','Arch':'amd64'}", Version.class),
                read(info, Info.class));
    }

    private static <T> T read(String json, Class<T> type) {
        try {
            return DockerClientConfig.getDefaultObjectMapper().readValue(json.replace('\'', '"'), type);
        } catch (JsonProcessingException wrong) {
            throw new AssertionError("The test gives no JSON", wrong);
        }
    }

    @ParameterizedTest
    @CsvSource({"1.41, 1.41, false", "1.44, 1.44, false", "1.45, 1.45, true", "1.51, 1.45, true"})
    void theNewestVersionThatBothSpeakIsSpoken(String theirs, String spoken, boolean subpaths) {
        EngineFacts facts = facts(theirs, "{}");

        assertThat(facts.api().getVersion()).isEqualTo(spoken);
        assertThat(facts.mountsSubpaths()).isEqualTo(subpaths);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'Driver':'overlay2','DriverStatus':[['Backing Filesystem','extfs']]} | false",
                "{'Driver':'overlay2','DriverStatus':[['Backing Filesystem','xfs']]}   | true",
                "{'Driver':'btrfs'}                                                    | true",
                "{'Driver':'overlayfs'}                                                | false",
                "{}                                                                    | false"
            })
    void storageIsLimitedOnlyByDriversThatCan(String info, boolean limited) {
        assertThat(facts("1.41", info).capabilities(DockerConfig.Gpu.OFF).contains(RuntimeCapability.EPHEMERAL_STORAGE))
                .isEqualTo(limited);
    }

    @Test
    void gpusAreThereIfTheEngineOrTheOperatorSaysSo() {
        EngineFacts without = facts("1.41", "{'Runtimes':{'runc':{'path':'runc'}}}");
        EngineFacts with = facts("1.41", "{'Runtimes':{'nvidia':{'path':'nvidia-container-runtime'}}}");

        assertThat(without.capabilities(DockerConfig.Gpu.AUTO)).doesNotContain(RuntimeCapability.GPU);
        assertThat(without.capabilities(DockerConfig.Gpu.ON)).contains(RuntimeCapability.GPU);
        assertThat(with.capabilities(DockerConfig.Gpu.AUTO)).contains(RuntimeCapability.GPU);
        assertThat(with.capabilities(DockerConfig.Gpu.OFF)).doesNotContain(RuntimeCapability.GPU);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'CgroupDriver':'cgroupfs','CgroupVersion':'1'}                                      | true",
                "{}                                                                                   | true",
                "{'CgroupDriver':'systemd','CgroupVersion':'2','SecurityOptions':['name=rootless']}   | true",
                "{'CgroupDriver':'none','CgroupVersion':'2','SecurityOptions':['name=rootless']}      | false",
                "{'CgroupDriver':'cgroupfs','CgroupVersion':'1','SecurityOptions':['name=rootless']}  | false"
            })
    void pausingNeedsAControlGroup(String info, boolean pauses) {
        EngineFacts facts = facts("1.41", info);

        assertThat(facts.pauses()).isEqualTo(pauses);
        assertThat(facts.capabilities(DockerConfig.Gpu.OFF).contains(RuntimeCapability.PAUSE))
                .isEqualTo(pauses);
    }

    @ParameterizedTest
    @CsvSource({"1.41, true, true", "1.41, false, false", "1.48, false, true"})
    void anEngineThatDoesNotFilterBridgesIsRecognised(String api, boolean told, boolean filters) {
        assertThat(facts(api, "{'BridgeNfIptables':" + told + "}").filtersBridges())
                .isEqualTo(filters);
    }

    @ParameterizedTest
    @CsvSource({"Engine, true", "Podman Engine, false"})
    void podmanDoesNotKeepContainersOnOneNetworkApart(String component, boolean separates) {
        Version version = read("{'ApiVersion':'1.41','Components':[{'Name':'" + component + "'}]}", Version.class);

        assertThat(EngineFacts.of(version, read("{}", Info.class)).separatesContainers())
                .isEqualTo(separates);
    }
}
