package dev.sandkeep.application.port;

import java.net.URI;
import java.util.Optional;

/** Calls those who want to be told of events. Blocks for some seconds at most, and is thread-safe. */
public interface WebhookSender {

    /**
     * Tells of one entry, signed. The receiver can recognize an entry that it is told of again.
     *
     * @return empty if the receiver took it, else why it did not, for people
     */
    Optional<String> send(URI endpoint, JournalEntry entry);
}
