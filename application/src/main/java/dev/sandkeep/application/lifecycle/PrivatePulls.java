package dev.sandkeep.application.lifecycle;

import dev.sandkeep.application.port.PrivateImages;
import dev.sandkeep.domain.sandbox.SandboxException.LaunchFailed;
import java.util.HashMap;
import java.util.Map;

/**
 * Pulls with credentials, and the marks they leave. The mark is made first: a crash must not leave a private image on
 * the host that looks public. It is taken back only if every pull that shared it was refused; else somebody with wrong
 * credentials could open the image that somebody else is just pulling. Thread-safe: this object's monitor guards it.
 */
final class PrivatePulls {

    private final PrivateImages images;
    private final Map<String, Mark> underWay = new HashMap<>();

    PrivatePulls(PrivateImages images) {
        this.images = images;
    }

    /** A mark while there are pulls that may still need it. */
    private static final class Mark {
        private int pulls;
        private boolean stays;

        Mark(boolean stays) {
            this.stays = stays;
        }
    }

    void run(String repository, Runnable pull) {
        begin(repository);
        boolean refused = false;
        try {
            pull.run();
        } catch (LaunchFailed wrongCredentials) {
            refused = true;
            throw wrongCredentials;
        } finally {
            end(repository, refused);
        }
    }

    private synchronized void begin(String repository) {
        underWay.computeIfAbsent(repository, name -> new Mark(!images.mark(name))).pulls++;
    }

    private synchronized void end(String repository, boolean refused) {
        underWay.computeIfPresent(repository, (name, mark) -> {
            mark.stays |= !refused;
            mark.pulls--;
            if (mark.pulls > 0) {
                return mark;
            }
            if (!mark.stays) {
                images.unmark(name);
            }
            return null;
        });
    }
}
