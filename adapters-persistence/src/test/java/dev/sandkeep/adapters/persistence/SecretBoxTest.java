package dev.sandkeep.adapters.persistence;

import static dev.sandkeep.adapters.persistence.DatabaseUnderTest.ANOTHER_KEY;
import static dev.sandkeep.adapters.persistence.DatabaseUnderTest.KEY;
import static dev.sandkeep.testkit.fixture.Sandboxes.anId;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.adapters.persistence.SecretBox.Purpose;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class SecretBoxTest {

    private static final String TEXT = "hunter2 \uD83D\uDE42";

    private final SecretBox box = new SecretBox(KEY);
    private final SandboxId id = anId();

    @Test
    void whatIsSealedCanBeOpened() {
        SealedText sealed = box.seal(TEXT, id, Purpose.ENV);
        assertThat(box.open(sealed, id, Purpose.ENV)).contains(TEXT);
    }

    @Test
    void nothingOfTheTextCanBeSeen() {
        SealedText sealed = box.seal(TEXT, id, Purpose.ENV);
        assertThat(new String(sealed.bytes(), StandardCharsets.ISO_8859_1)).doesNotContain("hunter2");
    }

    @Test
    void theSameTextIsNeverSealedAlike() {
        byte[] first = box.seal(TEXT, id, Purpose.ENV).bytes();
        byte[] second = box.seal(TEXT, id, Purpose.ENV).bytes();
        assertThat(first).isNotEqualTo(second);
        assertThat(Arrays.copyOf(first, 12)).isNotEqualTo(Arrays.copyOf(second, 12));
    }

    @Test
    void anotherKeyDoesNotOpenIt() {
        SealedText sealed = box.seal(TEXT, id, Purpose.ENV);
        assertThat(new SecretBox(ANOTHER_KEY).open(sealed, id, Purpose.ENV)).isEmpty();
    }

    @Test
    void itOpensForNoOtherSandbox() {
        SealedText sealed = box.seal(TEXT, id, Purpose.ENV);
        assertThat(box.open(sealed, anId(), Purpose.ENV)).isEmpty();
    }

    @Test
    void itOpensForNoOtherPurpose() {
        SealedText sealed = box.seal(TEXT, id, Purpose.FINGERPRINT);
        assertThat(box.open(sealed, id, Purpose.ENV)).isEmpty();
    }

    @Test
    void noByteCanBeChanged() {
        byte[] sealed = box.seal(TEXT, id, Purpose.ENV).bytes();
        for (int i = 0; i < sealed.length; i++) {
            byte[] changed = sealed.clone();
            changed[i] ^= 1;
            assertThat(box.open(new SealedText(changed), id, Purpose.ENV)).isEmpty();
        }
    }

    @Test
    void whatIsTooShortIsNotOpened() {
        byte[] sealed = box.seal(TEXT, id, Purpose.ENV).bytes();
        for (int length = 0; length < sealed.length; length++) {
            assertThat(box.open(new SealedText(Arrays.copyOf(sealed, length)), id, Purpose.ENV))
                    .isEmpty();
        }
    }
}
