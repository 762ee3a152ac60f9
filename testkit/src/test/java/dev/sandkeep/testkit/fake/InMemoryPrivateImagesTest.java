package dev.sandkeep.testkit.fake;

import dev.sandkeep.application.port.PrivateImages;
import dev.sandkeep.testkit.contract.PrivateImagesContract;

final class InMemoryPrivateImagesTest implements PrivateImagesContract {

    private final PrivateImages privateImages = new InMemoryPrivateImages();

    @Override
    public PrivateImages privateImages() {
        return privateImages;
    }
}
