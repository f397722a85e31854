package io.quorate;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaModifier.SYNCHRONIZED;
import static com.tngtech.archunit.core.domain.JavaModifier.SYNTHETIC;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static io.quorate.architecture.ModuleRules.MAKES_THREADS;
import static io.quorate.architecture.ModuleRules.READS_CLOCK_OR_CHANCE;
import static io.quorate.architecture.ModuleRules.isClockThreadOrChance;
import static io.quorate.architecture.ModuleRules.isFileOrSocket;
import static io.quorate.architecture.ModuleRules.seeTimeThreadsAndDisksThroughDoors;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.quorate.architecture.ModuleRules;
import io.quorate.cli.Main;
import io.quorate.client.QuorateClient;
import io.quorate.model.NodeId;
import io.quorate.replication.admission.Admission;
import io.quorate.replication.admission.BlockedWrites;
import io.quorate.replication.admission.Entry;
import io.quorate.replication.coordinator.Coordinator;
import io.quorate.replication.health.Liveness;
import io.quorate.replication.hint.Hints;
import io.quorate.replication.move.Copier;
import io.quorate.replication.move.Leftovers;
import io.quorate.replication.repair.AntiEntropy;
import io.quorate.replication.repair.DamageRepair;
import io.quorate.replication.repair.Filler;
import io.quorate.replication.replica.Replica;
import io.quorate.replication.tree.Trees;
import io.quorate.runtime.Lane;
import io.quorate.storage.Storage;
import io.quorate.version.Version;
import java.net.URL;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The walls of the house: which room may use which, and what may not enter it. Each rule says why
 * it is there and what to do instead.
 *
 * <p>It judges the main classes of {@code server} and of {@code cli}. So it is a test of {@code
 * cli}, the one module that depends on both: rules name rooms of each, and a rule that finds no
 * class to judge fails. One rule also judges those of {@code client}.
 */
@Tag("patient")
class ArchitectureTest {
  /** Functions of what they are given, as the hashes in java.security are. */
  private static final Set<String> KEYED_HASH =
      Set.of("javax.crypto.Mac", "javax.crypto.spec.SecretKeySpec");

  /** What every room may use beside the JDK: the annotations, and the rule key → partition. */
  private static final String[] EVERYWHERE = {
    "org.jspecify..", "com.google.errorprone.annotations..", "io.quorate.hash.."
  };

  /** Rooms that know only values. */
  private static final String[] PURE =
      packages(
              "model",
              "bytes",
              "event",
              "version",
              "placement",
              "raft",
              "access",
              "cluster",
              "purge",
              "cut",
              "migration")
          .toArray(String[]::new);

  /** Rooms that live on lanes and so run in the simulator as they are. */
  private static final String[] ON_LANES =
      packages("group", "metadata", "locks", "replication").toArray(String[]::new);

  /** The simulator, and the disk in memory that its nodes have. */
  private static final String[] SIMULATOR =
      packages("sim", "storage.memory").toArray(String[]::new);

  /** Main classes of all modules that a distribution has, but for generated ones. */
  private static final JavaClasses SHIPPED =
      new ClassFileImporter()
          .importUrls(
              List.of(moduleOf(NodeId.class), moduleOf(Main.class), moduleOf(QuorateClient.class)));

  /** Main classes of both modules only: not tests, nor what is generated from proto files. */
  private static final JavaClasses HOUSE =
      SHIPPED.that(
          describe(
              "are of server or cli",
              type -> isOf(moduleOf(NodeId.class), type) || isOf(moduleOf(Main.class), type)));

  private static URL moduleOf(Class<?> type) {
    return type.getProtectionDomain().getCodeSource().getLocation();
  }

  /** Whether a class lies in a directory or a jar. */
  private static boolean isOf(URL module, JavaClass type) {
    return type.getSource()
        .map(source -> source.getUri().toString().contains(module.getPath()))
        .orElse(false);
  }

  /**
   * A room of the house.
   *
   * @param mayUse other rooms whose words it may know; its own packages go without saying
   * @param instead what to do when another room seems to be needed
   */
  private record Room(String name, List<String> mayUse, String instead) {}

