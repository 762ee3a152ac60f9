package dev.sandkeep.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.sandkeep.application.port.PrivateImages;
import org.junit.jupiter.api.Test;

/** What every {@link PrivateImages} promises. An implementation gives each test one that is empty. */
public interface PrivateImagesContract {

    String REPOSITORY = "registry.example.com/team/app";

    /** The images under test; the same ones throughout a test. */
    PrivateImages privateImages();

    @Test
    default void aRepositoryIsNotMarkedAtFirst() {
        assertThat(privateImages().isMarked(REPOSITORY)).isFalse();
    }

    @Test
    default void aMarkedRepositoryStaysMarked() {
        boolean first = privateImages().mark(REPOSITORY);
        boolean second = privateImages().mark(REPOSITORY);
        assertThat(first).isTrue();
        assertThat(second).isFalse();
        assertThat(privateImages().isMarked(REPOSITORY)).isTrue();
    }

    @Test
    default void onlyTheVeryRepositoryIsMarked() {
        privateImages().mark(REPOSITORY);
        assertThat(privateImages().isMarked(REPOSITORY + "2")).isFalse();
        assertThat(privateImages().isMarked("registry.example.com/team")).isFalse();
    }

    @Test
    default void anUnmarkedRepositoryCanBeMarkedAgain() {
        privateImages().mark(REPOSITORY);
        privateImages().unmark(REPOSITORY);
        assertThat(privateImages().isMarked(REPOSITORY)).isFalse();
        assertThat(privateImages().mark(REPOSITORY)).isTrue();
    }

    @Test
    default void unmarkingWhatIsNotMarkedIsFine() {
        assertThatCode(() -> privateImages().unmark(REPOSITORY)).doesNotThrowAnyException();
    }
}
