package dev.sandkeep.application.exec;

import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What the machine of this server gives to work in sandboxes.
 *
 * @param memory for the files of all sandboxes together
 * @param nanos a clock that nobody sets, such as {@link System#nanoTime}
 * @param threads runs something on a thread of its own
 */
public record Host(TransferMemory memory, LongSupplier nanos, Consumer<Runnable> threads) {}