  private static final List<Room> PLAN =
      List.of(
          new Room("model", List.of(), "what only one room needs lives in that room"),
          new Room(
              "bytes",
              List.of("model"),
              "it knows how numbers and texts are written; what a value consists of is said beside"
                  + " the value"),
          new Room(
              "event",
              List.of(),
              "an event is declared in the package where it happens; here is only what all events"
                  + " are made of"),
          new Room(
              "version", List.of("model", "bytes"), "take time as an argument, return the record"),
          new Room(
              "placement",
              List.of("model", "version"),
              "it is given nodes and lists as values, and answers with values"),
          new Room(
              "raft",
              List.of("model", "bytes", "event"),
              "it replicates bytes and never looks inside: encode in the metadata room, and let"
                  + " Ready say what to persist, send and apply"),
          new Room(
              "access",
              List.of("model"),
              "it knows of users, roles and grants only; who calls is found out in"
                  + " transport.access"),
          new Room(
              "cluster",
              List.of("model", "bytes", "version", "placement", "access"),
              "put what a command needs into the command, and let its proposer find it out"),
          new Room(
              "purge",
              List.of("model", "bytes", "event", "version", "placement", "cluster"),
              "it is given reports, time and placements as values, and answers with commands; node"
                  + " hands them on"),
          new Room(
              "cut",
              List.of("model", "bytes", "event", "version", "placement", "cluster"),
              "it is given reports, time and placements as values, and answers with commands; node"
                  + " hands them on"),
          new Room(
              "runtime",
              List.of("model"),
              "a door knows only nouns; what passes through it is a type parameter"),
          new Room(
              "storage",
              List.of("model", "version", "runtime"),
              "it stores bytes under names that its callers choose; it decides nothing about them"),
          new Room(
              "group",
              List.of("model", "raft", "storage", "runtime"),
              "it drives any group: what entries mean is said by the StateMachine that it is"
                  + " given"),
          new Room(
              "locks",
              List.of("model", "bytes", "event", "raft", "group", "storage", "runtime"),
              "it knows of the cluster what Locks.Cluster says, which node answers"),
          new Room(
              "metadata",
              List.of(
                  "model",
                  "bytes",
                  "event",
                  "version",
                  "placement",
                  "raft",
                  "group",
                  "cluster",
                  "storage",
                  "runtime"),
              "publish a value (Placements) and let others follow it: nobody calls up"),
          new Room(
              "replication",
              List.of("model", "event", "version", "placement", "storage", "runtime"),
              "it is given Placements, never ClusterState: add what it needs to Placements"),
          new Room(
              "migration",
              List.of("model", "bytes", "event", "version", "placement", "cluster"),
              "it is given reports, time and the state as values, and answers with commands; data"
                  + " is brought by replication, which reports to it"),
          new Room(
              "admin",
              List.of(
                  "model",
                  "version",
                  "placement",
                  "cluster",
                  "storage",
                  "metadata",
                  "replication",
                  "migration"),
              "it is asked in values and answers in values; transport.admin translates"),
          new Room(
              "transport",
              List.of(
                  "model",
                  "event",
                  "version",
                  "placement",
                  "access",
                  "cluster",
                  "runtime",
                  "storage",
                  "metadata",
                  "locks",
                  "replication",
                  "admin",
                  "proto"),
              "it translates and decides nothing: what an operator may ask is decided in admin, and"
                  + " what else it needs is handed to it by node"),
          new Room(
              "cli",
              List.of("model", "client", "jobs", "proto", "node", "metrics"),
              "the command line is a client: ask the cluster through the client library"));

  @TestFactory
  Stream<DynamicTest> roomsUseOnlyTheRoomsThatThePlanAllows() {
    return PLAN.stream()
        .map(
            room -> {
              List<String> known = new ArrayList<>(packages(room.name()));
              known.addAll(packages(room.mayUse().toArray(String[]::new)));
              known.addAll(Arrays.asList(EVERYWHERE));
              return dynamicTest(
                  room.name() + " may use " + room.mayUse(),
                  () ->
                      noClasses()
                          .that()
                          .resideInAPackage(inside(room.name()))
                          .should()
                          .dependOnClassesThat(
                              resideInAPackage("io.quorate..")
                                  .and(not(resideInAnyPackage(known.toArray(String[]::new)))))
                          .because(
                              "dependencies point one way, so that each room can be read and tested"
                                  + " alone; instead, "
                                  + room.instead())
                          .check(HOUSE));
            });
  }

