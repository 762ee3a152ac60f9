package dev.sandkeep.application.terminal;

/**
 * How somebody comes to a terminal.
 *
 * @param withTerminal whether a shell that is started for them has a terminal, rather than pipes
 * @param since the offset of the first byte that they have not seen
 * @param takesOver whether they take the place of whoever works there
 * @param watches whether they only look on
 */
public record Attachment(boolean withTerminal, long since, boolean takesOver, boolean watches) {}
