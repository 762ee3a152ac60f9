package dev.sandkeep.adapters.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.core.RemoteApiVersion;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;

class SnapshotImageTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** As engines tell it, with fields that the library's types do not have. */
    private static final String INSPECTED = """
            {"Id": "sha256:1", "Os": "linux", "Architecture": "arm64", "Variant": "v8", "Created": "2030-01-01T12:00:00Z",
             "Size": 70, "RootFS": {"Type": "layers", "Layers": ["sha256:a", "sha256:b"]},
             "Config": {"Env": ["PATH=/bin"], "Cmd": ["sh"], "User": "app", "WorkingDir": "/srv", "StopSignal": "SIGINT",
                        "Shell": ["/bin/bash", "-c"], "Labels": {"maintainer": "somebody"}}}""";

    private static ImageFacts facts() throws JsonProcessingException {
        ObjectMapper mapper =
                new EngineClientConfig(URI.create("unix:///x"), RemoteApiVersion.unknown()).getObjectMapper();
        return ImageFacts.of(mapper.readValue(INSPECTED, InspectImageResponse.class));
    }

    private static SnapshotImage image() throws JsonProcessingException {
        ImageFacts facts = facts();
        return new SnapshotImage(
                "snapshots.sandkeep.invalid/test:1",
                facts.os(),
                facts.architecture(),
                facts.variant(),
                facts.created(),
                SnapshotImage.config(facts.config(), Map.of("sandkeep.dev/instance", "test")),
                facts.layers());
    }

    @Test
    void everythingThatTheImageSaidIsKeptButItsLabels() throws IOException {
        JsonNode json = JSON.readTree(image().configuration());

        JsonNode expected = JSON.readTree(INSPECTED).path("Config");
        for (String field : List.of("Env", "Cmd", "User", "WorkingDir", "StopSignal", "Shell")) {
            assertThat(json.path("config").path(field)).as(field).isEqualTo(expected.path(field));
        }
        assertThat(json.path("config").path("Labels").toString()).isEqualTo("{\"sandkeep.dev/instance\":\"test\"}");
        assertThat(json.path("variant").asText()).isEqualTo("v8");
        assertThat(json.path("rootfs").path("diff_ids").toString()).isEqualTo("[\"sha256:a\",\"sha256:b\"]");
    }

    @Test
    void anArchiveWithoutLayersNamesThemAll() throws IOException {
        Map<String, String> files = filesOf(ImageArchives.withoutLayers(image()));

        assertThat(files).containsOnlyKeys("manifest.json", image().configurationFile());
        JsonNode manifest = JSON.readTree(files.get("manifest.json")).path(0);
        assertThat(manifest.path("Layers")).hasSize(2);
        assertThat(manifest.path("RepoTags").path(0).asText()).isEqualTo("snapshots.sandkeep.invalid/test:1");
        assertThat(manifest.path("Config").asText()).isEqualTo(image().configurationFile());
    }

    @Test
    void onlyTheLayersOfASavedImageArePassedOn() throws IOException {
        Map<String, String> saved = new TreeMap<>(Map.of(
                "a/layer.tar", "lowest",
                "b/layer.tar", "top",
                "b/json", "{\"config\":\"TOKEN\"}",
                "b/VERSION", "1.0",
                "old.json", "{\"config\":\"TOKEN\"}",
                "repositories", "{}",
                "index.json", "{}",
                "oci-layout", "{}",
                "manifest.json", "[{\"Config\":\"old.json\",\"Layers\":[\"a/layer.tar\",\"b/layer.tar\"]}]"));
        ByteArrayOutputStream copied = new ByteArrayOutputStream();

        ImageArchives.copyLayers(new ByteArrayInputStream(archiveOf(saved)), image(), copied);

        Map<String, String> files = filesOf(copied.toByteArray());
        assertThat(files).containsOnlyKeys("a/layer.tar", "b/layer.tar", "manifest.json", image().configurationFile());
        assertThat(files).containsEntry("a/layer.tar", "lowest").containsEntry("b/layer.tar", "top");
        assertThat(files.toString()).doesNotContain("TOKEN");
        assertThat(JSON.readTree(files.get("manifest.json"))
                        .path(0)
                        .path("Layers")
                        .toString())
                .isEqualTo("[\"a/layer.tar\",\"b/layer.tar\"]");
    }

    private static byte[] archiveOf(Map<String, String> files) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream archive = new TarArchiveOutputStream(bytes)) {
            for (Map.Entry<String, String> file : files.entrySet()) {
                byte[] content = file.getValue().getBytes(StandardCharsets.UTF_8);
                TarArchiveEntry entry = new TarArchiveEntry(file.getKey());
                entry.setSize(content.length);
                archive.putArchiveEntry(entry);
                archive.write(content);
                archive.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    private static Map<String, String> filesOf(byte[] bytes) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (TarArchiveInputStream archive = new TarArchiveInputStream(new ByteArrayInputStream(bytes))) {
            for (TarArchiveEntry entry = archive.getNextEntry(); entry != null; entry = archive.getNextEntry()) {
                files.put(entry.getName(), new String(archive.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return files;
    }
}
