package dev.sandkeep.bootstrap.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.sandkeep");

    @TestFactory
    Stream<DynamicTest> theCodeKeepsTheRule() {
        return ArchitectureRules.all().entrySet().stream()
                .map(rule -> DynamicTest.dynamicTest(
                        rule.getKey(), () -> rule.getValue().check(CLASSES)));
    }

    /** A rule about classes that were not found would pass. */
    @Test
    void everyModuleIsLookedAt() {
        assertThat(CLASSES.size()).isGreaterThan(120);
        for (String layer : new String[] {
            "domain", "application", "adapters.http", "adapters.docker", "adapters.persistence", "bootstrap", "testkit"
        }) {
            assertThat(CLASSES.stream().filter(type -> type.getPackageName().startsWith("dev.sandkeep." + layer)))
                    .as(layer)
                    .hasSizeGreaterThan(5);
        }
    }
}