  /**
   * The packages of replication from the lowest to the highest, each with those below it that it
   * may use. See the documentation of package {@code replication} for what the order means.
   */
  private static final SortedPackages REPLICATION =
      new SortedPackages(
          List.of(
              new Room("api", List.of(), "it has what clients ask and are answered, as values"),
              new Room("event", List.of(), "declare the event in the package where it happens"),
              new Room(
                  "background",
                  List.of(),
                  "it measures and limits; what is limited takes a BackgroundBudget"),
              new Room("tree", List.of(), "it is told of changes, and answers with hashes"),
              new Room(
                  "history",
                  List.of(),
                  "the replica tells it what was replaced, and asks from when on it is kept"),
              new Room(
                  "message",
                  List.of("api", "tree"),
                  "a message holds values; what is done about it is decided by its receiver"),
              new Room(
                  "admission",
                  List.of("api", "background", "event"),
                  "it passes requests to the RequestHandler that it is given"),
              new Room(
                  "health",
                  List.of("background", "message"),
                  "take what else a heartbeat tells as a value or a function"),
              new Room(
                  "hint",
                  List.of("background"),
                  "let its Courier carry out what needs operations and messages"),
              new Room(
                  "replica.memory",
                  List.of("message"),
                  "it remembers; what is merged, and read from the store, is the replica's affair"),
              new Room(
                  "replica",
                  List.of("event", "history", "message", "replica.memory", "tree"),
                  "a replica answers and writes; tell others by ReplicaListener"),
              new Room(
                  "replica.limit",
                  List.of("event", "message", "replica"),
                  "ask the replica, which decides what is answered"),
              new Room(
                  "repair",
                  List.of("background", "hint", "message", "replica", "tree"),
                  "ask other nodes through Peers"),
              new Room(
                  "drop",
                  List.of("message", "repair", "replica", "tree"),
                  "let the replica take away what it holds"),
              new Room(
                  "move",
                  List.of("background", "message", "repair", "replica", "tree"),
                  "ask other nodes through Peers, and hints of the node that has them"),
              new Room(
                  "coordinator.event",
                  List.of("health", "hint"),
                  "say in the event what it counts, as a value"),
              new Room(
                  "coordinator.track",
                  List.of("coordinator.event", "health", "hint", "message"),
                  "tell it what was answered; what follows for a request is decided by that"),
              new Room(
                  "coordinator.operation",
                  List.of(
                      "api",
                      "coordinator.event",
                      "coordinator.track",
                      "health",
                      "hint",
                      "message",
                      "repair",
                      "replica",
                      "replica.limit"),
                  "what only one kind of operation needs is in the package of that kind"),
              new Room(
                  "coordinator.register",
                  List.of(
                      "api",
                      "coordinator.event",
                      "coordinator.operation",
                      "coordinator.track",
                      "health",
                      "hint",
                      "message",
                      "repair",
                      "replica"),
                  "it is handed what its entry has chosen"),
              new Room(
                  "coordinator.read",
                  List.of(
                      "api",
                      "coordinator.event",
                      "coordinator.operation",
                      "coordinator.register",
                      "coordinator.track",
                      "health",
                      "hint",
                      "message",
                      "replica"),
                  "a read writes only what it has found; what depends on a read begins at"
                      + " ReadFirst"),
              new Room(
                  "coordinator.write",
                  List.of(
                      "api",
                      "coordinator.event",
                      "coordinator.operation",
                      "coordinator.read",
                      "coordinator.register",
                      "coordinator.track",
                      "event",
                      "health",
                      "hint",
                      "message",
                      "replica"),
                  "what a record is made of is a Content"),
              new Room(
                  "coordinator.scan",
                  List.of(
                      "api",
                      "coordinator.event",
                      "coordinator.operation",
                      "coordinator.track",
                      "health",
                      "message",
                      "replica"),
                  "what is done with a page is decided by who asked for it"),
              new Room(
                  "coordinator.backup",
                  List.of(
                      "api",
                      "background",
                      "coordinator.event",
                      "coordinator.operation",
                      "coordinator.scan",
                      "coordinator.track",
                      "coordinator.write",
                      "event",
                      "health",
                      "hint",
                      "message",
                      "replica"),
                  "of writes it uses the tally alone: a restore stamps nothing"),
              new Room(
                  "coordinator.peer",
                  List.of(
                      "background",
                      "coordinator.operation",
                      "coordinator.register",
                      "health",
                      "hint",
                      "message",
                      "repair",
                      "replica",
                      "tree"),
                  "it asks and brings; what is compared or remembered is decided by repair and"
                      + " hint"),
              new Room(
                  "coordinator",
                  List.of(
                      "api",
                      "background",
                      "coordinator.backup",
                      "coordinator.event",
                      "coordinator.operation",
                      "coordinator.peer",
                      "coordinator.read",
                      "coordinator.register",
                      "coordinator.scan",
                      "coordinator.track",
                      "coordinator.write",
                      "event",
                      "health",
                      "hint",
                      "message",
                      "repair",
                      "replica",
                      "replica.limit"),
                  "let node pass on what admission and moves have to do with requests")));

