package dev.sandkeep.application.exec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.domain.exec.ProcessOutput.Channel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MarksTest {

    private static final String TOKEN = "0123456789abcdef";

    private final Marks marks = new Marks(TOKEN);
    private final StringBuilder data = new StringBuilder();
    private final List<String> found = new ArrayList<>();

    private void feed(String text) {
        marks.feed(Channel.STDOUT, text.getBytes(StandardCharsets.ISO_8859_1), this::note);
    }

    private void note(ShellStep step) {
        switch (step) {
            case ShellStep.Data some ->
                data.append(new String(some.bytes(), some.offset(), some.length(), StandardCharsets.ISO_8859_1));
            case ShellStep.Mark mark -> {
                found.add(mark.text());
                data.append('|');
            }
            case ShellStep.Silence _, ShellStep.Ended _ -> throw new AssertionError("Not of an output: " + step);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 1000})
    void marksAreFoundHoweverTheyArrive(int piece) {
        String all = "before\u001e" + TOKEN + "P12\nwithin\u001e\u001e0123x\n\u001e" + TOKEN + "E0\nafter";
        for (int i = 0; i < all.length(); i += piece) {
            feed(all.substring(i, Math.min(all.length(), i + piece)));
        }
        marks.end(this::note);

        assertThat(data).hasToString("before|within\u001e\u001e0123x\n|after");
        assertThat(found).containsExactly("P12", "E0");
    }

    @Test
    void outputIsNotHeldBackUnlessItMayBeginAMark() {
        feed("progress 5%");
        assertThat(data).hasToString("progress 5%");

        feed("\u001e0123");
        assertThat(data).hasToString("progress 5%");
        feed("x");

        assertThat(data).hasToString("progress 5%\u001e0123x");
    }

    @Test
    void whatOnlyBeginsLikeAMarkAndNeverEndsIsOutput() {
        feed("\u001e" + TOKEN + "y".repeat(10_000));

        assertThat(data).hasSize(1 + TOKEN.length() + 10_000);
        assertThat(found).isEmpty();
    }
}
