package dev.sandkeep.application.journal;

import dev.sandkeep.application.port.Journal;
import dev.sandkeep.application.port.JournalEntry;
import dev.sandkeep.application.port.WebhookCursors;
import dev.sandkeep.application.port.WebhookSender;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Tells a receiver of webhooks once more what it did not take. */
public final class RetryDeadLetter {

    private final Journal journal;
    private final WebhookCursors cursors;
    private final WebhookSender sender;
    private final Set<URI> endpoints;

    /** @param endpoints those that are configured; no other is called */
    public RetryDeadLetter(Journal journal, WebhookCursors cursors, WebhookSender sender, Set<URI> endpoints) {
        this.journal = journal;
        this.cursors = cursors;
        this.sender = sender;
        this.endpoints = Set.copyOf(endpoints);
    }

    /** How it went. */
    public sealed interface Outcome {
        /** It was taken, and is forgotten. */
        record Taken() implements Outcome {}

        /** It was not, and is kept. */
        record Refused(String reason) implements Outcome {}

        /** There is no such letter, its receiver is not configured any more, or its event is forgotten. */
        record Unknown() implements Outcome {}
    }

    public Outcome retry(URI endpoint, long number) {
        List<JournalEntry> entry = journal.listAfter(number - 1, 1);
        if (!endpoints.contains(endpoint)
                || cursors.findDead(endpoint, number).isEmpty()
                || entry.isEmpty()
                || entry.getFirst().number() != number) {
            return new Outcome.Unknown();
        }
        Optional<String> refusal = sender.send(endpoint, entry.getFirst());
        if (refusal.isPresent()) {
            return new Outcome.Refused(refusal.get());
        }
        cursors.removeDead(endpoint, number);
        return new Outcome.Taken();
    }
}