  /**
   * The packages of backups below their commands, from the lowest to the highest, each with those
   * below it that it may use.
   */
  private static final SortedPackages BACKUPS =
      new SortedPackages(
          List.of(
              new Room("store", List.of(), "it keeps bytes under names; file says what they are"),
              new Room("file", List.of("store"), "it has what is in one backup, as values"),
              new Room("chain", List.of("file", "store"), "it reads backups, and writes none"),
              new Room(
                  "run",
                  List.of("file"),
                  "what only backups, or only restores, need is in their own package"),
              new Room(
                  "cut",
                  List.of("file", "run"),
                  "take what is to be kept of a cut as an interface, as CutMaker.RequestRecord is"),
              new Room(
                  "create",
                  List.of("chain", "cut", "file", "run", "store"),
                  "put what restores need, too, into run"),
              new Room(
                  "restore",
                  List.of("chain", "file", "run", "store"),
                  "put what backups need, too, into run"),
              new Room(
                  "inventory",
                  List.of("chain", "file", "run", "store"),
                  "it asks no cluster: let the command do that")));

  /** Packages in an order, so that each uses only packages that come before it. */
  private record SortedPackages(List<Room> rooms) {
    SortedPackages {
      Set<String> before = new HashSet<>();
      for (Room room : rooms) {
        if (!before.containsAll(room.mayUse())) {
          throw new IllegalArgumentException(room.name() + " uses a package that comes after it");
        }
        before.add(room.name());
      }
    }

    List<String> names() {
      return rooms.stream().map(Room::name).toList();
    }
  }

  @TestFactory
  Stream<DynamicTest> packagesOfReplicationUseOnlyThoseBelow() {
    return useOnlyThoseBelow("replication", REPLICATION);
  }

  @TestFactory
  Stream<DynamicTest> packagesOfBackupsUseOnlyThoseBelow() {
    return useOnlyThoseBelow("cli.backup", BACKUPS);
  }

  /** The package above them all, if it has classes, is used by none of them. */
  private static Stream<DynamicTest> useOnlyThoseBelow(String above, SortedPackages packages) {
    return packages.rooms().stream()
        .map(
            room -> {
              List<String> others = new ArrayList<>();
              others.add("io.quorate." + above);
              packages.names().stream()
                  .filter(name -> !name.equals(room.name()) && !room.mayUse().contains(name))
                  .forEach(name -> others.add("io.quorate." + above + "." + name));
              return dynamicTest(
                  room.name() + " may use " + room.mayUse(),
                  () ->
                      noClasses()
                          .that()
                          .resideInAPackage("io.quorate." + above + "." + room.name())
                          .should()
                          .dependOnClassesThat()
                          .resideInAnyPackage(others.toArray(String[]::new))
                          .because(
                              "the packages of "
                                  + above
                                  + " are read and tested from the lowest to the highest; instead, "
                                  + room.instead())
                          .check(HOUSE));
            });
  }

