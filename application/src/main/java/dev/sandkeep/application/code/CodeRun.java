package dev.sandkeep.application.code;

import dev.sandkeep.application.code.Messages.Message;
import dev.sandkeep.application.exec.ShellStep;
import dev.sandkeep.domain.exec.Code;
import dev.sandkeep.domain.exec.CodeEnd;
import dev.sandkeep.domain.exec.CodeResult;
import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.exec.ProcessOutput.Channel;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One piece of code in an interpreter, from its start to its end. For one thread. */
final class CodeRun {

    private static final Logger log = LoggerFactory.getLogger(CodeRun.class);
    private static final Duration TICK = Duration.ofMillis(200);

    /** How long code that ran too long may take to end after an interrupt, and its process to end when it is killed. */
    private static final Duration GRACE = Duration.ofSeconds(3);

    private static final Duration BETWEEN_REMINDERS = Duration.ofSeconds(1);
    private static final int KILLED = 137;
    private static final int MOST_REMINDERS = 8;

    private final Interpreter interpreter;
    private final Code code;
    private final BooleanSupplier deleted;
    private final CodeListener listener;
    private final InstantSource clock;
    private final Messages messages = new Messages();
    private final OutputPieces pieces;
    private @Nullable Instant deadline;
    private Instant heartbeat;
    private Instant nextReminder = Instant.EPOCH;
    private int reminders;
    private boolean listening = true;
    private boolean timedOut;
    private boolean killed;
    private boolean toldEnd;
    private boolean toldErrorsEnd;
    private int exitCode = KILLED;
    private CodeEnd end = new CodeEnd.Completed();

    CodeRun(Interpreter interpreter, Code code, BooleanSupplier deleted, CodeListener listener, InstantSource clock) {
        this.interpreter = interpreter;
        this.code = code;
        this.deleted = deleted;
        this.listener = listener;
        this.clock = clock;
        this.pieces = new OutputPieces((channel, bytes, offset, length) -> {
            if (listening) {
                listener.written(channel, bytes, offset, length);
            }
        });
        Instant now = clock.instant();
        this.deadline = code.limit().map(now::plus).orElse(null);
        this.heartbeat = now.plus(RunCode.HEARTBEAT);
    }

    CodeEnd toTheEnd() {
        interpreter.request(code.text());
        try {
            follow();
            return timedOut ? tooLong() : end;
        } catch (ExecException lost) {
            // What it is in the middle of is not known any more, so that it is of no use to the next piece.
            interpreter.end();
            throw lost;
        } catch (RuntimeException nobodyListens) {
            abandon(nobodyListens);
            throw nobodyListens;
        }
    }

    private CodeEnd tooLong() {
        return end instanceof CodeEnd.Failed failed
                ? new CodeEnd.Failed(
                        "TimeoutError",
                        "ended after the " + code.timeout().toMillis() + " ms it might take",
                        failed.traceback())
                : end;
    }

    private void follow() {
        while (!toldEnd || !toldErrorsEnd) {
            step(interpreter.step(pieces.isEmpty() ? patience() : OutputPieces.PAUSE));
            if (interpreter.hasEnded()) {
                pieces.flush();
                end = ended();
                return;
            }
            tick();
        }
        interpreter.idle();
        pieces.flush();
    }

    private void remind() {
        Instant now = clock.instant();
        if (interpreter.mayForget() && reminders < MOST_REMINDERS && now.isAfter(nextReminder)) {
            nextReminder = now.plus(BETWEEN_REMINDERS);
            reminders++;
            interpreter.conclude();
        }
    }

    private Duration patience() {
        Instant now = clock.instant();
        if (deadline == null || timedOut || deadline.isAfter(now.plus(TICK))) {
            return TICK;
        }
        return deadline.isAfter(now) ? Duration.between(now, deadline) : Duration.ZERO;
    }

    private void step(ShellStep step) {
        switch (step) {
            case ShellStep.Data data -> pieces.add(data, clock.instant());
            case ShellStep.Silence _ -> {
                pieces.flush();
                remind();
            }
            case ShellStep.Mark mark
            when mark.text().equals(Driver.BEGUN) -> {
                interpreter.begun();
                if (timedOut) {
                    // Before that there was nothing to interrupt.
                    interpreter.interrupt();
                }
            }
            case ShellStep.Mark mark when mark.channel() == Channel.STDERR -> toldErrorsEnd |= isOfThis(mark.text());
            case ShellStep.Mark mark -> {
                pieces.flush();
                messages.add(mark.text()).ifPresent(this::told);
            }
            case ShellStep.Ended ended -> exitCode = ended.exitCode();
        }
    }

    /** What was asked for twice may come too late. */
    private boolean isOfThis(String mark) {
        String[] words = mark.split(" ", -1);
        return words.length < 2 || interpreter.isCurrent(words[1]);
    }

    private void told(Message message) {
        switch (message.kind()) {
            case "end" -> {
                List<String> words = message.words();
                if (words.isEmpty() || interpreter.isCurrent(words.getFirst())) {
                    toldEnd = true;
                    words.stream().skip(1).filter(exit -> !exit.equals("0")).forEach(exit -> end = exited(exit));
                }
            }
            case "error" -> {
                List<String> texts = message.texts();
                end = new CodeEnd.Failed(texts.getFirst(), texts.get(1), texts.subList(2, texts.size()));
            }
            case "result", "shown" -> {
                if (listening) {
                    listener.shown(result(message.texts()));
                }
            }
            default -> throw new ExecException.Failed("The interpreter in the sandbox told something unknown");
        }
    }

    private static CodeResult result(List<String> texts) {
        Map<String, String> representations = new LinkedHashMap<>();
        for (int i = 1; i + 1 < texts.size(); i += 2) {
            representations.put(texts.get(i), texts.get(i + 1));
        }
        return new CodeResult(Integer.parseInt(texts.getFirst()), representations);
    }

    private static CodeEnd exited(String exitCode) {
        return new CodeEnd.Failed("CommandExecError", exitCode, List.of("exit status " + exitCode));
    }

    private CodeEnd ended() {
        if (deleted.getAsBoolean()) {
            return new CodeEnd.Failed("ContextDeleted", "the context was deleted", List.of("the context was deleted"));
        }
        String what = "the interpreter ended with exit code " + exitCode + "; the next code begins with an empty state";
        return new CodeEnd.Failed("InterpreterEnded", what, List.of(what));
    }

    private void tick() {
        Instant now = clock.instant();
        if (deadline != null && !timedOut && !now.isBefore(deadline)) {
            timedOut = true;
            interpreter.interrupt();
        } else if (deadline != null && timedOut && !killed && now.isAfter(deadline.plus(GRACE))) {
            killed = true;
            interpreter.kill();
        } else if (deadline != null && killed && now.isAfter(deadline.plus(GRACE.multipliedBy(2)))) {
            throw new ExecException.Failed("The interpreter in the sandbox cannot be ended");
        }
        if (listening && !now.isBefore(heartbeat)) {
            heartbeat = now.plus(RunCode.HEARTBEAT);
            listener.alive();
        }
    }

    /** Nobody wants to know any more; the state stays for those who come after. */
    private void abandon(RuntimeException why) {
        log.info("Code is interrupted, since nobody listens: {}", why.getMessage());
        listening = false;
        // What does not mind the interrupt is ended, as after a timeout.
        deadline = clock.instant();
        timedOut = true;
        try {
            interpreter.interrupt();
            follow();
        } catch (RuntimeException gone) {
            why.addSuppressed(gone);
            interpreter.end();
        }
    }
}
