package io.quorate.testkit;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.quorate.node.core.Readiness;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the test kit may know. Rules between the packages of nodes are in module {@code cli}. */
class TestkitArchitectureTest {
  private static final JavaClasses TESTKIT =
      new ClassFileImporter()
          .importUrls(
              List.of(QuorateCluster.class.getProtectionDomain().getCodeSource().getLocation()));

  @Test
  void nodesAreRunAsTheCommandLineRunsThem() {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.quorate..")
                .and(
                    not(
                        resideInAnyPackage(
                            "io.quorate.testkit..",
                            "io.quorate.client",
                            "io.quorate.client.admin",
                            "io.quorate.node",
                            "io.quorate.node.config",
                            "io.quorate.runtime")))
                // What a node says of itself.
                .and(not(equivalentTo(Readiness.class))))
        .because(
            "a node under test must be a node of production; instead, let io.quorate.node take what"
                + " a test has to decide (Machine), and use the client as applications do")
        .check(TESTKIT);
  }

  @Test
  void nothingComesWithItButWhatANodeNeeds() {
    noClasses()
        .should()
        .dependOnClassesThat(
            not(
                resideInAnyPackage(
                    "io.quorate..", "java..", "org.jspecify..", "org.junit.jupiter.api..")))
        .because(
            "every library that is used here is forced upon the tests of applications; instead, use"
                + " the JDK")
        .check(TESTKIT);
  }

  @Test
  void linksKnowNoNodes() {
    noClasses()
        .that()
        .resideInAPackage("io.quorate.testkit.internal..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.quorate..")
                .and(not(resideInAPackage("io.quorate.testkit.internal.."))))
        .because("they pass bytes on and never look inside; instead, tell them what to cut")
        .check(TESTKIT);
  }
}
