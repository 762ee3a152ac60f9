package dev.sandkeep.adapters.persistence;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sandkeep.domain.sandbox.SandboxId;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Makes texts unreadable at rest: AES-256 in Galois/Counter Mode (NIST SP 800-38D) under a random nonce. What is sealed
 * for one sandbox and purpose opens for no other, so that nobody who can write to the database can move it to a row
 * where it would be shown. Thread-safe.
 */
final class SecretBox {

    private static final String CIPHER = "AES/GCM/NoPadding";
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecretKey key;
    private final SecureRandom random = new SecureRandom();

    SecretBox(SecretKey key) {
        this.key = key;
    }

    /** What a sealed text is for. */
    enum Purpose {
        ENV,
        FINGERPRINT,
        LOG
    }

    /** Nonce, then cipher text and tag. */
    SealedText seal(String text, SandboxId id, Purpose purpose) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, nonce, id, purpose);
            byte[] sealed = cipher.doFinal(text.getBytes(UTF_8));
            return new SealedText(ByteBuffer.allocate(NONCE_BYTES + sealed.length)
                    .put(nonce)
                    .put(sealed)
                    .array());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("Every Java has " + CIPHER, impossible);
        }
    }

    /** The text, or nothing if it was sealed with another key, for something else, or was changed since. */
    Optional<String> open(SealedText sealed, SandboxId id, Purpose purpose) {
        byte[] bytes = sealed.bytes();
        if (bytes.length < NONCE_BYTES + TAG_BITS / Byte.SIZE) {
            return Optional.empty();
        }
        try {
            ByteBuffer rest = ByteBuffer.wrap(bytes);
            byte[] nonce = new byte[NONCE_BYTES];
            rest.get(nonce);
            Cipher cipher = cipher(Cipher.DECRYPT_MODE, nonce, id, purpose);
            return Optional.of(new String(cipher.doFinal(bytes, NONCE_BYTES, rest.remaining()), UTF_8));
        } catch (AEADBadTagException notOurs) {
            return Optional.empty();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("Every Java has " + CIPHER, impossible);
        }
    }

    private Cipher cipher(int mode, byte[] nonce, SandboxId id, Purpose purpose) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(CIPHER);
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD((purpose + " " + id).getBytes(UTF_8));
        return cipher;
    }
}
