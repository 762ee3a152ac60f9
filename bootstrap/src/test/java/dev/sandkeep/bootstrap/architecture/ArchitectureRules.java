package dev.sandkeep.bootstrap.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.CanBeAnnotated.Predicates.annotatedWith;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Executor;
import org.jspecify.annotations.NullMarked;

/** The rules of the architecture, each by a name, so that a deliberate violation can be held against each. */
final class ArchitectureRules {

    private static final String[] EVERYBODY = {"java..", "org.jspecify.annotations", ""};

    private static final DescribedPredicate<JavaClass> USE_CASES = resideInAnyPackage(
                    "dev.sandkeep.application.code",
                    "dev.sandkeep.application.diagnostics",
                    "dev.sandkeep.application.exec",
                    "dev.sandkeep.application.file",
                    "dev.sandkeep.application.journal",
                    "dev.sandkeep.application.lifecycle",
                    "dev.sandkeep.application.network",
                    "dev.sandkeep.application.reconcile",
                    "dev.sandkeep.application.snapshot")
            .and(
                    nameMatching(
                            ".*\\.((Create|Provision|Await|Find|List|Pause|Resume|Renew|Reach|Delete|Expire|Reconcile|Purge|TakeOver)Sandbox(es)?"
                                    + "|(Create|Take|Find|List|Delete|Reconcile)Snapshots?"
                                    + "|(Run|Start|Interrupt)Command|(Create|Delete)Session|RunInSession|FindCommandStatus|ReadCommandLog|FindExecAccess"
                                    + "|FindFileInfo|ListDirectory|SearchFiles|ChangeFiles"
                                    + "|RenewOnAccess|ChangeMetadata|ChangeNetworkPolicy|FindNetworkDecisions"
                                    + "|WatchEvents|FindAuditTrail|FindDiagnostics|DeliverWebhooks|FindDeadLetters|RetryDeadLetter)"))
            .as("use cases");

    private ArchitectureRules() {}

    static Map<String, ArchRule> all() {
        Map<String, ArchRule> rules = new TreeMap<>();
        rules.put("every class is in a layer", everyClassIsInALayer());
        rules.put("domain", onlyUses("dev.sandkeep.domain..", "dev.sandkeep.domain.."));
        rules.put(
                "application",
                onlyUses(
                        "dev.sandkeep.application..",
                        "dev.sandkeep.application..",
                        "dev.sandkeep.domain..",
                        "org.slf4j"));
        rules.put(
                "ports",
                onlyUses(
                        "dev.sandkeep.application.port",
                        "dev.sandkeep.application.port",
                        "dev.sandkeep.application.audit",
                        "dev.sandkeep.domain.."));
        rules.put(
                "adapters-http",
                onlyUses(
                        "dev.sandkeep.adapters.http..",
                        "dev.sandkeep.adapters.http..",
                        "dev.sandkeep.application..",
                        "dev.sandkeep.domain..",
                        "io.javalin..",
                        "kotlin..",
                        "javax.crypto..",
                        "jakarta.servlet..",
                        "org.eclipse.jetty..",
                        "com.fasterxml.jackson..",
                        "org.slf4j"));
        rules.put(
                "adapters-runtime",
                onlyUses(
                        "dev.sandkeep.adapters.runtime..",
                        "dev.sandkeep.adapters.runtime..",
                        "dev.sandkeep.application.port",
                        "dev.sandkeep.domain..",
                        "javax.crypto..",
                        "com.fasterxml.jackson..",
                        "org.slf4j"));
        rules.put(
                "adapters-k8s",
                onlyUses(
                        "dev.sandkeep.adapters.k8s..",
                        "dev.sandkeep.adapters.k8s..",
                        "dev.sandkeep.adapters.runtime..",
                        "dev.sandkeep.application.port",
                        "dev.sandkeep.domain..",
                        "io.fabric8..",
                        "com.fasterxml.jackson..",
                        "org.slf4j"));
        rules.put("only its adapter knows the cluster", onlyItsAdapterKnowsTheCluster());
        rules.put(
                "adapters-docker",
                onlyUses(
                        "dev.sandkeep.adapters.docker..",
                        "dev.sandkeep.adapters.docker..",
                        "dev.sandkeep.adapters.runtime..",
                        "dev.sandkeep.application.port",
                        "dev.sandkeep.domain..",
                        "com.github.dockerjava..",
                        "org.apache.commons.compress..",
                        "javax.crypto..",
                        "com.fasterxml.jackson..",
                        "org.slf4j"));
        rules.put(
                "adapters-persistence",
                onlyUses(
                        "dev.sandkeep.adapters.persistence..",
                        "dev.sandkeep.adapters.persistence..",
                        "dev.sandkeep.application.audit",
                        "dev.sandkeep.application.port",
                        "dev.sandkeep.domain..",
                        "org.jdbi..",
                        "com.zaxxer.hikari..",
                        "org.flywaydb..",
                        "org.h2..",
                        "javax.sql",
                        "javax.crypto..",
                        "com.fasterxml.jackson..",
                        "org.slf4j"));
        rules.put("driving adapters call no driven port", drivingAdaptersCallNoDrivenPort());
        rules.put("use cases call no use case", useCasesCallNoUseCase());
        rules.put("application packages are free of cycles", applicationIsFreeOfCycles());
        rules.put("time, chance and threads come from outside", coreIsDeterministic());
        rules.put("domain types are immutable", domainTypesAreImmutable());
        rules.put("ports have two implementations", portsHaveTwoImplementations());
        rules.put(
                "implementations are final or abstract, and named after their port",
                implementationsAreNamedAfterTheirPort());
        rules.put("only Main ends the process and reads its environment", onlyMainKnowsTheProcess());
        rules.put("every package is null-marked", packagesAreNullMarked());
        return rules;
    }

