package dev.sandkeep.adapters.k8s;

import static dev.sandkeep.testkit.fixture.Sandboxes.anId;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.domain.sandbox.SandboxId;
import org.junit.jupiter.api.Test;

class ImageNotesTest {

    @Test
    void theOldestAreForgottenWhenThereAreTooMany() {
        ImageNotes notes = new ImageNotes();
        SandboxId oldest = anId();
        SandboxId renewed = anId();
        notes.add(oldest, null);
        notes.add(renewed, null);
        for (int i = 2; i < ImageNotes.MOST; i++) {
            notes.add(anId(), null);
        }
        notes.add(renewed, null);
        assertThat(notes.find(oldest)).isPresent();

        notes.add(anId(), null);

        assertThat(notes.find(oldest)).isEmpty();
        assertThat(notes.find(renewed)).isPresent();
    }
}
