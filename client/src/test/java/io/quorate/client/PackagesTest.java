package io.quorate.client;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.quorate.client.admin.TopologyChange;
import io.quorate.client.internal.ClientSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The packages of the client, and which of them may use which. Each rule says why it is there and
 * what to do instead. That no public signature names a type of a library, or an internal one, is
 * looked at by {@link ApiTest}.
 */
class PackagesTest {
  private static final String CLIENT = "io.quorate.client";
  private static final String INTERNAL = CLIENT + ".internal";

  /** Main classes of this module only. */
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .importUrl(QuorateClient.class.getProtectionDomain().getCodeSource().getLocation());

  /**
   * A package.
   *
   * @param mayUse other packages of the client
   * @param instead what to do when another one seems to be needed
   */
  private record Part(String name, List<String> mayUse, String instead) {}

  private static final List<Part> PLAN =
      List.of(
          new Part(
              CLIENT + ".admin",
              List.of(CLIENT),
              "declare an interface here, and implement it in internal.admin: the client gives it"
                  + " out by QuorateClient.as"),
          new Part(
              CLIENT + ".recipe",
              List.of(CLIENT),
              "make it of locks and keys, as an application would"),
          new Part(INTERNAL + ".text", List.of(), "it is used by all and uses nothing"),
          new Part(
              INTERNAL + ".net",
              List.of(CLIENT, INTERNAL + ".text"),
              "hand it in as a function, or as an interface that is declared here"),
          new Part(
              INTERNAL + ".login",
              List.of(CLIENT, INTERNAL + ".text", INTERNAL + ".net"),
              "hand it in as a function: a login knows channels, and not what is asked by them"),
          new Part(
              INTERNAL + ".session",
              List.of(CLIENT),
              "hand it in as a value: a session remembers, and asks nothing"),
          new Part(
              INTERNAL + ".update",
              List.of(CLIENT),
              "hand it in as a value: updates are made of what callers change, and ask nothing"),
          new Part(
              INTERNAL + ".engine",
              List.of(
                  CLIENT,
                  INTERNAL + ".text",
                  INTERNAL + ".net",
                  INTERNAL + ".session",
                  INTERNAL + ".update"),
              "what callers ask is translated to a Call, or to a question by Unary, outside"),
          new Part(
              INTERNAL + ".kv",
              List.of(
                  CLIENT,
                  INTERNAL + ".text",
                  INTERNAL + ".net",
                  INTERNAL + ".session",
                  INTERNAL + ".update",
                  INTERNAL + ".engine"),
              "take it in the constructor; Wiring puts the parts together"),
          new Part(
              INTERNAL + ".locks",
              List.of(CLIENT, INTERNAL + ".text", INTERNAL + ".net", INTERNAL + ".engine"),
              "take it in the constructor; Wiring puts the parts together"),
          new Part(
              INTERNAL + ".admin",
              List.of(
                  CLIENT,
                  CLIENT + ".admin",
                  INTERNAL + ".text",
                  INTERNAL + ".net",
                  INTERNAL + ".engine"),
              "take it in the constructor; Wiring puts the parts together"));

  @TestFactory
  Stream<DynamicTest> packagesUseOnlyThoseThatThePlanAllows() {
    return PLAN.stream()
        .map(
            part -> {
              List<String> known = new ArrayList<>(part.mayUse());
              known.add(part.name());
              return dynamicTest(
                  part.name() + " may use " + part.mayUse(),
                  () ->
                      noClasses()
                          .that()
                          .resideInAPackage(part.name())
                          .should()
                          .dependOnClassesThat(
                              resideInAPackage(CLIENT + "..")
                                  .and(
                                      DescribedPredicate.not(
                                          resideInAnyPackage(known.toArray(String[]::new)))))
                          .because(
                              "dependencies point one way, so that each package can be read and"
                                  + " changed alone; instead, "
                                  + part.instead())
                          .check(CLASSES));
            });
  }

  @Test
  void eachPackageIsInThePlan() {
    classes()
        .should()
        .resideInAnyPackage(
            Stream.concat(Stream.of(CLIENT, INTERNAL), PLAN.stream().map(Part::name))
                .toArray(String[]::new))
        .because("a package outside the plan is looked after by no rule; instead, add it to PLAN")
        .check(CLASSES);
  }

  @Test
  void applicationsTypesEnterTheInsideOnlyWhereAClientIsBuilt() {
    noClasses()
        .that()
        .resideInAPackage(CLIENT)
        .and(DescribedPredicate.not(JavaClass.Predicates.equivalentTo(QuorateClient.Builder.class)))
        .should()
        .dependOnClassesThat(
            resideInAPackage(CLIENT + "..")
                .and(DescribedPredicate.not(resideInAnyPackage(CLIENT, INTERNAL + ".text"))))
        .because(
            "what applications compile against must not change with how it is carried out, nor"
                + " show them what operators need; instead, declare an interface here and implement"
                + " it inside, or let QuorateClient.as give it out. Only text, which uses nothing,"
                + " is shared")
        .check(CLASSES);
  }

  /** The inside implements the interfaces out here, so that each class named is a cycle, too. */
  @Test
  void builderNamesOneClassOfTheInside() {
    noClasses()
        .that(JavaClass.Predicates.equivalentTo(QuorateClient.Builder.class))
        .should()
        .dependOnClassesThat(
            resideInAPackage(CLIENT + "..")
                .and(DescribedPredicate.not(resideInAnyPackage(CLIENT)))
                .and(
                    DescribedPredicate.not(
                        JavaClass.Predicates.equivalentTo(ClientSettings.class))))
        .because(
            "this is the only way in; instead, put what it decides into ClientSettings, which"
                + " opens the client")
        .check(CLASSES);
  }

  /**
   * A record's constructor is as public as the record, and takes all that it has. Left out are a
   * number, the two ends of an operation, and the kinds of a change, which its factories make.
   */
  @Test
  void optionsAndResultsCanGrow() {
    noClasses()
        .that()
        .resideInAnyPackage(CLIENT, CLIENT + ".admin", CLIENT + ".recipe")
        .and()
        .doNotBelongToAnyOf(Level.class, Outcome.class, TopologyChange.class)
        .and()
        .areNotPrivate()
        .should()
        .beRecords()
        .because(
            "another part of a record breaks all who make one; instead, make it a final class with"
                + " a factory, or an interface with a builder whose record is private")
        .check(CLASSES);
  }

  @Test
  void librariesStayInside() {
    noClasses()
        .that()
        .resideInAnyPackage(CLIENT, CLIENT + ".admin", CLIENT + ".recipe", INTERNAL + ".text")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                "io.grpc..",
                "io.netty..",
                "com.google..",
                "io.github.resilience4j..",
                "io.quorate.proto..",
                "org.slf4j.."))
        .because(
            "the libraries are inside the published jar under other names, and may be exchanged;"
                + " instead, say it with a value of your own, and translate it in internal")
        .check(CLASSES);
  }
}
