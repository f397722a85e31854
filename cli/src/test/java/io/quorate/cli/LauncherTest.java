package io.quorate.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.command.ExitCode;
import io.quorate.cli.process.NodeJvm;
import io.quorate.node.config.Memory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What bin/quorate starts, told by a Java of the test's own that only prints its arguments. */
class LauncherTest {
  private static final Path BIN =
      Files.isDirectory(Path.of("bin")) ? Path.of("bin") : Path.of("..", "bin");

  @TempDir private Path directory;

  private final Map<String, String> environment = new HashMap<>();

  /** How a script ended. */
  private record Ended(int exitCode, String out, String err) {
    List<String> options() {
      return out.lines().toList();
    }
  }

  @BeforeEach
  void install() throws IOException {
    Path installed = Files.createDirectories(directory.resolve("installed/bin"));
    Files.createDirectories(directory.resolve("installed/lib"));
    Files.createDirectories(directory.resolve("home"));
    for (String script : List.of("quorate", "find-java", "memory-limit")) {
      Path copy = installed.resolve(script);
      Files.copy(BIN.resolve(script), copy);
      assertThat(copy.toFile().setExecutable(true)).isTrue();
    }
    javaThat("for arg in \"$@\"; do printf '%s\\n' \"$arg\"; done");
    environment.put("PATH", System.getenv("PATH"));
    environment.put("HOME", directory.resolve("home").toString());
    environment.put("JAVA_HOME", directory.resolve("java").toString());
  }

  /** The Java of JAVA_HOME, so the launcher chooses it. */
  private void javaThat(String does) throws IOException {
    java(directory.resolve("java"), 999, does);
  }

