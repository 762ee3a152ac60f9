package dev.sandkeep.testkit.fake;

import dev.sandkeep.application.port.JournalEntry;
import dev.sandkeep.application.port.WebhookSender;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Notes what it is to send; receivers take everything until a test says otherwise. Thread-safe. */
public final class RecordingWebhookSender implements WebhookSender {

    private final List<Long> taken = new CopyOnWriteArrayList<>();
    private final List<Long> tried = new CopyOnWriteArrayList<>();
    private volatile @Nullable String refusal;

    /** From now on every receiver refuses for this reason, or takes everything again if there is none. */
    public void refuse(@Nullable String why) {
        refusal = why;
    }

    @Override
    public Optional<String> send(URI endpoint, JournalEntry entry) {
        tried.add(entry.number());
        String why = refusal;
        if (why == null) {
            taken.add(entry.number());
        }
        return Optional.ofNullable(why);
    }

    public List<Long> taken() {
        return List.copyOf(taken);
    }

    public List<Long> tried() {
        return List.copyOf(tried);
    }
}
