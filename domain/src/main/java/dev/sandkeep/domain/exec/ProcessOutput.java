package dev.sandkeep.domain.exec;

/** What a program in a sandbox did next. */
public sealed interface ProcessOutput {

    /** Which of its outputs. */
    enum Channel {
        STDOUT,
        STDERR
    }

    /**
     * It wrote something.
     *
     * @param bytes exactly as written, at least one; belongs to whoever receives it
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Written(Channel channel, byte[] bytes) implements ProcessOutput {}

    /** Nothing, for as long as was waited. */
    record Silence() implements ProcessOutput {}

    /**
     * It ended, and all that it wrote was told.
     *
     * @param exitCode 128 and the number of the signal, if one ended it
     */
    record Ended(int exitCode) implements ProcessOutput {}
}
