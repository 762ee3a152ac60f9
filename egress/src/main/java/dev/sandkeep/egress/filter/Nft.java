package dev.sandkeep.egress.filter;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The packet filter by way of the nft command. A child that stays alive takes the short commands, since starting a
 * process takes longer than the command itself; it is started anew when it dies.
 */
public final class Nft implements PacketFilter, AutoCloseable {

    private static final int TIMEOUT_SECONDS = 10;

    /** Prints one known line whatever happened before it, and so tells that nft is done. */
    private static final String SYNC = "describe mark";

    private static final String SYNCED = "meta expression, datatype mark ";

    private final List<String> command;

    private final ScheduledThreadPoolExecutor watchdog = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("nft-watchdog").factory());

    private @Nullable Child child;

    public Nft() {
        this(List.of("nft"));
    }

    /** @param command how to start nft, for example in another namespace */
    Nft(List<String> command) {
        this.command = List.copyOf(command);
        watchdog.setRemoveOnCancelPolicy(true);
    }

    @Override
    public void load(String script) throws IOException {
        feed(script, start("-f", "-"));
    }

    @Override
    public void check(String script) throws IOException {
        feed(script, start("-c", "-f", "-"));
    }

    private void feed(String script, Process process) throws IOException {
        ScheduledFuture<?> watch = watch(process);
        try {
            write(script, process);
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IOException("nft refused the rules: " + firstLine(output));
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("Interrupted while nft ran");
        } finally {
            watch.cancel(false);
        }
    }

    private static void write(String script, Process process) {
        try (OutputStream input = process.getOutputStream()) {
            input.write(script.getBytes(StandardCharsets.UTF_8));
        } catch (IOException broken) {
            // It ended before it had read everything; what it printed tells more.
            process.destroy();
        }
    }

    @Override
    public synchronized String run(String line) throws IOException {
        Child running = child;
        if (running == null || !running.process.isAlive()) {
            running = new Child(start("-i"));
            child = running;
        }
        ScheduledFuture<?> watch = watch(running.process);
        try {
            return running.run(line);
        } catch (IOException failed) {
            // Whatever it says later would be taken for the answer to another command.
            running.process.destroyForcibly();
            child = null;
            throw failed;
        } finally {
            watch.cancel(false);
        }
    }

    /** Kills what takes too long, whereupon its output ends. */
    private ScheduledFuture<?> watch(Process process) {
        return watchdog.schedule(process::destroyForcibly, TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }

    private Process start(String... arguments) throws IOException {
        List<String> words = new ArrayList<>(command);
        words.addAll(List.of(arguments));
        return new ProcessBuilder(words).redirectErrorStream(true).start();
    }

    private static String firstLine(String output) {
        int end = output.indexOf('\n');
        return end < 0 ? output : output.substring(0, end);
    }

    @Override
    public synchronized void close() {
        watchdog.shutdownNow();
        if (child != null) {
            child.process.destroyForcibly();
            child = null;
        }
    }

    /** A running {@code nft -i}. */
    private static final class Child {

        private final Process process;
        private final BufferedWriter input;
        private final BufferedReader output;

        Child(Process process) {
            this.process = process;
            this.input = process.outputWriter(StandardCharsets.US_ASCII);
            this.output = process.inputReader(StandardCharsets.US_ASCII);
        }

        String run(String line) throws IOException {
            input.write(line + "\n" + SYNC + "\n");
            input.flush();
            StringBuilder printed = new StringBuilder();
            for (String next = output.readLine(); next != null; next = output.readLine()) {
                if (next.startsWith(SYNCED)) {
                    return checked(printed.toString());
                }
                printed.append(next).append('\n');
            }
            throw new IOException("nft ended: " + firstLine(printed.toString()));
        }

        private static String checked(String printed) throws IOException {
            if (printed.contains("Error:")) {
                throw new IOException("nft refused a command: " + firstLine(printed));
            }
            return printed;
        }
    }
}