  private static void java(Path home, int version, String does) throws IOException {
    Path java = home.resolve("bin/java");
    Files.createDirectories(java.getParent());
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    Files.writeString(java, "#!/usr/bin/env bash\n" + does + "\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();
  }

  private Ended quorate(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(directory.resolve("installed/bin/quorate").toString());
    command.addAll(List.of(arguments));
    return ended(command);
  }

  private Ended ended(List<String> command) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().putAll(environment);
    Path err = directory.resolve("err");
    Process process = builder.redirectError(err.toFile()).start();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(60, SECONDS)).isTrue();
    return new Ended(process.exitValue(), out, Files.readString(err));
  }

  @Test
  void aNodeEndsWhenItIsOutOfMemoryWhateverOptionsItIsGiven() throws Exception {
    assertThat(quorate("server").options()).containsAll(NodeJvm.ALWAYS);
    environment.put("QUORATE_JAVA_OPTS", "-Xmx20m -Dx=y");
    assertThat(quorate("server").options())
        .containsAll(NodeJvm.ALWAYS)
        .contains("-Xmx20m", "-Dx=y");
    assertThat(quorate("dev").options()).containsAll(NodeJvm.ALWAYS);
    assertThat(NodeJvm.command(Main.class, List.of(), "-Xmx20m")).containsAll(NodeJvm.ALWAYS);
  }

  @Test
  void tooFewFilesThatMayBeOpenAreToldBeforeAClassIsMissing() throws Exception {
    for (int files : List.of(100, 256)) {
      Ended ended =
          ended(
              List.of(
                  "bash",
                  "-c",
                  "ulimit -n %d && exec %s server"
                      .formatted(files, directory.resolve("installed/bin/quorate"))));
      if (files < 256) {
        assertThat(ended.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(ended.err()).contains("no more than 100 files may be open here", "LimitNOFILE");
        assertThat(ended.out()).isEmpty();
      } else {
        assertThat(ended.exitCode()).as(ended.err()).isEqualTo(ExitCode.DONE);
      }
    }
  }

  /** The launcher and NodeJvm start the same nodes. */
  @ParameterizedTest
  @ValueSource(ints = {100, 384, 512, 1000, 2048, 8192, 24_105, 65_536, 524_288})
  void theHeapFollowsFromTheMemoryThereIs(int mib) throws Exception {
    Path limit = directory.resolve("installed/bin/memory-limit");
    Files.writeString(limit, "#!/usr/bin/env bash\necho " + mib + "\n");
    for (String options :
        List.of("", "-Xmx700m", "-XX:+UseG1GC -Dx=y", "-XX:MaxRAMPercentage=50")) {
      environment.put("QUORATE_JAVA_OPTS", options);
      List<String> expected = NodeJvm.memoryOptions(options, (long) mib << 20);
      List<String> started = quorate("server").options();
      assertThat(started).as(options).containsSubsequence(expected);
      assertThat(started).filteredOn(each -> each.matches("-XX:\\+Use\\w*GC")).hasSize(1);
      assertThat(expected.stream().filter(each -> each.startsWith("-Xmx"))).hasSizeLessThan(2);
    }
  }

  @Test
  void aHeapIsAQuarterAndNeverMoreThanANodeHasUseFor() {
    assertThat(NodeJvm.memoryOptions("", 512L << 20)).contains("-Xms128m", "-Xmx128m");
    assertThat(NodeJvm.memoryOptions("", 8L << 30)).contains("-Xms512m", "-Xmx512m");
    assertThat(NodeJvm.memoryOptions("", 64L << 30)).contains("-Xms2048m", "-Xmx2048m");
    assertThat(NodeJvm.memoryOptions("-XX:+UseG1GC", 8L << 30))
        .contains("-Xmx512m", "-XX:+UseG1GC")
        .doesNotContain("-XX:+UseSerialGC");
  }

  @ParameterizedTest
  @CsvSource({
    "'0::/', memory.max, max, 2000",
    "'0::/', memory.max, 536870912, 512",
    "'0::/system.slice/quorate.service', system.slice/memory.max, 1073741824, 1024",
    "'0::/system.slice/quorate.service', system.slice/quorate.service/memory.max, 536870912, 512",
    "'4:memory:/docker/0a1b', memory/memory.limit_in_bytes, 536870912, 512",
    "'4:cpu,memory:/a', memory/a/memory.limit_in_bytes, 419430400, 400",
    "'4:memory:/', memory/memory.limit_in_bytes, 9223372036854771712, 2000",
    "'4:cpu:/a', memory.max, 536870912, 2000",
  })
  void theMemoryOfAContainerIsFound(String group, String file, String limit, int mib)
      throws Exception {
    Path root = directory.resolve("root");
    write(root.resolve("proc/meminfo"), "MemTotal:        2048000 kB\nMemFree: 1 kB\n");
    write(root.resolve("proc/self/cgroup"), "3:cpuset:/x\n" + group + "\n");
    write(root.resolve("sys/fs/cgroup").resolve(file), limit + "\n");
    Process process =
        new ProcessBuilder(BIN.resolve("memory-limit").toString(), root.toString()).start();
    assertThat(new String(process.getInputStream().readAllBytes(), UTF_8)).isEqualTo(mib + "\n");
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  @Test
  void whatANodeWritesIsForItsOwnUserOnly() throws Exception {
    javaThat("umask");
    assertThat(quorate("server").out()).isEqualTo("0077\n");
  }

  /** The heap of a node would be taken from the node that runs beside it. */
  @ParameterizedTest
  @ValueSource(strings = {"--config f --check-config", "--help", "-h"})
  void whatRunsNoNodeHasNotTheHeapOfOne(String words) throws Exception {
    assertThat(quorate(("server " + words).split(" ")).options())
        .contains("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "server")
        .doesNotContain("-XX:+AlwaysPreTouch")
        .noneMatch(option -> option.startsWith("-Xm"));
  }

  @Test
  void nodesOfOneMachineShareItsMemory() {
    assertThat(NodeJvm.shareOf(8L << 30, 4)).isEqualTo(2L << 30);
    assertThat(NodeJvm.memoryOptions("", NodeJvm.shareOf(2L << 30, 4))).contains("-Xmx128m");
    assertThat(NodeJvm.shareOf(1L << 30, 5)).isEqualTo(Memory.LIMIT_MIN_BYTES);
    assertThat(NodeJvm.shareOf(200L << 20, 1)).isEqualTo(200L << 20);
  }

  /** A command in the container of a node shares the node's memory. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void whereMemoryRunsOutACommandGivesWayToANode() throws Exception {
    javaThat("cat /proc/self/oom_score_adj");
    int node = Integer.parseInt(quorate("server").out().strip());
    for (String command : List.of("get", "bench")) {
      assertThat(Integer.parseInt(quorate(command).out().strip()))
          .as(command)
          .isGreaterThanOrEqualTo(500)
          .isGreaterThan(node);
    }
    // The kernel would take the lock from what runs under it.
    String[] holder = {"lock", "acquire", "x", "--ttl", "1m", "--", "./report.sh"};
    assertThat(Integer.parseInt(quorate(holder).out().strip())).isEqualTo(node);
  }

  /** They are to run as without the launcher. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void whatIsChangedForJavaIsKeptForProgramsThatACommandStarts() throws Exception {
    environment.put("LC_NUMERIC", "de_DE.UTF-8");
    String place = Files.readString(Path.of("/proc/self/oom_score_adj")).strip();
    for (String command : List.of("lock", "cluster", "shell")) {
      assertThat(quorate(command).options())
          .contains(
              "-Dquorate.given.locale=kept",
              "-Dquorate.given.LC_NUMERIC=de_DE.UTF-8",
              "-Dquorate.given.oom_score_adj=" + place)
          .noneMatch(option -> option.startsWith("-Dquorate.given.LC_ALL"));
    }
  }

  @ParameterizedTest
  @CsvSource({"100, 96", "512, 128", "2048, 512", "65536, 512"})
  void theHeapOfALoadIsAQuarterOfTheMemoryAndNeverMoreThanItHasUseFor(int mib, int heap)
      throws Exception {
    Path limit = directory.resolve("installed/bin/memory-limit");
    Files.writeString(limit, "#!/usr/bin/env bash\necho " + mib + "\n");
    assertThat(quorate("bench").options()).contains("-Xms" + heap / 2 + "m", "-Xmx" + heap + "m");
  }

  /** It remembers what it has seen of each. */
  @ParameterizedTest
  @CsvSource({
    "--keys 1000000, 512",
    "--keys=5242880, 1288",
    "--workload a --keys 5242880 --rate 7, 1288",
    "--keys 99999999999, 512",
    "--keys many, 512",
    "--keys 2000000000, 16384"
  })
  void theHeapOfALoadGrowsWithItsKeys(String options, int heap) throws Exception {
    Path limit = directory.resolve("installed/bin/memory-limit");
    Files.writeString(limit, "#!/usr/bin/env bash\necho 65536\n");
    String[] bench = ("bench " + options).split(" ");
    assertThat(quorate(bench).options()).contains("-Xmx" + heap + "m");
  }

  /** Otherwise any user of the machine could put classes there for others to run. */
  @Test
  void withoutAHomeNothingIsKeptBetweenRuns() throws Exception {
    assertThat(quorate("get", "k").out()).contains("-XX:SharedArchiveFile=" + directory);
    environment.remove("HOME");
    assertThat(quorate("get", "k").out()).contains("io.quorate.cli.Main").doesNotContain("Archive");
    assertThat(quorate("server").out())
        .contains("io.quorate.cli.Main")
        .doesNotContain("AOTCache")
        .doesNotContain("quorate.classes");
    Ended warm = quorate("warm");
    assertThat(warm.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(warm.err()).contains("set XDG_CACHE_HOME");
  }

  /** The JVM does not use what is kept of other jars, nor does it put new classes in its place. */
  @Test
  void keptClassesAreThoseOfTheJarsThatAreInstalled() throws Exception {
    Path before = keptClasses("get", "k");
    assertThat(keptClasses("put", "k", "v")).isEqualTo(before);
    write(before, "kept");
    Path jar = Files.writeString(directory.resolve("installed/lib/another.jar"), "1");
    Path after = keptClasses("get", "k");
    assertThat(after).isNotEqualTo(before);
    assertThat(before).as("of no use any more").doesNotExist();
    Files.writeString(jar, "23");
    assertThat(keptClasses("get", "k")).isNotIn(before, after);
  }

  private Path keptClasses(String... command) throws Exception {
    String option = "-XX:SharedArchiveFile=";
    return quorate(command).options().stream()
        .filter(each -> each.startsWith(option))
        .map(each -> Path.of(each.substring(option.length())))
        .findFirst()
        .orElseThrow();
  }

  /** Of another release at the same place a node would learn nothing from it. */
  @Test
  void aNodeTakesUpWhatWasLearnedOfItsOwnBuildAndJava() throws Exception {
    javaThatLearns();
    assertThat(learned()).isEmpty();
    assertThat(quorate("warm").exitCode()).isZero();
    Path first = learned().orElseThrow();
    assertThat(first).exists();

    write(directory.resolve("installed/lib/another.jar"), "1");
    assertThat(learned()).isEmpty();
    assertThat(quorate("warm").exitCode()).isZero();
    Path second = learned().orElseThrow();
    assertThat(second).isNotEqualTo(first);
    assertThat(first).as("of no use any more").doesNotExist();

    write(directory.resolve("java/release"), "JAVA_VERSION=\"999\"\nIMPLEMENTOR=\"others\"\n");
    assertThat(learned()).isEmpty();
  }

  @Test
  void whatIsLearnedAlreadyIsNotLearnedOnceMoreIfOnlyNeeded() throws Exception {
    javaThatLearns();
    for (int time = 0; time < 2; time++) {
      assertThat(quorate("warm", "--if-needed").exitCode()).isZero();
      assertThat(timesLearned()).isEqualTo(1);
    }
    write(directory.resolve("installed/lib/another.jar"), "1");
    assertThat(quorate("warm", "--if-needed").exitCode()).isZero();
    assertThat(timesLearned()).isEqualTo(2);
    assertThat(quorate("warm").exitCode()).isZero();
    assertThat(timesLearned()).isEqualTo(3);
  }

  /** As a service that does it wherever it can. */
  @Test
  void whereJavaIsTooOldItIsNotNeededEither() throws Exception {
    javaThatLearns();
    Path finder = directory.resolve("installed/bin/find-java");
    Files.writeString(
        finder,
        "#!/usr/bin/env bash\n[ \"$1\" != 25 ] || exit 4\necho " + directory + "/java/bin/java\n");
    assertThat(quorate("warm", "--if-needed").exitCode()).isZero();
    Ended asked = quorate("warm");
    assertThat(asked.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(asked.err()).contains("warm needs Java 25 or newer");
    assertThat(timesLearned()).isZero();
  }

  /** A node that starts meanwhile takes up what was learned before. */
  @Test
  void whatWasLearnedStaysUntilMoreIsLearned() throws Exception {
    javaThatLearns();
    assertThat(quorate("warm").exitCode()).isZero();
    Path kept = learned().orElseThrow();
    javaThat("exit 4");
    assertThat(quorate("warm").exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(kept).exists();
    try (Stream<Path> files = Files.list(kept.getParent())) {
      assertThat(files).containsExactly(kept);
    }
  }

  private void javaThatLearns() throws IOException {
    javaThat(
        "for arg in \"$@\"; do\n"
            + "  printf '%s\\n' \"$arg\"\n"
            + "  case $arg in -XX:AOTCacheOutput=*) echo x >\"${arg#*=}\"; echo x >>"
            + directory
            + "/learned ;; esac\n"
            + "done");
  }

  private long timesLearned() throws IOException {
    Path learned = directory.resolve("learned");
    return Files.exists(learned) ? Files.readAllLines(learned).size() : 0;
  }

  private Optional<Path> learned() throws Exception {
    String option = "-XX:AOTCache=";
    List<String> options = quorate("server").options();
    assertThat(options).contains("io.quorate.cli.Main");
    return options.stream()
        .filter(each -> each.startsWith(option))
        .map(each -> Path.of(each.substring(option.length())))
        .findFirst();
  }

  /** What the first node keeps at its end, those that start later take; NodeJvm starts the same. */
  @Test
  void aNodeTakesUpTheClassesOfTheOneBefore() throws Exception {
    Path first = classesOfNodes();
    String where = "-Dquorate.classes=" + first;
    String record = "-XX:+RecordDynamicDumpInfo";
    assertThat(quorate("server").options())
        .contains(where, record)
        .noneMatch(each -> each.startsWith("-XX:SharedArchiveFile"));
    assertThat(startedBy(first)).contains(where, record);
    write(first, "kept");
    List<String> takes = List.of(where, "-XX:SharedArchiveFile=" + first, "-Xlog:cds*=off");
    assertThat(quorate("server").options()).containsSubsequence(takes).doesNotContain(record);
    assertThat(quorate("dev", "--processes").options()).containsSubsequence(takes);
    assertThat(startedBy(first)).containsSubsequence(takes).doesNotContain(record);
    assertThat(quorate("get", "k").out()).as("has its own").doesNotContain(first.toString());
    assertThat(first).exists();

    write(directory.resolve("installed/lib/another.jar"), "1");
    assertThat(classesOfNodes()).isNotEqualTo(first);
    assertThat(first).as("of no use any more").doesNotExist();
  }

  private Path classesOfNodes() throws Exception {
    String option = "-Dquorate.classes=";
    return quorate("server").options().stream()
        .filter(each -> each.startsWith(option))
        .map(each -> Path.of(each.substring(option.length())))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> startedBy(Path classes) {
    System.setProperty("quorate.classes", classes.toString());
    try {
      return NodeJvm.command(Main.class, List.of(), "");
    } finally {
      System.clearProperty("quorate.classes");
    }
  }

  /** The JVM refuses two of such options, and one of them does nothing beside what was learned. */
  @ParameterizedTest
  @ValueSource(strings = {"-XX:SharedArchiveFile=x", "-Xshare:off", "-XX:AOTCache=x"})
  void theClassesAreLeftToAnOperatorWhoHasWishesOfHisOwn(String options) throws Exception {
    environment.put("QUORATE_JAVA_OPTS", options);
    assertThat(quorate("server").out()).contains(options).doesNotContain("quorate.classes");
  }

  @Test
  void whereMoreWasLearnedClassesAreNotKept() throws Exception {
    javaThatLearns();
    assertThat(quorate("warm").exitCode()).isZero();
    assertThat(quorate("server").out()).contains("AOTCache").doesNotContain("quorate.classes");
  }

  /** A command that uses few classes would leave too few for all others. */
  @Test
  void whatOnlyHelpsKeepsNoClasses() throws Exception {
    String keeps = "-XX:+AutoCreateSharedArchive";
    assertThat(quorate("get", "k").options()).contains(keeps);
    for (List<String> help :
        List.of(List.of("get", "--help"), List.of("--version"), List.<String>of())) {
      assertThat(quorate(help.toArray(String[]::new)).options())
          .doesNotContain(keeps)
          .anyMatch(option -> option.startsWith("-XX:SharedArchiveFile="));
    }
  }

  /** As above: most of the classes of others are those that speak with nodes. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "security init certificates",
        "security key new",
        "config check",
        "completion bash",
        "metadata inspect data",
        "backup verify --from data",
        "server --check-config"
      })
  void whatAsksNoNodeKeepsNoClasses(String words) throws Exception {
    assertThat(quorate(words.split(" ")).options())
        .doesNotContain("-XX:+AutoCreateSharedArchive")
        .anyMatch(option -> option.startsWith("-XX:SharedArchiveFile="));
    assertThat(quorate("security", "whoami").options()).contains("-XX:+AutoCreateSharedArchive");
  }

  /** The kernel would end a command that writes them where a node has most of the memory. */
  @Test
  void inASmallContainerClassesAreTakenAndNotKept() throws Exception {
    String keeps = "-XX:+AutoCreateSharedArchive";
    Path limit = directory.resolve("installed/bin/memory-limit");
    Files.writeString(limit, "#!/usr/bin/env bash\necho 1535\n");
    assertThat(quorate("get", "k").options()).doesNotContain(keeps);
    Path kept = keptClasses("get", "k");
    Files.writeString(limit, "#!/usr/bin/env bash\necho 1536\n");
    assertThat(quorate("get", "k").options()).contains(keeps);
    write(kept, "of another container with the same directory");
    Files.writeString(limit, "#!/usr/bin/env bash\necho 512\n");
    assertThat(keptClasses("get", "k")).isEqualTo(kept).exists();
    assertThat(quorate("get", "k").options()).contains(keeps);
  }

  /** Where the system speaks another language, nothing that it tells would be understood. */
  @Test
  void ofTheLocaleNothingButItsCharactersIsTaken() throws Exception {
    javaThat("echo \"$LC_ALL,$LC_CTYPE,$LC_MESSAGES,$LC_NUMERIC\"");
    Path locale = Files.createDirectories(directory.resolve("commands")).resolve("locale");
    Files.writeString(locale, "#!/usr/bin/env bash\necho UTF-8\n");
    assertThat(locale.toFile().setExecutable(true)).isTrue();
    environment.merge("PATH", locale.getParent() + ":", (path, first) -> first + path);
    environment.put("LANG", "de_DE.UTF-8");
    assertThat(quorate("get", "k").out()).isEqualTo(",de_DE.UTF-8,C,C\n");
    environment.put("LC_CTYPE", "fr_FR.UTF-8");
    assertThat(quorate("get", "k").out()).isEqualTo(",fr_FR.UTF-8,C,C\n");
    environment.put("LC_ALL", "ar_EG.UTF-8");
    assertThat(quorate("server").out()).isEqualTo(",ar_EG.UTF-8,C,C\n");
    Files.writeString(locale, "#!/usr/bin/env bash\necho ANSI_X3.4-1968\n");
    assertThat(quorate("server").out()).startsWith("C.UTF-8,");
  }

  /** 1 would say to a script that a key does not exist. */
  @Test
  void withoutAJavaItFailsAsNothingElseDoes() throws Exception {
    Path finder = directory.resolve("installed/bin/find-java");
    Files.writeString(finder, Files.readString(finder).replace("want=${1:-21}", "want=1000"));
    Ended ended = quorate("get", "k");
    assertThat(ended.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(ended.err()).contains("no JDK 1000 or newer found");
  }

  /** An operator who names one has a reason to. */
  @Test
  void theJavaOfJavaHomeRunsThoughANewerOneIsInstalled() throws Exception {
    Path newer = directory.resolve("home/.sdkman/candidates/java/newer");
    java(newer, 1_000, "echo newer");
    java(directory.resolve("java"), 21, "echo named");
    assertThat(quorate("server").out()).isEqualTo("named\n");
    Ended warm = quorate("warm");
    assertThat(warm.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(warm.err())
        .contains("warm needs Java 25 or newer, and what runs is " + directory + "/java/bin/java");
    java(directory.resolve("java"), 17, "echo too old");
    assertThat(quorate("server").out()).isEqualTo("newer\n");
    environment.remove("JAVA_HOME");
    assertThat(quorate("server").out()).isEqualTo("newer\n");
  }
}
