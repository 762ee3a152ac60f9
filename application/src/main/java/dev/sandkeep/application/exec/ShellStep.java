package dev.sandkeep.application.exec;

import dev.sandkeep.domain.exec.ProcessOutput.Channel;

/** What a shell program of ours did next. */
public sealed interface ShellStep {

    /**
     * It wrote something.
     *
     * @param bytes where it is; belongs to whoever receives it
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Data(Channel channel, byte[] bytes, int offset, int length) implements ShellStep {}

    /** It told us something that is no output. */
    record Mark(Channel channel, String text) implements ShellStep {}

    /** Nothing, for as long as was waited. */
    record Silence() implements ShellStep {}

    /** It ended. */
    record Ended(int exitCode) implements ShellStep {}
}
