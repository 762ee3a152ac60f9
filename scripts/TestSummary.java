import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Counts what the test reports of all modules say. Names what was skipped, failed, or passed only when it was run again. */
class TestSummary {

    private final Map<String, int[]> perModule = new TreeMap<>();
    private final List<String> skipped = new ArrayList<>();
    private final List<String> flaky = new ArrayList<>();
    private final List<String> failed = new ArrayList<>();

    public static void main(String[] arguments) throws Exception {
        TestSummary summary = new TestSummary();
        try (Stream<Path> files = Files.find(Path.of(""), 4, (file, _) -> isReport(file))) {
            for (Path file : files.sorted().toList()) {
                summary.read(file);
            }
        }
        System.exit(summary.print() ? 0 : 1);
    }

    private static boolean isReport(Path file) {
        return file.getFileName().toString().matches("TEST-.*\\.xml")
                && file.getParent().getFileName().toString().matches("(surefire|failsafe)-reports");
    }

    private void read(Path file) throws Exception {
        int[] counts = perModule.computeIfAbsent(file.getName(0).toString(), _ -> new int[3]);
        NodeList cases = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(file.toFile())
                .getElementsByTagName("testcase");
        for (int i = 0; i < cases.getLength(); i++) {
            count((Element) cases.item(i), counts);
        }
    }

    private void count(Element test, int[] counts) {
        String name = test.getAttribute("classname").replaceAll(".*\\.", "") + "." + test.getAttribute("name");
        NodeList skips = test.getElementsByTagName("skipped");
        if (skips.getLength() > 0) {
            counts[2]++;
            skipped.add(name + ": " + reason((Element) skips.item(0)));
        } else if (test.getElementsByTagName("failure").getLength() > 0
                || test.getElementsByTagName("error").getLength() > 0) {
            counts[1]++;
            failed.add(name);
        } else {
            counts[0]++;
            Stream.of("flakyFailure", "flakyError")
                    .map(test::getElementsByTagName)
                    .filter(failures -> failures.getLength() > 0)
                    .forEach(failures -> flaky.add(name + ": " + reason((Element) failures.item(0))));
        }
    }

    /** An assumption that failed has its message in the first line of its stack trace only. */
    private static String reason(Element outcome) {
        String message = outcome.getAttribute("message").strip();
        String first = (message.isEmpty() ? outcome.getTextContent() : message)
                .lines()
                .findFirst()
                .orElse("");
        String reason = first.replaceFirst("^[\\w.$]+Exception: ", "").replaceFirst("^Assumption failed: ", "");
        return reason.isBlank() ? "no reason given" : reason;
    }

    /** Whether there were tests, and none failed. */
    private boolean print() {
        System.out.printf("%n%-24s %8s %8s %8s%n", "module", "passed", "failed", "skipped");
        int[] sum = new int[3];
        perModule.forEach((module, counts) -> {
            System.out.printf("%-24s %8d %8d %8d%n", module, counts[0], counts[1], counts[2]);
            for (int i = 0; i < sum.length; i++) {
                sum[i] += counts[i];
            }
        });
        skipped.forEach(line -> System.out.println("skipped  " + line));
        flaky.forEach(line -> System.out.println("flaky    " + line));
        failed.forEach(line -> System.out.println("failed   " + line));
        System.out.printf("%d passed, %d failed, %d skipped%n", sum[0], sum[1], sum[2]);
        return sum[0] > 0 && sum[1] == 0;
    }
}
