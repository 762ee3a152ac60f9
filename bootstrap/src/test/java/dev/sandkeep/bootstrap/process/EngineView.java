package dev.sandkeep.bootstrap.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What is really there of one instance's sandboxes, asked of the engine itself. */
final class EngineView implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String url;
    private final String instance;
    private final String filter;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    EngineView(String url, String instance) {
        this.url = url;
        this.instance = instance;
        this.filter =
                URLEncoder.encode("{\"label\":[\"sandkeep.dev/instance=" + instance + "\"]}", StandardCharsets.UTF_8);
    }

    /** The names of all containers of the instance, whatever their state. */
    List<String> containers() {
        List<String> names = new ArrayList<>();
        ask("GET", "/containers/json?all=true&filters=" + filter)
                .forEach(container ->
                        names.add(container.path("Names").path(0).asText().substring(1)));
        return names;
    }

    /** The names of all volumes of the instance. */
    List<String> volumes() {
        List<String> names = new ArrayList<>();
        ask("GET", "/volumes?filters=" + filter)
                .path("Volumes")
                .forEach(volume -> names.add(volume.path("Name").asText()));
        return names;
    }

    /** The images of the instance, as the engine describes them in full. */
    List<JsonNode> images() {
        List<JsonNode> images = new ArrayList<>();
        ask("GET", "/images/json?filters=" + filter)
                .forEach(image ->
                        images.add(ask("GET", "/images/" + image.path("Id").asText() + "/json")));
        return images;
    }

    /** Makes a container that belongs to the instance and to no sandbox. */
    void container(String name) {
        ask("POST", "/containers/create?name=" + name, """
                {"Image": "sandkeep-test/busybox:1", "Entrypoint": ["sleep"], "Cmd": ["1000"],
                 "Labels": {"sandkeep.dev/instance": "%s"}}""".formatted(instance));
    }

    /** Whether the container has this file or directory. */
    boolean hasFile(String container, String path) {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(url + "/containers/" + container + "/archive?path=" + path))
                .HEAD()
                .build();
        try {
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while asking the engine", stopped);
        }
    }

    JsonNode inspect(String container) {
        return ask("GET", "/containers/" + container + "/json");
    }

    /** Removes everything of the instance, also what a failed test left. */
    void clear() {
        containers().forEach(name -> ask("DELETE", "/containers/" + name + "?force=true&v=true"));
        volumes().forEach(name -> ask("DELETE", "/volumes/" + name + "?force=true"));
        ask("GET", "/images/json?filters=" + filter)
                .forEach(image -> ask("DELETE", "/images/" + image.path("Id").asText() + "?force=true"));
        ask("GET", "/networks?filters=" + filter)
                .forEach(network ->
                        ask("DELETE", "/networks/" + network.path("Id").asText()));
    }

    JsonNode ask(String method, String path) {
        return ask(method, path, "");
    }

    JsonNode ask(String method, String path, String body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + path))
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            return JSON.readTree(
                    client.send(request, HttpResponse.BodyHandlers.ofString()).body());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while asking the engine", stopped);
        }
    }

    @Override
    public void close() {
        clear();
        client.close();
    }
}
