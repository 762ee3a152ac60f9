package dev.sandkeep.adapters.http.event;

import dev.sandkeep.adapters.http.Routes;
import dev.sandkeep.adapters.http.json.Json;
import dev.sandkeep.adapters.http.sandbox.SandboxPath;
import dev.sandkeep.application.journal.EventWatch;
import dev.sandkeep.application.journal.EventWatch.News;
import dev.sandkeep.application.journal.FindAuditTrail;
import dev.sandkeep.application.journal.WatchEvents;
import dev.sandkeep.application.port.JournalEntry;
import dev.sandkeep.domain.problem.Problems;
import dev.sandkeep.domain.sandbox.SandboxId;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Events as they happen, and the audit trail of a sandbox. */
public final class EventRoutes implements Routes {

    private static final Logger log = LoggerFactory.getLogger(EventRoutes.class);
    private static final List<String> PREFIXES = List.of("/v1", "");
    private static final int MOST_ENTRIES = 1000;
    private static final int USUAL_ENTRIES = 100;

    private final WatchEvents watchEvents;
    private final FindAuditTrail findAuditTrail;
    private final Duration heartbeat;

    /** @param heartbeat how long a stream is silent at most */
    public EventRoutes(WatchEvents watchEvents, FindAuditTrail findAuditTrail, Duration heartbeat) {
        this.watchEvents = watchEvents;
        this.findAuditTrail = findAuditTrail;
        this.heartbeat = heartbeat;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        for (String prefix : PREFIXES) {
            Routes.get(routes, prefix + "/events", this::stream);
            Routes.get(routes, prefix + "/sandboxes/{sandboxId}/audit", this::audit);
        }
    }

    /** Goes on until the client leaves or the server stops. Its thread belongs to it alone, so it may wait. */
    private void stream(Context context) throws InterruptedException {
        EventQuery query = EventQuery.from(
                Collections.list(context.req().getHeaders(EventQuery.LAST_EVENT_ID)), context.queryParamMap());
        if (context.req().getMethod().equals("HEAD")) {
            context.contentType(EventStream.CONTENT_TYPE);
            return;
        }
        try (EventWatch watch = watchEvents.watch(query.after(), query.filter())) {
            EventStream stream = EventStream.begin(context.res());
            while (write(stream, watch.next(heartbeat))) {
                // Until it ends.
            }
        } catch (IOException clientGone) {
            log.debug("A client stopped watching events: {}", clientGone.getMessage());
        }
    }

    /** Whether the stream goes on. */
    private static boolean write(EventStream stream, News news) throws IOException {
        switch (news) {
            case News.Events events -> {
                for (JournalEntry entry : events.entries()) {
                    stream.event("sandbox", entry.number(), Json.write(EventResponse.from(entry)));
                }
            }
            case News.Quiet quiet -> stream.heartbeat(quiet.position());
            case News.Lost lost ->
                stream.event(
                        "reset",
                        lost.position(),
                        Json.write(Map.of(
                                "message",
                                "Some events after your last one are not kept any more. Read the sandboxes anew")));
            case News.Closing closing ->
                stream.event(
                        "closing",
                        closing.position(),
                        Json.write(Map.of("message", "The server is stopping. Connect again with Last-Event-ID")));
        }
        stream.flush();
        return !(news instanceof News.Closing);
    }

    private void audit(Context context) {
        SandboxId id = SandboxPath.id(context);
        Problems problems = new Problems();
        Long after = EventQuery.number("after", context.queryParams("after"), problems);
        int limit = limit(context.queryParam("limit"), problems);
        problems.throwIfAny();
        List<JournalEntry> entries = findAuditTrail.find(id, Objects.requireNonNullElse(after, 0L), limit);
        context.contentType("application/json").result(Json.write(AuditTrailResponse.from(id, entries, limit)));
    }

    private static int limit(@Nullable String text, Problems problems) {
        if (text == null) {
            return USUAL_ENTRIES;
        }
        if (!text.matches("[1-9]\\d{0,3}") || Integer.parseInt(text) > MOST_ENTRIES) {
            problems.add("limit", "must be a whole number from 1 to " + MOST_ENTRIES);
            return USUAL_ENTRIES;
        }
        return Integer.parseInt(text);
    }
}
