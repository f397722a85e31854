package io.quorate.jobs;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.conditions.ArchConditions.dependOnClassesThat;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What jobs may know. */
class JobsArchitectureTest {
  private static final JavaClasses JOBS =
      new ClassFileImporter()
          .importUrls(
              List.of(JobScheduler.class.getProtectionDomain().getCodeSource().getLocation()));

  @Test
  void jobsUseTheClientAsApplicationsDo() {
    noClasses()
        .should(
            dependOnClassesThat(
                not(
                    resideInAnyPackage(
                        "io.quorate.jobs",
                        "io.quorate.client",
                        "java..",
                        "org.jspecify..",
                        "org.slf4j..",
                        "com.cronutils..",
                        "com.fasterxml.jackson.."))))
        .because(
            "it must run with the published client, whose other classes have other names or may"
                + " change; instead, use what io.quorate.client has")
        .check(JOBS);
  }

  @Test
  void oneClassKnowsTheLibraryOfCronExpressions() {
    noClasses()
        .that()
        .doNotHaveSimpleName("CronTimes")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("com.cronutils..")
        .because("another one must be able to take its place")
        .check(JOBS);
  }

  @Test
  void callersSeeNoLibrary() {
    methods()
        .that()
        .arePublic()
        .and()
        .areDeclaredInClassesThat()
        .arePublic()
        .should()
        .notHaveRawReturnType(resideInAnyPackage("com.."))
        .because("what callers see is of the JDK, the client and this package")
        .check(JOBS);
    classes()
        .that()
        .resideInAPackage("io.quorate.jobs")
        .and()
        .arePublic()
        .should(
            com.tngtech.archunit.lang.conditions.ArchConditions.not(
                dependOnClassesThat(resideInAnyPackage("com.."))))
        .because("as above")
        .check(JOBS);
  }

  @Test
  void timeIsAskedOfTheClockThatIsGiven() {
    noClasses()
        .should()
        .callMethod(java.time.Instant.class, "now")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .because("tests move time by hand; instead, take an InstantSource or Pauses")
        .check(JOBS);
    noClasses()
        .that()
        .doNotHaveSimpleName("Environment")
        .and()
        .haveNameNotMatching(".*Pauses.*")
        .should()
        .callMethod(Thread.class, "sleep", long.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(java.util.Random.class)
        .orShould()
        .callConstructorWhere(target(owner(assignableTo(Thread.class))).as("make a thread"))
        .because("tests give pauses, chance and threads; instead, take an Environment")
        .check(JOBS);
    fields().that().areStatic().should().beFinal().because("nothing static changes").check(JOBS);
  }
}