    private static ArchRule everyClassIsInALayer() {
        return classes()
                .should()
                .resideInAnyPackage(
                        "dev.sandkeep.domain..",
                        "dev.sandkeep.application.audit",
                        "dev.sandkeep.application.port",
                        "dev.sandkeep.application.code",
                        "dev.sandkeep.application.diagnostics",
                        "dev.sandkeep.application.exec",
                        "dev.sandkeep.application.file",
                        "dev.sandkeep.application.journal",
                        "dev.sandkeep.application.lifecycle",
                        "dev.sandkeep.application.network",
                        "dev.sandkeep.application.reconcile",
                        "dev.sandkeep.application.replica",
                        "dev.sandkeep.application.snapshot",
                        "dev.sandkeep.application.terminal",
                        "dev.sandkeep.adapters.http..",
                        "dev.sandkeep.adapters.docker..",
                        "dev.sandkeep.adapters.k8s..",
                        "dev.sandkeep.adapters.persistence..",
                        "dev.sandkeep.adapters.runtime..",
                        "dev.sandkeep.bootstrap..",
                        "dev.sandkeep.testkit..")
                .because("a new package must be placed in a layer, with the rules of that layer");
    }

    private static ArchRule onlyUses(String layer, String... allowed) {
        List<String> packages = new ArrayList<>(List.of(EVERYBODY));
        packages.addAll(List.of(allowed));
        return classes()
                .that()
                .resideInAPackage(layer)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(packages.toArray(String[]::new))
                .because("a layer may use only what its list names");
    }

    private static ArchRule onlyItsAdapterKnowsTheCluster() {
        return noClasses()
                .that()
                .resideOutsideOfPackage("dev.sandkeep.adapters.k8s..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.fabric8..")
                .because("a sandbox is not a Pod, whatever it is made of");
    }

    private static ArchRule drivingAdaptersCallNoDrivenPort() {
        return noClasses()
                .that()
                .resideInAPackage("dev.sandkeep.adapters.http..")
                .and()
                // The one package that is called rather than calls.
                .resideOutsideOfPackage("dev.sandkeep.adapters.http.webhook")
                .should()
                .dependOnClassesThat(are(DescribedPredicate.describe(
                        "driven ports",
                        type -> type.isInterface() && type.getPackageName().equals("dev.sandkeep.application.port"))))
                .because("what a request may do is decided by a use case");
    }

    private static ArchRule useCasesCallNoUseCase() {
        return noClasses()
                .that(USE_CASES)
                .should()
                .callMethodWhere(DescribedPredicate.describe(
                        "another use case is called",
                        (JavaMethodCall call) -> USE_CASES.test(call.getTargetOwner())
                                && !call.getTargetOwner().equals(call.getOriginOwner())))
                .because("a use case that needs another one hides a concept that deserves a name");
    }

    private static ArchRule applicationIsFreeOfCycles() {
        return slices().matching("dev.sandkeep.application.(*)..")
                .should()
                .beFreeOfCycles()
                .because("packages that need each other are one package");
    }

