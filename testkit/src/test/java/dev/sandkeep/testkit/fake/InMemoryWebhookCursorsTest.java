package dev.sandkeep.testkit.fake;

import dev.sandkeep.application.port.WebhookCursors;
import dev.sandkeep.testkit.contract.WebhookCursorsContract;
import dev.sandkeep.testkit.fixture.Sandboxes;
import java.time.Duration;

class InMemoryWebhookCursorsTest implements WebhookCursorsContract {

    private final SettableClock clock = new SettableClock(Sandboxes.NOW);
    private final InMemoryWebhookCursors cursors = new InMemoryWebhookCursors(clock);

    @Override
    public WebhookCursors cursors() {
        return cursors;
    }

    @Override
    public void passClaimTime(Duration time) {
        clock.advance(time);
    }
}
