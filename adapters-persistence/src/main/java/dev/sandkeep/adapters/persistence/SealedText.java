package dev.sandkeep.adapters.persistence;

/** A text that only the holder of the key can read. Immutable. */
final class SealedText {

    private final byte[] bytes;

    SealedText(byte[] bytes) {
        this.bytes = bytes.clone();
    }

    byte[] bytes() {
        return bytes.clone();
    }
}
