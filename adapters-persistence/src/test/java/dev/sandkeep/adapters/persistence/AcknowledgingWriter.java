package dev.sandkeep.adapters.persistence;

import static dev.sandkeep.testkit.fixture.Sandboxes.aSandbox;

import dev.sandkeep.domain.sandbox.Sandbox;
import java.nio.file.Path;

/** A program that adds sandboxes until it is killed, and says the id of each as soon as it was added. */
public final class AcknowledgingWriter {

    private static final int AT_MOST = 100_000;

    private AcknowledgingWriter() {}

    public static void main(String[] arguments) {
        try (DatabaseUnderTest database = DatabaseUnderTest.h2(Path.of(arguments[0]))) {
            for (int i = 0; i < AT_MOST; i++) {
                Sandbox sandbox = aSandbox();
                database.sandboxes().add(sandbox, null);
                System.out.println(sandbox.id());
                System.out.flush();
            }
        }
    }
}
