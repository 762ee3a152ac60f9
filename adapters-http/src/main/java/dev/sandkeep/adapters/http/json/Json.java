package dev.sandkeep.adapters.http.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SequenceWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sandkeep.adapters.http.error.ErrorCode;
import dev.sandkeep.adapters.http.error.RefusedRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.Optional;
import java.util.stream.Stream;

/** The one way in which this server reads and writes JSON. */
public final class Json {

    private static final int DEEPEST = 32;
    /** Paths are names in some requests. */
    private static final int LONGEST_NAME = 4096;

    private static final int LONGEST_NUMBER = 40;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .maxNameLength(LONGEST_NAME)
                            .maxNumberLength(LONGEST_NUMBER)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED)
            .defaultPropertyInclusion(JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, null))
            .build();

    private Json() {}

    /**
     * One JSON document, no more and no less, in which no object has the same name twice.
     *
     * @throws RefusedRequest if it is anything else; the text is not repeated
     */
    public static JsonNode parse(byte[] body) {
        try {
            return MAPPER.readTree(body);
        } catch (JsonProcessingException malformed) {
            String place = Optional.ofNullable(malformed.getLocation())
                    .map(at -> " near line " + at.getLineNr() + ", column " + at.getColumnNr())
                    .orElse("");
            throw new RefusedRequest(
                    ErrorCode.INVALID_REQUEST,
                    "The body must be one JSON document without repeated names and at most " + DEEPEST
                            + " levels deep; it is not" + place);
        } catch (IOException malformed) {
            throw new RefusedRequest(ErrorCode.INVALID_REQUEST, "The body must be JSON in UTF-8");
        }
    }

    /** The same with every character beyond ASCII escaped, for readers that take some of those for the end of a line. */
    public static byte[] writeAscii(Object value) {
        try {
            return MAPPER.writer().with(JsonWriteFeature.ESCAPE_NON_ASCII).writeValueAsBytes(value);
        } catch (JsonProcessingException unwritable) {
            throw new UncheckedIOException("A value cannot be written as JSON", unwritable);
        }
    }

    /**
     * Writes values as an array, one after the other, so that only one of them is in memory as JSON.
     *
     * @param output is closed
     * @throws IOException if it takes no more
     */
    public static void writeArray(Stream<?> values, OutputStream output) throws IOException {
        try (SequenceWriter writer = MAPPER.writer()
                .without(SerializationFeature.FLUSH_AFTER_WRITE_VALUE)
                .writeValuesAsArray(output)) {
            for (Iterator<?> each = values.iterator(); each.hasNext(); ) {
                writer.write(each.next());
            }
        }
    }

    /** The value as JSON; what is null is left out. A tree is written with sorted names, so that equal trees are equal. */
    public static byte[] write(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException unwritable) {
            throw new UncheckedIOException("A value cannot be written as JSON", unwritable);
        }
    }
}
