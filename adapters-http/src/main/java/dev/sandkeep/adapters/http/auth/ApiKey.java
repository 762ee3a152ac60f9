package dev.sandkeep.adapters.http.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * One API key: a name for logs and records, the SHA-256 of its text, and whether it is that of an administrator. The text
 * itself is not kept.
 */
public final class ApiKey {

    private static final int HASH_LENGTH = 32;

    private final String name;
    private final byte[] hash;
    private final boolean administrator;

    private ApiKey(String name, byte[] hash, boolean administrator) {
        if (!name.matches("[A-Za-z0-9._-]{1,64}")) {
            throw new IllegalArgumentException("The name of an API key must be 1 to 64 of [A-Za-z0-9._-]");
        }
        this.name = name;
        this.hash = hash;
        this.administrator = administrator;
    }

    /** The key of an administrator with this text. */
    public static ApiKey ofText(String name, String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("The text of API key " + name + " is blank");
        }
        return new ApiKey(name, sha256(text), true);
    }

    /** The key of an administrator whose text has this SHA-256, in hexadecimal. */
    public static ApiKey ofHash(String name, String sha256) {
        byte[] hash = HexFormat.of().parseHex(sha256);
        if (hash.length != HASH_LENGTH) {
            throw new IllegalArgumentException("The hash of API key " + name + " must be 64 hexadecimal digits");
        }
        return new ApiKey(name, hash, true);
    }

    /** The same key for somebody who may not administer the server. */
    public ApiKey forUser() {
        return new ApiKey(name, hash, false);
    }

    public String name() {
        return name;
    }

    public boolean isAdministrator() {
        return administrator;
    }

    /** Takes the same time whether it is the text of this key or not. */
    public boolean isText(String text) {
        return hasHash(sha256(text));
    }

    /** Takes the same time whether it is this key or not. */
    boolean hasHash(byte[] other) {
        return MessageDigest.isEqual(hash, other);
    }

    static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every Java has SHA-256", impossible);
        }
    }

    @Override
    public String toString() {
        return "ApiKey[" + name + "]";
    }
}
