package dev.sandkeep.domain.sandbox;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** The resources that can be limited, with the bounds of what a limit may be. */
public enum ResourceName {
    /** In nano CPUs; 1 is one core. The kernel cannot ration less than a thousandth of a core. */
    CPU("cpu", 9, 1_000_000L, 1_000_000_000_000L, "a quantity of cores from 1m to 1000, for example 500m"),
    /** In bytes; engines refuse less than 6 MB. */
    MEMORY("memory", 0, 6L << 20, 1L << 50, "a quantity of bytes from 6Mi to 1Pi, for example 512Mi"),
    /** In devices. */
    GPU("gpu", 0, 1, 1024, "a whole number of devices from 1 to 1024, or all"),
    /** In processes and threads. */
    PIDS("pids", 0, 1, 4_194_304, "a whole number of processes from 1 to 4194304"),
    /** In bytes that the sandbox may write outside its volumes. */
    EPHEMERAL_STORAGE("ephemeral-storage", 0, 1L << 20, 1L << 60, "a quantity of bytes from 1Mi to 1Ei");

    private final String word;
    private final int scale;
    private final long least;
    private final long most;
    private final String allowed;

    ResourceName(String word, int scale, long least, long most, String allowed) {
        this.word = word;
        this.scale = scale;
        this.least = least;
        this.most = most;
        this.allowed = allowed;
    }

    public String word() {
        return word;
    }

    static Optional<ResourceName> ofWord(String word) {
        return Arrays.stream(values()).filter(name -> name.word.equals(word)).findFirst();
    }

    static String words() {
        return Arrays.stream(values()).map(ResourceName::word).collect(Collectors.joining(", "));
    }

    String allowed() {
        return allowed;
    }

    /** The limit in this resource's unit, or nothing if {@code text} is not an allowed one. */
    Optional<Long> amount(String text) {
        return Quantity.find(text)
                .filter(quantity ->
                        (this != GPU && this != PIDS) || text.chars().allMatch(Character::isDigit))
                .flatMap(quantity -> quantity.scaledUp(scale))
                .filter(amount -> amount >= least && amount <= most);
    }
}
