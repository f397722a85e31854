package io.quorate.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaModifier.SYNTHETIC;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import io.quorate.version.RecordModel;
import io.quorate.version.Version;
import java.util.List;
import java.util.Set;

/** Rules that the tests of several modules check, each on the classes of its own modules. */
public final class ModuleRules {
  private static final List<Class<?>> MUTABLE =
      List.of(
          java.util.ArrayList.class,
          java.util.ArrayDeque.class,
          java.util.HashMap.class,
          java.util.HashSet.class,
          java.util.TreeMap.class,
          java.util.TreeSet.class,
          java.util.Random.class,
          java.util.concurrent.ConcurrentMap.class,
          java.util.concurrent.BlockingQueue.class,
          java.util.concurrent.atomic.AtomicInteger.class,
          java.util.concurrent.atomic.AtomicLong.class,
          java.util.concurrent.atomic.AtomicBoolean.class,
          java.util.concurrent.atomic.AtomicReference.class,
          StringBuilder.class,
          ThreadLocal.class);

  private static final Set<String> CLOCKS_THREADS_AND_CHANCE =
      Set.of(
          "java.lang.Thread",
          "java.lang.ThreadLocal",
          "java.lang.Process",
          "java.lang.ProcessBuilder",
          "java.lang.Runtime",
          "java.time.Clock",
          "java.util.Timer",
          "java.util.TimerTask",
          "java.util.Random",
          "java.util.SplittableRandom",
          "java.security.SecureRandom");

  private static final Set<String> TELLING_METHODS =
      Set.of(
          "java.lang.System.currentTimeMillis",
          "java.lang.System.nanoTime",
          "java.lang.System.getenv",
          "java.lang.System.getProperty",
          "java.lang.System.identityHashCode",
          "java.lang.Math.random",
          "java.util.UUID.randomUUID",
          "java.util.Collections.shuffle",
          "java.time.Instant.now",
          "java.time.LocalDate.now",
          "java.time.LocalDateTime.now",
          "java.time.OffsetDateTime.now",
          "java.time.ZonedDateTime.now");

  /** Made once, as each matcher of packages is a pattern, and rules ask of every type. */
  private static final DescribedPredicate<JavaClass> OF_NETWORK_OR_FILES =
      resideInAnyPackage("java.net..", "java.nio.file..", "java.nio.channels..");

  private static final DescribedPredicate<JavaClass> CONCURRENT =
      resideInAPackage("java.util.concurrent..");

  public static final DescribedPredicate<JavaAccess<?>> READS_CLOCK_OR_CHANCE =
      describe(
          "asks the machine for time, chance or its settings",
          access ->
              TELLING_METHODS.contains(
                  access.getTargetOwner().getName() + "." + access.getTarget().getName()));

  public static final DescribedPredicate<JavaAccess<?>> MAKES_THREADS =
      describe(
          "makes a thread",
          access ->
              access.getTargetOwner().isAssignableTo(Thread.class)
                  && access.getTarget().getName().equals("<init>"));

  private ModuleRules() {}

  public static boolean isClockThreadOrChance(JavaClass type) {
    return CLOCKS_THREADS_AND_CHANCE.contains(type.getBaseComponentType().getName());
  }

  /** Returns whether a type leads to other machines or to the disk of this one. */
  public static boolean isFileOrSocket(JavaClass type) {
    return OF_NETWORK_OR_FILES.test(type) || type.getName().startsWith("java.io.File");
  }

  /** Lets code of these packages see time, threads and disks only through interfaces. */
  public static ArchRule seeTimeThreadsAndDisksThroughDoors(String... packages) {
    return noClasses()
        .that()
        .resideInAnyPackage(packages)
        .should()
        .dependOnClassesThat(
            describe(
                "are clocks, threads, locks, chance, files or sockets",
                type ->
                    isClockThreadOrChance(type)
                        || isFileOrSocket(type)
                        || (CONCURRENT.test(type)
                            && !type.getName().equals("java.util.concurrent.TimeUnit"))))
        .orShould()
        .accessTargetWhere(READS_CLOCK_OR_CHANCE)
        .because(
            "a whole cluster of this code runs in one thread under a simulator with virtual time"
                + " and a seed; instead, use Clock, Lane, Randomness and Network of runtime. State"
                + " is owned by one lane and needs no lock: others send it a task");
  }

  /** Lets only the package of the models compare versions. */
  public static ArchRule recordsAreComparedThroughTheirModel(String where) {
    return noClasses()
        .that()
        .resideInAPackage(where)
        .and()
        .resideOutsideOfPackage("io.quorate.version..")
        .should()
        .accessTargetWhere(
            describe(
                "compares versions",
                access ->
                    access.getTargetOwner().isEquivalentTo(Version.class)
                        && Set.of("compareTo", "isAfter").contains(access.getTarget().getName())))
        .orShould()
        .dependOnClassesThat(
            describe(
                "implement RecordModel",
                type ->
                    type.isAssignableTo(RecordModel.class)
                        && !type.isEquivalentTo(RecordModel.class)))
        .orShould()
        .implement(RecordModel.class)
        .because(
            "only where the last write wins does the version alone say which record has everything;"
                + " instead, ask the RecordModel of the tenant, and add to it what it cannot answer"
                + " yet");
  }

  /** Lets no static field change. */
  public static ArchRule nothingStaticChanges() {
    return fields()
        .that()
        .areStatic()
        .and()
        .doNotHaveModifier(SYNTHETIC)
        .should()
        .beFinal()
        .andShould()
        .notHaveRawType(
            describe(
                "mutable", (JavaClass type) -> MUTABLE.stream().anyMatch(type::isAssignableTo)))
        .because(
            "several nodes run in one process in simulation and in `dev`, and would share it;"
                + " instead, make it a field of an object that node builds");
  }
}