  @Test
  void allPackagesOfReplicationAreInTheOrder() {
    assertAllAreIn("replication", REPLICATION);
  }

  @Test
  void allPackagesOfBackupsAreInTheOrder() {
    assertAllAreIn("cli.backup", BACKUPS);
  }

  /** A package that is not in the order would be free to use all, and to be used by all. */
  private static void assertAllAreIn(String above, SortedPackages packages) {
    assertThat(HOUSE.that(resideInAPackage(inside(above))))
        .isNotEmpty()
        .allSatisfy(
            type ->
                assertThat(type.getPackageName())
                    .isIn(
                        Stream.concat(
                                Stream.of("io.quorate." + above),
                                packages.names().stream()
                                    .map(name -> "io.quorate." + above + "." + name))
                            .toList()));
  }

  @Test
  void whatBackupCommandsAreMadeOfIsTheirOwn() {
    noClasses()
        .that()
        .resideOutsideOfPackage(inside("cli.backup"))
        .should()
        .dependOnClassesThat(
            resideInAPackage(inside("cli.backup"))
                .and(not(resideInAnyPackage("io.quorate.cli.backup", "io.quorate.cli.backup.cut"))))
        .because(
            "classes there are public for the packages beside them alone; instead, use the options"
                + " of the commands, or what cut reads")
        .check(HOUSE);
  }

  /** Who calls, and the packages of transport that none of the other callers' may know. */
  @TestFactory
  Stream<DynamicTest> eachCallerIsServedApart() {
    List<String> callers = List.of("client", "peer", "admin", "http");
    return callers.stream()
        .map(
            caller ->
                dynamicTest(
                    caller,
                    () ->
                        noClasses()
                            .that()
                            .resideInAnyPackage(
                                Stream.concat(
                                        Stream.of("io.quorate.transport"),
                                        callers.stream()
                                            .filter(other -> !other.equals(caller))
                                            .map(other -> inside("transport." + other)))
                                    .toArray(String[]::new))
                            .should()
                            .dependOnClassesThat()
                            .resideInAPackage(inside("transport." + caller))
                            .because(
                                "who may call what is decided for each kind of caller alone;"
                                    + " instead, move what two of them need to transport, which"
                                    + " knows none of them")
                            .check(HOUSE)));
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
        .check(HOUSE);
  }

