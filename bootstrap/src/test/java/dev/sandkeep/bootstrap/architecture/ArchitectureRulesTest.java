package dev.sandkeep.bootstrap.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.sandkeep.adapters.docker.violation.RuntimeThatKnowsHttp;
import dev.sandkeep.adapters.http.violation.RouteThatDecides;
import dev.sandkeep.adapters.k8s.violation.ClusterThatKnowsHttp;
import dev.sandkeep.adapters.persistence.violation.RowThatDecides;
import dev.sandkeep.adapters.runtime.violation.SharedPartThatKnowsPods;
import dev.sandkeep.application.lifecycle.FindSandbox;
import dev.sandkeep.application.lifecycle.FindSandboxes;
import dev.sandkeep.application.port.LonelyPort;
import dev.sandkeep.application.port.SandboxIdSource;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.domain.violation.DomainThatLogs;
import dev.sandkeep.stray.Stray;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Every rule finds what it is there to find: a rule that has gone quiet would protect nothing. */
class ArchitectureRulesTest {

    static final Map<String, Class<?>> VIOLATIONS = Map.ofEntries(
            Map.entry("every class is in a layer", Stray.class),
            Map.entry("domain", DomainThatLogs.class),
            Map.entry("application", FindSandboxes.class),
            Map.entry("ports", LonelyPort.class),
            Map.entry("adapters-http", RouteThatDecides.class),
            Map.entry("adapters-docker", RuntimeThatKnowsHttp.class),
            Map.entry("adapters-k8s", ClusterThatKnowsHttp.class),
            Map.entry("adapters-runtime", SharedPartThatKnowsPods.class),
            Map.entry("only its adapter knows the cluster", SharedPartThatKnowsPods.class),
            Map.entry("adapters-persistence", RowThatDecides.class),
            Map.entry("driving adapters call no driven port", RouteThatDecides.class),
            Map.entry("use cases call no use case", FindSandboxes.class),
            Map.entry("application packages are free of cycles", LonelyPort.class),
            Map.entry("time, chance and threads come from outside", DomainThatLogs.class),
            Map.entry("domain types are immutable", DomainThatLogs.class),
            Map.entry("ports have two implementations", LonelyPort.class),
            Map.entry("implementations are final or abstract, and named after their port", RuntimeThatKnowsHttp.class),
            Map.entry("only Main ends the process and reads its environment", Stray.class),
            Map.entry("every package is null-marked", Stray.class));

    static final Iterable<String> RULES = ArchitectureRules.all().keySet();

    @ParameterizedTest
    @FieldSource("RULES")
    void theRuleRefusesItsViolation(String rule) {
        Class<?> violation = VIOLATIONS.get(rule);
        assertThat(violation).as("a deliberate violation of \"" + rule + "\"").isNotNull();
        JavaClasses classes = new ClassFileImporter()
                .importClasses(violation, FindSandbox.class, SandboxIdSource.class, SandboxRepository.class);

        assertThatThrownBy(() -> ArchitectureRules.all().get(rule).check(classes))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(
                        rule.equals("every package is null-marked")
                                ? violation.getPackageName()
                                : violation.getSimpleName());
    }

    @Test
    void everyViolationBelongsToARule() {
        assertThat(VIOLATIONS.keySet()).isEqualTo(ArchitectureRules.all().keySet());
    }
}
