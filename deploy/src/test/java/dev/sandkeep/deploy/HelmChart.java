package dev.sandkeep.deploy;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The chart, as Helm sees it. Needs the program that {@code SANDKEEP_TEST_HELM} names. */
final class HelmChart {

    private static final String HELM = "SANDKEEP_TEST_HELM";
    private static final Path CHART = Path.of("helm", "sandkeep");
    private static final long SECONDS = 240;

    private static final String LONGEST_INSTALLATION = "180s";

    /** Which cluster the chart is rendered for; deploy/render says why it has to be told. */
    private static final String KUBERNETES = "1.34";

    /** What a run of Helm said. */
    record Outcome(int status, String output, String errors) {}

    private HelmChart() {}

    /** The test that calls this is skipped where there is no Helm, and says so. */
    static void assumeHelm() {
        assumeTrue(
                System.getenv(HELM) != null, HELM + " names no Helm: neither helm nor go was there when ./test began");
    }

    static Outcome lint(String... arguments) {
        return run(arguments, "lint", "--strict", CHART.toString(), "--kube-version", KUBERNETES);
    }

    /** As {@code install.yaml} is made, but for the further arguments. */
    static Outcome template(String... arguments) {
        return run(
                arguments,
                "template",
                "sandkeep",
                CHART.toString(),
                "--namespace",
                "sandkeep",
                "--kube-version",
                KUBERNETES);
    }

    /** Puts it onto a cluster; returns when all of it is ready. */
    static Outcome install(Path kubeconfig, String namespace, String... arguments) {
        return run(
                arguments,
                "install",
                "sandkeep",
                CHART.toString(),
                "--kubeconfig",
                kubeconfig.toString(),
                "--namespace",
                namespace,
                "--wait",
                "--timeout",
                LONGEST_INSTALLATION);
    }

    static Outcome uninstall(Path kubeconfig, String namespace) {
        return run(
                new String[0],
                "uninstall",
                "sandkeep",
                "--kubeconfig",
                kubeconfig.toString(),
                "--namespace",
                namespace,
                "--wait",
                "--timeout",
                LONGEST_INSTALLATION);
    }

    private static Outcome run(String[] arguments, String... command) {
        List<String> all = new ArrayList<>(List.of(System.getenv(HELM)));
        all.addAll(List.of(command));
        all.addAll(List.of(arguments));
        try {
            Process helm = new ProcessBuilder(all)
                    .redirectError(ProcessBuilder.Redirect.PIPE)
                    .start();
            // A chart that is in order says little on this, far less than a pipe holds.
            String output = new String(helm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            String errors = new String(helm.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!helm.waitFor(SECONDS, TimeUnit.SECONDS)) {
                helm.destroyForcibly();
                throw new AssertionError("Helm did not end within " + SECONDS + " s: " + all);
            }
            return new Outcome(helm.exitValue(), output, errors);
        } catch (IOException failed) {
            throw new UncheckedIOException("Helm could not be run: " + all, failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }
}
