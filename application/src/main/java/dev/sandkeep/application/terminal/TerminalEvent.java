package dev.sandkeep.application.terminal;

import dev.sandkeep.domain.exec.ProcessOutput.Channel;
import org.jspecify.annotations.Nullable;

/** What a client of a terminal is told. */
public sealed interface TerminalEvent {

    /** The programs wrote something. */
    @SuppressWarnings("ArrayRecordComponent")
    record Written(Channel channel, byte[] bytes) implements TerminalEvent {}

    /**
     * The client was too slow, and missed some: it goes on with this.
     *
     * @param offset of the first byte
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Skipped(long offset, byte[] bytes) implements TerminalEvent {}

    /**
     * The shell ended.
     *
     * @param why if that was not by itself
     */
    record Exited(int exitCode, @Nullable String why) implements TerminalEvent {}

    /** Another client took the place of this one. */
    record TakenOver() implements TerminalEvent {}

    /** There is no such terminal any more. */
    record Over() implements TerminalEvent {}

    /** Nothing, for as long as was waited. */
    record Silence() implements TerminalEvent {}
}
