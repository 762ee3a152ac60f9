package dev.sandkeep.testkit.fake;

import dev.sandkeep.application.port.WebhookCursors;
import dev.sandkeep.testkit.contract.WebhookCursorsContract;

final class InMemoryWebhookCursorsTest implements WebhookCursorsContract {

    private final InMemoryWebhookCursors cursors = new InMemoryWebhookCursors();

    @Override
    public WebhookCursors cursors() {
        return cursors;
    }
}
