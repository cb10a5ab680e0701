package dev.tuneworthy;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Holds the package arrows: each package may use only what stands under it. */
class ArchitectureTest {
  private static final String ROOT = "dev.tuneworthy.";
  private static final String ALL = "dev.tuneworthy..";
  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.tuneworthy");

  /** Direct arrows; what a package may use is everything reachable from it. */
  private static final Map<String, List<String>> ARROWS = new LinkedHashMap<>();

  static {
    ARROWS.put("error", List.of());
    ARROWS.put("stats", List.of());
    ARROWS.put("cost", List.of());
    ARROWS.put("task", List.of("error"));
    ARROWS.put("scoring", List.of("task"));
    ARROWS.put("suite", List.of("task", "scoring"));
    ARROWS.put("graph", List.of());
    ARROWS.put("graph.autodiff", List.of("graph"));
    ARROWS.put("graph.onnx", List.of("graph"));
    ARROWS.put("runtime", List.of("graph.onnx", "error"));
    ARROWS.put("checkpoint", List.of("error"));
    ARROWS.put("decoder", List.of("graph", "runtime", "checkpoint"));
    ARROWS.put("evaluation", List.of("task", "scoring", "cost", "error"));
    ARROWS.put("local", List.of("evaluation", "decoder"));
    ARROWS.put("prompting", List.of("evaluation", "local"));
    ARROWS.put("tuning", List.of("evaluation", "local", "graph.autodiff"));
    ARROWS.put("retention", List.of("evaluation", "suite", "stats"));
    ARROWS.put("policy", List.of("stats", "cost", "error"));
    ARROWS.put("decision", List.of("prompting", "tuning", "retention", "policy"));
    ARROWS.put("job", List.of("error"));
    ARROWS.put("report", List.of("decision"));
    ARROWS.put("api", List.of("decision", "report", "job"));
    ARROWS.put("cli", List.of("decision", "report"));
  }

  @TestFactory
  Stream<DynamicTest> everyPackageUsesOnlyWhatStandsUnderIt() {
    return ARROWS.keySet().stream()
        .map(
            name ->
                DynamicTest.dynamicTest(
                    name,
                    () ->
                        noClasses()
                            .that(resideInAPackage(ROOT + name))
                            .should()
                            .dependOnClassesThat(resideInAPackage(ALL).and(notIn(reachable(name))))
                            .because("arrows point downwards only, so that each part reads alone")
                            .allowEmptyShould(true)
                            .check(MAIN)));
  }

  @Test
  void eachLibraryHasOneHome() {
    Map<String, List<String>> homes =
        Map.of(
            "jakarta.ws.rs..", List.of("api"),
            "dev.langchain4j..", List.of("prompting"),
            "ai.onnxruntime..", List.of("runtime"),
            "ai.onnx.proto..", List.of("graph.onnx"),
            "ai.djl..", List.of("decoder"),
            "com.hubspot.jinjava..", List.of("decoder"),
            "jakarta.persistence..", List.of("decision", "job"));
    homes.forEach(
        (library, packages) ->
            noClasses()
                .that(
                    resideInAPackage(ALL)
                        .and(notIn(new LinkedHashSet<>(packages)))
                        .and(notIn(Set.of("app"))))
                .should()
                .dependOnClassesThat(resideInAPackage(library))
                .because("a library with one home can be replaced in one place")
                .allowEmptyShould(true)
                .check(MAIN));
  }

  @Test
  void theCoreKnowsNoFramework() {
    classes()
        .that(
            resideInAnyPackage(
                Stream.of(
                        "error",
                        "stats",
                        "cost",
                        "task",
                        "scoring",
                        "suite",
                        "graph",
                        "graph.autodiff",
                        "graph.onnx",
                        "evaluation",
                        "policy")
                    .map(ROOT::concat)
                    .toArray(String[]::new)))
        .should()
        .onlyDependOnClassesThat(
            DescribedPredicate.not(resideInAnyPackage("io.quarkus..", "jakarta..")))
        .because("the core must be testable and usable without a container")
        .check(MAIN);
  }

  private static Set<String> reachable(String name) {
    Set<String> seen = new LinkedHashSet<>();
    List<String> open = new ArrayList<>(List.of(name));
    while (!open.isEmpty()) {
      String next = open.remove(open.size() - 1);
      if (seen.add(next)) {
        open.addAll(ARROWS.getOrDefault(next, List.of()));
      }
    }
    return seen;
  }

  private static DescribedPredicate<JavaClass> notIn(Set<String> packages) {
    String[] names = packages.stream().map(ROOT::concat).toArray(String[]::new);
    return DescribedPredicate.not(resideInAnyPackage(names));
  }
}
