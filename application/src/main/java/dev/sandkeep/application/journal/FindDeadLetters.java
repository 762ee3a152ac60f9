package dev.sandkeep.application.journal;

import dev.sandkeep.application.port.WebhookCursors;
import dev.sandkeep.application.port.WebhookCursors.DeadLetter;
import java.util.List;

/** Reads what receivers of webhooks could not be told. */
public final class FindDeadLetters {

    private final WebhookCursors cursors;

    public FindDeadLetters(WebhookCursors cursors) {
        this.cursors = cursors;
    }

    /** Oldest first. */
    public List<DeadLetter> list(int atMost) {
        return cursors.listDead(atMost);
    }
}
