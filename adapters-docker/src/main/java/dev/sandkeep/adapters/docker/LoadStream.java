package dev.sandkeep.adapters.docker;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.LoadResponseItem;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the engine says while it reads an image. Thread-safe. */
final class LoadStream extends ResultCallback.Adapter<LoadResponseItem> {

    private volatile @Nullable String failure;

    @Override
    public void onNext(LoadResponseItem item) {
        if (item.getErrorDetail() != null) {
            failure = String.valueOf(item.getErrorDetail().getMessage());
        }
    }

    Optional<String> failure() {
        return Optional.ofNullable(failure);
    }
}
