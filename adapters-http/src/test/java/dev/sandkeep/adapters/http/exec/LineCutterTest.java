package dev.sandkeep.adapters.http.exec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineCutterTest {

    private final List<String> lines = new ArrayList<>();
    private final LineCutter cutter = new LineCutter(lines::add);

    private void feed(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        cutter.feed(bytes, 0, bytes.length);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 100})
    void linesAreTheSameHoweverTheyArrive(int piece) {
        byte[] bytes = "a\n\nb\r\n\r\n\rc\rd\u00e9\n\n\nlast".getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length; i += piece) {
            cutter.feed(bytes, i, Math.min(piece, bytes.length - i));
        }
        cutter.end();

        assertThat(lines).containsExactly("a", "\n", "b", "\n", "\n", "c", "d\u00e9", "\n", "\n", "last");
    }

    @Test
    void whatIsNotUtf8IsReplaced() {
        cutter.feed(new byte[] {'a', (byte) 0xFF, 'b', '\n'}, 0, 4);

        assertThat(lines).containsExactly("a\ufffdb");
    }

    @Test
    void aLineWithoutAnEndIsToldInPiecesThatCutNoCharacter() {
        String text = "x" + "\u20ac".repeat(LineCutter.LONGEST);
        feed(text + "\nnext\n");

        assertThat(lines).hasSizeGreaterThan(3).last().isEqualTo("next");
        assertThat(String.join("", lines.subList(0, lines.size() - 1))).isEqualTo(text);
        assertThat(lines).allMatch(line -> line.getBytes(StandardCharsets.UTF_8).length <= LineCutter.LONGEST);
    }

    @Test
    void nothingIsToldOfALineThatIsNotThere() {
        feed("a\n");
        cutter.end();

        assertThat(lines).containsExactly("a");
    }
}
