package dev.sandkeep.bootstrap.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The keys for sandboxes and their snapshots, whatever they are made on. */
final class SandboxSettings {

    static final Setting<Duration> MAX_TIMEOUT = Settings.seconds(
            "sandbox.max-timeout-seconds", "86400", 60, 365 * 86_400, "The longest `timeout` that may be asked for.");

    static final Setting<Boolean> ALLOW_NO_EXPIRY = Settings.flag(
            "sandbox.allow-no-expiry", "true", "Whether `timeout: null`, a sandbox without a deadline, is allowed.");

    static final Setting<Duration> RETENTION = Settings.seconds(
            "sandbox.retention-seconds", "86400", 0, 365 * 86_400, "How long an ended sandbox can still be read.");

    static final Setting<Boolean> PAUSED_TIME_COUNTS = Settings.flag(
            "sandbox.paused-time-counts",
            "true",
            "Whether time while paused counts towards the timeout. If not, a resume moves `expiresAt` by the time that"
                    + " was paused, and a sandbox that stays paused stays for ever.");

    static final Setting<Integer> LAUNCHES = Settings.number(
            "provisioning.launches", "8", 1, 1000, "How many sandboxes are made and started at the same time.");

    static final Setting<Integer> PULLS =
            Settings.number("provisioning.pulls", "4", 1, 1000, "How many images are pulled at the same time.");

    static final Setting<Integer> QUEUE = Settings.number(
            "provisioning.queue", "1000", 1, 100_000, "How many sandboxes may wait; more are refused with 429.");

    static final Setting<Integer> SNAPSHOTS_AT_A_TIME =
            Settings.number("snapshot.at-a-time", "2", 1, 100, "How many snapshots are taken at the same time.");

    static final Setting<Integer> SNAPSHOT_QUEUE = Settings.number(
            "snapshot.queue",
            "100",
            1,
            100_000,
            "How many snapshots may be under way or wait; more are refused with 429.");

    static final Setting<Optional<Integer>> SNAPSHOT_MAX_KEPT = new Setting<>(
            "snapshot.max-kept",
            "",
            "a whole number from 0 to 1000000, or empty",
            "How many snapshots there may be, of all sandboxes and in whatever state, until one is deleted; more are refused"
                    + " with 403. The same on all servers of a database. Empty: any number.",
            false,
            text -> Settings.given(text).map(number -> Settings.between(0, 1_000_000, Integer.parseInt(number))));

    static final Setting<Integer> DIAGNOSTICS_KEPT_LOG = Settings.number(
            "diagnostics.kept-log-bytes",
            "65536",
            1024,
            1 << 20,
            "How much of the log of a sandbox is kept after its end, until the sandbox is forgotten.");

    static final Setting<Integer> DIAGNOSTICS_INLINE = Settings.number(
            "diagnostics.inline-bytes",
            "65536",
            0,
            1 << 20,
            "The largest content of diagnostics that is part of the answer; larger ones are fetched from an address"
                    + " that is good for ten minutes.");

    private SandboxSettings() {}

    static List<Setting<?>> all() {
        return List.of(
                MAX_TIMEOUT,
                ALLOW_NO_EXPIRY,
                RETENTION,
                PAUSED_TIME_COUNTS,
                LAUNCHES,
                PULLS,
                QUEUE,
                SNAPSHOTS_AT_A_TIME,
                SNAPSHOT_QUEUE,
                SNAPSHOT_MAX_KEPT,
                DIAGNOSTICS_KEPT_LOG,
                DIAGNOSTICS_INLINE);
    }
}
