package dev.sandkeep.adapters.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Images as the archives that an engine reads. */
final class ImageArchives {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MANIFEST = "manifest.json";

    private ImageArchives() {}

    /** An archive without any layer: enough for an engine that looks for layers among those it has first. */
    static byte[] withoutLayers(SnapshotImage image) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream archive = new TarArchiveOutputStream(bytes)) {
            List<String> files = IntStream.range(0, image.layers().size())
                    .mapToObj(layer -> "layer-" + layer + "/layer.tar")
                    .toList();
            finish(archive, image, files);
        } catch (IOException impossible) {
            throw new UncheckedIOException("An archive could not be written into memory", impossible);
        }
        return bytes.toByteArray();
    }

    /**
     * Copies the layers of an archive, and puts another image on top of them. Passes the layers through without keeping
     * them.
     *
     * @param saved an archive of one image with the same layers, as an engine saved it
     */
    static void copyLayers(InputStream saved, SnapshotImage image, OutputStream to) throws IOException {
        List<String> files = List.of();
        try (TarArchiveInputStream in = new TarArchiveInputStream(saved);
                TarArchiveOutputStream out = new TarArchiveOutputStream(to)) {
            out.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            out.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                if (entry.getName().equals(MANIFEST)) {
                    files = layerFiles(JSON.readTree(in.readAllBytes()));
                } else if (mayBeLayer(entry)) {
                    out.putArchiveEntry(entry);
                    in.transferTo(out);
                    out.closeArchiveEntry();
                }
            }
            if (files.size() != image.layers().size()) {
                throw new IOException("The engine saved " + files.size() + " layers of "
                        + image.layers().size());
            }
            finish(out, image, files);
        }
    }

    /** Everything that describes the old image stays out, in both formats that engines write. */
    private static boolean mayBeLayer(TarArchiveEntry entry) {
        String name = entry.getName();
        boolean describes = name.endsWith(".json")
                || name.endsWith("/json")
                || name.endsWith("/VERSION")
                || name.equals("repositories")
                || name.equals("oci-layout");
        return !describes;
    }

    private static List<String> layerFiles(JsonNode manifest) {
        return manifest.path(0)
                .path("Layers")
                .valueStream()
                .map(JsonNode::asText)
                .toList();
    }

    private static void finish(TarArchiveOutputStream archive, SnapshotImage image, List<String> layerFiles)
            throws IOException {
        put(archive, image.configurationFile(), image.configuration());
        put(archive, MANIFEST, image.manifest(layerFiles));
        archive.finish();
    }

    private static void put(TarArchiveOutputStream archive, String name, byte[] content) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(content.length);
        archive.putArchiveEntry(entry);
        archive.write(content);
        archive.closeArchiveEntry();
    }
}
