package io.quorate.sim;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static io.quorate.architecture.ModuleRules.MAKES_THREADS;
import static io.quorate.architecture.ModuleRules.READS_CLOCK_OR_CHANCE;
import static io.quorate.architecture.ModuleRules.isClockThreadOrChance;
import static io.quorate.architecture.ModuleRules.isFileOrSocket;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import io.quorate.architecture.ModuleRules;
import io.quorate.sim.history.JudgeHistories;
import io.quorate.sim.kernel.SimWorld;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * What the simulator and its disk in memory may use. Each rule says why it is there and what to do
 * instead. Those of what is simulated are in {@code ArchitectureTest} of {@code cli}, also that it
 * does not know the simulator.
 */
class SimulatorArchitectureTest {
  private static final String DISK = "io.quorate.storage.memory..";

  /** Main classes of this module only: not its tests, nor the server's. */
  private static final JavaClasses SIMULATOR =
      new ClassFileImporter()
          .importUrl(SimWorld.class.getProtectionDomain().getCodeSource().getLocation());

  @Test
  void theDiskInMemoryKnowsOnlyWhatItsContractKnows() {
    noClasses()
        .that()
        .resideInAPackage(DISK)
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.quorate..")
                .and(
                    not(
                        resideInAnyPackage(
                            "io.quorate.storage..",
                            "io.quorate.model..",
                            "io.quorate.version..",
                            "io.quorate.runtime.."))))
        .because(
            "it is the twin of the RocksDB half, and tests of one room use it without a simulated"
                + " cluster; instead, let the simulator wrap what it gives")
        .check(SIMULATOR);
  }

  @Test
  void theDiskInMemoryIsOnLanes() {
    ModuleRules.seeTimeThreadsAndDisksThroughDoors(DISK).check(SIMULATOR);
    ModuleRules.recordsAreComparedThroughTheirModel(DISK).check(SIMULATOR);
  }

  @Test
  void whatASeedDecidesSeesNothingOfTheMachine() {
    seesNothingOfTheMachine().check(SIMULATOR);
  }

  private static ArchRule seesNothingOfTheMachine() {
    return noClasses()
        .that()
        .resideInAPackage("io.quorate.sim..")
        .and()
        // The commands, and what runs many worlds in parallel, and reads and prints the results.
        .doNotBelongToAnyOf(Simulate.class, JudgeHistories.class)
        .and()
        .resideOutsideOfPackages("io.quorate.sim.run..", "io.quorate.sim.mutant..")
        .should()
        .dependOnClassesThat(
            describe(
                "are clocks, threads, files or sockets, or chance without a seed",
                type ->
                    isFileOrSocket(type)
                        || (isClockThreadOrChance(type)
                            && !type.isEquivalentTo(SplittableRandom.class))))
        .orShould()
        .callConstructor(SplittableRandom.class)
        .orShould()
        .accessTargetWhere(READS_CLOCK_OR_CHANCE)
        .orShould()
        .accessTargetWhere(MAKES_THREADS)
        .because(
            "a failing seed must fail again, in every event; instead, take time from SimClock and"
                + " chance from SimRandom");
  }

  @Test
  void noPackagesNeedEachOther() {
    slices()
        .matching("io.quorate.(**)")
        .should()
        .beFreeOfCycles()
        .because(
            "packages that need each other are one package, and cannot be read one after the other;"
                + " instead, move what both need to the lower one, or hand it in as an interface")
        .check(SIMULATOR);
  }

  @Test
  void nothingIsSentOrStoredForReal() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.grpc..", "io.netty..", "org.rocksdb..", "io.quorate.runtime.real..")
        .because(
            "what real connections and disks do no seed decides; instead, put a simulated one"
                + " behind the door of the nodes")
        .check(SIMULATOR);
  }

  @Test
  void nothingStaticChanges() {
    ModuleRules.nothingStaticChanges().check(SIMULATOR);
  }

  /** A rule that nothing can break guards nothing. */
  @Test
  void aWorldThatAsksTheMachineIsSeen() {
    JavaClasses trespassers = new ClassFileImporter().importClasses(Trespasser.class);
    assertThatThrownBy(() -> seesNothingOfTheMachine().check(trespassers))
        .hasMessageContaining("nanoTime")
        .hasMessageContaining("java.util.SplittableRandom.<init>()")
        .hasMessageContaining("a failing seed must fail again");
  }

  /** Does what no simulated world may do. */
  static final class Trespasser {
    long next() {
      return new SplittableRandom().nextLong() ^ System.nanoTime();
    }
  }
}
