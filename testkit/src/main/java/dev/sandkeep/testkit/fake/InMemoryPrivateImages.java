package dev.sandkeep.testkit.fake;

import dev.sandkeep.application.port.PrivateImages;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Private images in memory. Thread-safe. */
public final class InMemoryPrivateImages implements PrivateImages {

    private final Set<String> repositories = ConcurrentHashMap.newKeySet();

    @Override
    public boolean mark(String repository) {
        return repositories.add(repository);
    }

    @Override
    public void unmark(String repository) {
        repositories.remove(repository);
    }

    @Override
    public boolean isMarked(String repository) {
        return repositories.contains(repository);
    }
}
