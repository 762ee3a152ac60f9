package dev.sandkeep.application.terminal;

/**
 * What a terminal does.
 *
 * @param running whether its shell runs
 * @param offset how many bytes were written there ever
 */
public record TerminalStatus(String id, boolean running, long offset) {}