    private static ArchRule coreIsDeterministic() {
        return noClasses()
                .that()
                .resideInAnyPackage("dev.sandkeep.domain..", "dev.sandkeep.application..")
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(Clock.class, "systemUTC")
                .orShould()
                .callMethod(UUID.class, "randomUUID")
                .orShould()
                .callMethod(System.class, "getenv", String.class)
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .dependOnClassesThat()
                .belongToAnyOf(Thread.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Executor.class)
                .because("tests drive the core with a clock and threads of their own");
    }

    private static ArchRule domainTypesAreImmutable() {
        return classes()
                .that()
                .resideInAPackage("dev.sandkeep.domain..")
                .and()
                .areNotInterfaces()
                .and()
                .doNotHaveSimpleName("Problems")
                .and()
                .doNotHaveSimpleName("package-info")
                .should(new ArchCondition<>("be final or sealed, with final fields only") {
                    @Override
                    public void check(JavaClass type, ConditionEvents events) {
                        boolean closed = type.getModifiers().contains(JavaModifier.FINAL)
                                || type.getModifiers().contains(JavaModifier.ABSTRACT)
                                || type.reflect().isSealed()
                                || type.isEnum()
                                || type.isAnonymousClass();
                        boolean constant = type.getFields().stream()
                                .map(JavaField::getModifiers)
                                .allMatch(modifiers -> modifiers.contains(JavaModifier.FINAL)
                                        || modifiers.contains(JavaModifier.SYNTHETIC));
                        events.add(new SimpleConditionEvent(type, closed && constant, type.getName() + " can change"));
                    }
                })
                .because("a value that cannot change can be shared by any number of threads");
    }

    private static ArchRule portsHaveTwoImplementations() {
        return classes()
                .that()
                .resideInAPackage("dev.sandkeep.application.port")
                .and()
                .areInterfaces()
                .and()
                .areTopLevelClasses()
                .and()
                .doNotHaveSimpleName("package-info")
                .should(new ArchCondition<>("have at least two implementations") {
                    @Override
                    public void check(JavaClass port, ConditionEvents events) {
                        long implementations = port.getAllSubclasses().stream()
                                .filter(type -> !type.isInterface())
                                .count();
                        events.add(new SimpleConditionEvent(
                                port, implementations >= 2, port.getName() + " has " + implementations));
                    }
                })
                .because("an interface with one implementation is a detour");
    }

    private static ArchRule implementationsAreNamedAfterTheirPort() {
        return classes()
                .that(DescribedPredicate.describe(
                        "implement a port",
                        type -> !type.isInterface() && !ports(type).isEmpty()))
                .should(new ArchCondition<>("be final or abstract and end with the name of the port") {
                    @Override
                    public void check(JavaClass type, ConditionEvents events) {
                        boolean named = ports(type).stream()
                                .allMatch(port -> type.getSimpleName().endsWith(port.getSimpleName()));
                        boolean closed = type.getModifiers().contains(JavaModifier.FINAL)
                                || type.getModifiers().contains(JavaModifier.ABSTRACT);
                        events.add(new SimpleConditionEvent(type, named && closed, type.getName() + " is not"));
                    }
                })
                .because("whoever reads the name knows the role");
    }

    private static List<JavaClass> ports(JavaClass type) {
        return type.getAllRawInterfaces().stream()
                .filter(each -> each.getPackageName().equals("dev.sandkeep.application.port"))
                .filter(JavaClass::isTopLevelClass)
                .toList();
    }

    private static ArchRule onlyMainKnowsTheProcess() {
        return noClasses()
                .that()
                .doNotHaveFullyQualifiedName("dev.sandkeep.bootstrap.Main")
                .should()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .callMethod(System.class, "getenv")
                .orShould()
                .callMethod(System.class, "getenv", String.class)
                .because("everything else can be started twice in one process, as tests do");
    }

    private static ArchRule packagesAreNullMarked() {
        return classes()
                .should(new ArchCondition<>("be in a package that is @NullMarked") {
                    @Override
                    public void check(JavaClass type, ConditionEvents events) {
                        boolean marked = annotatedWith(NullMarked.class).test(type.getPackage());
                        events.add(new SimpleConditionEvent(type, marked, type.getPackageName() + " is not marked"));
                    }
                })
                .because("null is a case to be named");
    }
}
