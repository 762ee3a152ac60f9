package dev.sandkeep.bootstrap.config;

/** The configuration is wrong. The message tells the operator which key, and what is allowed; never a value. */
public final class ConfigException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ConfigException(String message) {
        super(message);
    }

    public ConfigException(String message, Throwable cause) {
        super(message, cause);
    }
}
