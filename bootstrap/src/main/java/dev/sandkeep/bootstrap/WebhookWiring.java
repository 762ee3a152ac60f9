package dev.sandkeep.bootstrap;

import dev.sandkeep.adapters.http.Routes;
import dev.sandkeep.adapters.http.event.DeadLetterRoutes;
import dev.sandkeep.adapters.http.webhook.HttpWebhookSender;
import dev.sandkeep.adapters.http.webhook.WebhookSecret;
import dev.sandkeep.application.journal.DeliverWebhooks;
import dev.sandkeep.application.journal.FindDeadLetters;
import dev.sandkeep.application.journal.RetryDeadLetter;
import dev.sandkeep.bootstrap.config.ConfigException;
import dev.sandkeep.bootstrap.config.ServerConfig;
import dev.sandkeep.bootstrap.work.WebhookDispatcher;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/** Wires webhooks: what calls the receivers, and what shows those that did not take an event. */
record WebhookWiring(WebhookDispatcher dispatcher, List<Routes> routes) {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    static WebhookWiring of(ServerConfig.Webhooks config, Adapters adapters, InstantSource clock, Closer closer) {
        HttpWebhookSender sender = closer.register(new HttpWebhookSender(secret(config), TIMEOUT, clock));
        WebhookDispatcher dispatcher = closer.register(new WebhookDispatcher(
                new DeliverWebhooks(
                        adapters.journal(),
                        adapters.webhookCursors(),
                        sender,
                        adapters.replica().name(),
                        config.maxAttempts(),
                        clock),
                config.endpoints()));
        return new WebhookWiring(
                dispatcher,
                List.of(new DeadLetterRoutes(
                        new FindDeadLetters(adapters.webhookCursors()),
                        new RetryDeadLetter(
                                adapters.journal(),
                                adapters.webhookCursors(),
                                sender,
                                Set.copyOf(config.endpoints())))));
    }

    private static WebhookSecret secret(ServerConfig.Webhooks config) {
        String given = config.secret();
        if (given != null) {
            return WebhookSecret.parse(given);
        }
        if (!config.endpoints().isEmpty()) {
            throw new ConfigException("webhooks.secret: is needed to sign what is sent to webhooks.urls");
        }
        // Nobody is called, so nobody has to know it.
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        return WebhookSecret.parse(WebhookSecret.PREFIX + Base64.getEncoder().encodeToString(random));
    }
}