  @Test
  void metersKnowNoRoom() {
    noClasses()
        .that()
        .resideInAPackage(inside("metrics"))
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.quorate..")
                .and(
                    not(
                        resideInAnyPackage(
                            inside("metrics"),
                            inside("event"),
                            inside("model"),
                            inside("placement"),
                            "io.quorate.transport.event"))))
        .because(
            "meters, logs and the simulator's report must count the same things under the same"
                + " names; instead, declare an event in the room where it happens, and let it say"
                + " what it counts. Of requests alone, which are too many to be events, the words"
                + " are known (transport.event)")
        .check(HOUSE);
  }

  @Test
  void clientIsUsedAsApplicationsUseIt() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.quorate.client.internal..")
        .because(
            "what the command line cannot do with the client, no application can; instead, add it"
                + " to io.quorate.client or io.quorate.client.admin")
        .check(HOUSE);
  }

  @Test
  void noRoomKnowsItsMetersButByDeclaration() {
    onlyIn(
        packages("metrics"),
        List.of("io.micrometer..", "io.prometheus.."),
        "a room that decides must not depend on how its events are counted; instead, declare a"
            + " meter beside the event (package event)");
  }

  @Test
  void nobodyKnowsTheWiringButTheEdge() {
    noClasses()
        .that()
        .resideOutsideOfPackages(inside("node"), inside("cli"), inside("runtime.real"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(inside("node"), inside("runtime.real"))
        .because(
            "node builds the real clocks, disks and connections and hands them in; instead, take"
                + " the door (an interface of runtime) in the constructor")
        .check(HOUSE);
  }

  @Test
  void nobodyKnowsTheSimulator() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(SIMULATOR)
        .orShould()
        .resideInAnyPackage(SIMULATOR)
        .because(
            "the simulator and its disk in memory are no part of what is shipped; instead, take the"
                + " door that they stand behind, and let module simulation pass them in")
        .check(SHIPPED);
  }

  @Test
  void pureRoomsKnowOnlyValues() {
    pureRoomsKnowOnlyValues(PURE).check(HOUSE);
  }

  private static ArchRule pureRoomsKnowOnlyValues(String... rooms) {
    DescribedPredicate<JavaClass> foreign =
        not(resideInAnyPackage("java..", "io.quorate..")).and(not(resideInAnyPackage(EVERYWHERE)));
    DescribedPredicate<JavaClass> ofOtherThreadsOrTables =
        resideInAnyPackage("java.util.concurrent..", "java.sql..");
    return noClasses()
        .that()
        .resideInAnyPackage(rooms)
        .should()
        .dependOnClassesThat(
            describe(
                "are a library, or meet the outside world",
                type ->
                    (foreign.test(type)
                            && !type.getBaseComponentType().isPrimitive()
                            && !KEYED_HASH.contains(type.getName()))
                        || ofOtherThreadsOrTables.test(type)
                        || isFileOrSocket(type)
                        || isClockThreadOrChance(type)))
        .orShould()
        .accessTargetWhere(READS_CLOCK_OR_CHANCE)
        .because(
            "same inputs must give the same outputs in simulation and production; instead, take"
                + " time, ids and randomness as arguments, and return what should happen");
  }

  @Test
  void roomsOnLanesSeeTimeThreadsAndDisksThroughDoors() {
    // Of storage the contract: its RocksDB half, which is the door itself, has threads.
    String[] rooms =
        Stream.concat(Arrays.stream(ON_LANES), Stream.of("io.quorate.storage"))
            .toArray(String[]::new);
    seeTimeThreadsAndDisksThroughDoors(rooms).check(HOUSE);
  }

  @Test
  void doorsAndStorageDoNotTellTimeThemselves() {
    noClasses()
        .that()
        .resideInAnyPackage(inside("runtime"), inside("storage"))
        .and()
        .resideOutsideOfPackage(inside("runtime.real"))
        .should()
        .accessTargetWhere(READS_CLOCK_OR_CHANCE)
        .because(
            "the simulator owns time and chance; instead, take Clock or Randomness of runtime. Only"
                + " runtime.real may ask the machine")
        .check(HOUSE);
  }

  @Test
  void whatDecidesInANodeRunsInTheSimulator() {
    DescribedPredicate<JavaClass> ofTheEdge =
        resideInAnyPackage(
            "io.grpc..",
            "io.netty..",
            "com.google.protobuf..",
            "io.quorate.proto..",
            "org.slf4j..",
            inside("runtime.real"),
            inside("storage.rocks"),
            inside("metrics"));
    noClasses()
        .that()
        .resideInAPackage(inside("node.core"))
        .should()
        .dependOnClassesThat(
            describe(
                "are real clocks, threads, disks, connections or meters, or chance",
                type ->
                    isClockThreadOrChance(type) || isFileOrSocket(type) || ofTheEdge.test(type)))
        .orShould()
        .accessTargetWhere(READS_CLOCK_OR_CHANCE)
        .orShould()
        .accessTargetWhere(MAKES_THREADS)
        .because(
            "the simulator runs this part of a node as production does; instead, take it from"
                + " NodeEnvironment, or tell NodeListener")
        .check(HOUSE);
  }

  @Test
  void threadsComeThroughTheirDoor() {
    noClasses()
        .that()
        .resideOutsideOfPackages(inside("node"), inside("cli"), inside("runtime.real"))
        .should()
        .accessTargetWhere(MAKES_THREADS)
        .because(
            "code that makes threads decides what runs beside what; instead, take Threads of"
                + " runtime, or do it on a Lane")
        .check(HOUSE);
  }

  @Test
  void rocksDbStaysInStorage() {
    onlyIn(
        List.of(inside("storage")),
        List.of("org.rocksdb.."),
        "RocksDB is one of two halves that pass the same contract tests; instead, extend the"
            + " contract in storage, and its in-memory twin with it");
  }

  @Test
  void whatRocksDbStoresIsMadeOfIsItsOwn() {
    noClasses()
        .that()
        .resideOutsideOfPackage(inside("storage.rocks"))
        .should()
        .dependOnClassesThat(
            describe(
                "are below the stores in RocksDB",
                type ->
                    type.getPackageName().startsWith("io.quorate.storage.rocks.")
                        && !type.getSimpleName().equals("RocksSettings")))
        .because(
            "format, files, database and writer are public for the stores alone; instead, ask the"
                + " stores, by the contract in storage")
        .check(HOUSE);
  }

  @Test
  void valuesAreEncryptedInOneRoom() {
    onlyIn(
        List.of(inside("storage.crypt")),
        List.of("com.google.crypto.tink.."),
        "who may read what is on a disk is decided where keys are kept; instead, call Keyring of"
            + " storage.crypt");
  }

  @Test
  void certificatesAreMadeInOneRoom() {
    onlyIn(
        List.of(inside("cli.security")),
        List.of("org.bouncycastle.."),
        "nodes and clients read certificates with the JDK and their TLS libraries alone; instead,"
            + " call cli.security");
  }

  @Test
  void grpcStaysAtTheEdge() {
    onlyIn(
        packages("transport", "runtime.real", "node", "cli"),
        List.of("io.grpc..", "io.netty.."),
        "what is said and how it travels change apart; instead, say it with a value of the room"
            + " that owns the word and let transport translate");
  }

  @Test
  void wordsOfTheWireStayInTransport() {
    onlyIn(
        packages("transport", "node", "cli"),
        List.of("com.google.protobuf..", "io.quorate.proto.."),
        "the wire must be free to change without the protocol, and the reverse; instead, translate"
            + " once, in transport.codec");
  }

  @Test
  void recordsAreComparedThroughTheirModel() {
    ModuleRules.recordsAreComparedThroughTheirModel("io.quorate..").check(HOUSE);
  }

  @Test
  void codecsRunInTheSimulator() {
    noClasses()
        .that()
        .resideInAPackage(inside("transport.codec"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.grpc..", "io.netty..", "java.util.concurrent..", "java.net..")
        .because(
            "simulation passes every message through the real encoding; instead, keep calls and"
                + " connections in transport itself")
        .check(HOUSE);
  }

  @Test
  void nothingStaticChanges() {
    ModuleRules.nothingStaticChanges().check(HOUSE);
  }

  @Test
  void nobodyLocksWhatALaneOwns() {
    methods()
        .that()
        .areDeclaredInClassesThat()
        .resideInAnyPackage(
            Stream.of(PURE, ON_LANES).flatMap(Arrays::stream).toArray(String[]::new))
        .should()
        .notHaveModifier(SYNCHRONIZED)
        .because("what a lane owns needs no lock; instead, send the lane a task")
        .check(HOUSE);
  }

  /** What one lane owns of a node, for its partitions (docs/design/lanes.md). */
  private static final DescribedPredicate<JavaClass> OWNED_BY_A_LANE =
      describe(
          "are owned by one lane",
          type ->
              Set.of(
                      Admission.class,
                      AntiEntropy.class,
                      BlockedWrites.class,
                      Coordinator.class,
                      Copier.class,
                      Entry.class,
                      Filler.class,
                      Hints.class,
                      Leftovers.class,
                      DamageRepair.class,
                      Replica.class,
                      Trees.class)
                  .stream()
                  .anyMatch(owned -> type.isEquivalentTo(owned)));

  private static final DescribedPredicate<JavaClass> OF_METADATA =
      resideInAPackage("io.quorate.metadata..");

  /** A node has these once, however many lanes it has. */
  private static final DescribedPredicate<JavaClass> OF_THE_WHOLE_NODE =
      describe(
          "belong to the whole node",
          type ->
              type.isEquivalentTo(Liveness.class)
                  || type.isEquivalentTo(Storage.class)
                  || OF_METADATA.test(type));

  @Test
  void whatALaneOwnsIsReachedThroughItsDataPart() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.quorate.replication..", "io.quorate.node.core..")
        .should()
        .dependOnClassesThat(OWNED_BY_A_LANE)
        .because(
            "a node may have several lanes, and only node.core knows which of them has a"
                + " partition; instead, take a value, or an interface that node.core carries out")
        .check(HOUSE);
  }

  @Test
  void whatALaneOwnsSeesOfTheNodeOnlyWhatItIsGiven() {
    noClasses()
        .that()
        .resideInAPackage("io.quorate.replication..")
        .and()
        .resideOutsideOfPackage("io.quorate.replication.health..")
        .should()
        .dependOnClassesThat(OF_THE_WHOLE_NODE)
        .because(
            "several lanes would share it; instead, take LiveNodes, a budget, or a store that was"
                + " opened for this lane")
        .check(HOUSE);
  }

  /** By its fields; parts made for another one are run on that one's lane. */
  @Test
  void nothingInReplicationHasTwoLanes() {
    classes()
        .that()
        .resideInAPackage("io.quorate.replication..")
        .should(
            new ArchCondition<>("have one lane at most, given when they are made") {
              @Override
              public void check(JavaClass type, ConditionEvents events) {
                long lanes =
                    type.getFields().stream()
                        .filter(field -> field.getRawType().isEquivalentTo(Lane.class))
                        .count();
                boolean isGivenOne =
                    type.getMethods().stream()
                        .filter(method -> !method.getModifiers().contains(SYNTHETIC))
                        .anyMatch(
                            method ->
                                method.getRawParameterTypes().stream()
                                    .anyMatch(taken -> taken.isEquivalentTo(Lane.class)));
                if (lanes > 1 || isGivenOne) {
                  events.add(SimpleConditionEvent.violated(type, type + " has several lanes"));
                }
              }
            })
        .because("what hands work from one lane to another is in node")
        .check(HOUSE);
  }

  /** A rule that nothing can break guards nothing. */
  @Test
  void theWallsStandWhereSomebodyLeansOnThem() {
    JavaClasses trespassers = new ClassFileImporter().importClasses(Trespasser.class);
    assertThatThrownBy(() -> pureRoomsKnowOnlyValues("io.quorate").check(trespassers))
        .hasMessageContaining("currentTimeMillis")
        .hasMessageContaining("ConcurrentHashMap")
        .hasMessageContaining("java.util.Random")
        .hasMessageContaining("return what should happen");
    assertThatThrownBy(
            () -> ModuleRules.recordsAreComparedThroughTheirModel("io.quorate").check(trespassers))
        .hasMessageContaining("isAfter")
        .hasMessageContaining("compareTo")
        .hasMessageContaining("ask the RecordModel");
    assertThat(HOUSE.that(resideInAPackage(inside("cli")))).hasSizeGreaterThan(100);
    assertThat(HOUSE.that(not(resideInAPackage(inside("cli"))))).hasSizeGreaterThan(500);
  }

  /** Does in one place what no pure room may do. */
  static final class Trespasser {
    private final java.util.concurrent.ConcurrentHashMap<Long, Double> seen =
        new java.util.concurrent.ConcurrentHashMap<>();

    void lean() {
      seen.put(System.currentTimeMillis(), new java.util.Random().nextDouble());
    }

    List<Version> newestFirst(Version one, List<Version> others) {
      return others.stream().filter(one::isAfter).sorted(Version::compareTo).toList();
    }
  }

  private static void onlyIn(List<String> rooms, List<String> types, String why) {
    noClasses()
        .that()
        .resideOutsideOfPackages(rooms.toArray(String[]::new))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(types.toArray(String[]::new))
        .because(why)
        .check(HOUSE);
  }

  private static String inside(String room) {
    return "io.quorate." + room + "..";
  }

  private static List<String> packages(String... rooms) {
    return Arrays.stream(rooms).map(ArchitectureTest::inside).toList();
  }
}
