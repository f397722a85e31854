package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The image has a part of a JDK and a part of Debian: what could be missing there is used here.
 * Skipped where no Docker engine answers.
 */
class ImageTest {
  private static final long BYTES_MAX = 200_000_000;
  private static final Pattern COMMAND = Pattern.compile("(?m)^  ([a-z][a-z-]*)  ");

  private static @Nullable Compose running;

  @TempDir private Path directory;

  @BeforeAll
  static void start() {
    running = Compose.ofThree("512m");
  }

  @AfterAll
  static void end() {
    if (running != null) {
      running.close();
    }
  }

  private static Compose compose() {
    return Objects.requireNonNull(running);
  }

  private static String bash(String line) {
    return compose().run("exec", "-T", "node-1", "bash", "-c", line).outText();
  }

  @Test
  void itIsSmallAndSaysWhatItIs() {
    String told =
        CommandLine.system(
                "docker",
                "image",
                "inspect",
                "--format",
                "{{.Size}} {{.Config.User}} {{json .Config.Labels}}",
                Compose.IMAGE)
            .outText();
    assertThat(Long.parseLong(told.substring(0, told.indexOf(' ')))).isLessThan(BYTES_MAX);
    assertThat(told)
        .contains(" 10001:10001 ")
        .contains("\"org.opencontainers.image.licenses\":\"Apache-2.0\"")
        .containsPattern("\"org.opencontainers.image.version\":\"\\d+\\.\\d+\\.\\d+");
  }

  @Test
  void nativeLibrariesAreThoseOfItsPlatform() {
    String libraries = bash("find /opt/quorate -name '*.so' -o -name '*.jnilib' -o -name '*.dll'");
    assertThat(libraries.lines())
        .allMatch(library -> library.startsWith("/opt/quorate/lib/native/"))
        .hasSize(4);
    // In jars there are none: those together are smaller than what they were unpacked to.
    assertThat(Long.parseLong(bash("cat /opt/quorate/lib/*rocksdb*.jar | wc -c").strip()))
        .isLessThan(5_000_000);
  }

  /** Of what an image for another platform is made of, some could be that of the machine. */
  @Test
  void everyProgramIsForItsPlatform() {
    String told =
        bash(
            """
            while read -r file; do
              { LC_ALL=C IFS= read -r -N 4 begin <"$file"; } 2>/dev/null || continue
              [ "$begin" = $'\\x7fELF' ] && echo "$(od -An -tx2 -j18 -N2 "$file") $file"
            done < <(find / -xdev -type f -size +64c -readable)
            true
            """);
    String machine = System.getProperty("os.arch").equals("aarch64") ? " 00b7 " : " 003e ";
    assertThat(told.lines()).hasSizeGreaterThan(100).allMatch(line -> line.startsWith(machine));
    assertThat(told).contains("/librocksdbjni", "/libjvm.so", "tcnative", "/bin/bash");
  }

  /** As the page about memory says. How much load fills the heap depends on the machine. */
  @Test
  void aHeapThatIsFullIsKeptInTheVolume() {
    String name = "quorate-outside-heap-" + ProcessHandle.current().pid();
    List<String> node =
        List.of(
            "docker run --name %s --detach --read-only --tmpfs /tmp:size=64m --memory 512m",
            "-v %s:/var/lib/quorate -e QUORATE_LIMITS_INFLIGHT_BYTES=1GiB",
            "-e QUORATE_LIMITS_REPLICA_BYTES=1GiB -e QUORATE_LIMITS_WAITING_BYTES=1GiB",
            "-e QUORATE_JAVA_OPTS='-Xmx96m -XX:+HeapDumpOnOutOfMemoryError",
            "-XX:HeapDumpPath=/var/lib/quorate' %s");
    try {
      CommandLine commands = new CommandLine().within(Duration.ofMinutes(15));
      CommandLine.Result started =
          commands.shell(String.join(" ", node).formatted(name, name, Compose.IMAGE));
      assertThat(started.code()).as("%s", started).isZero();
      commands.shell(
          """
          quorate_in() { docker run --rm --network container:%s %s "$@"; }
          state() { docker inspect --format "{{.State.$1}}" %s; }
          until [ "$(state Health.Status)" = healthy ]; do sleep 0.2; done
          while [ "$(state Status)" = running ] && [ $SECONDS -lt 600 ]; do
            quorate_in bench --keys 256 --value-size 1000000 --outstanding 256 --warmup 0 --seconds 20
          done
          """
              .formatted(name, Compose.IMAGE, name));
      String end =
          CommandLine.system(
                  "docker", "inspect", "--format", "{{.State.Status}} {{.State.ExitCode}}", name)
              .outText()
              .strip();
      String log = commands.shell("docker logs " + name + " 2>&1").outText();
      assertThat(end).as("after load for 10 minutes at most: %s", log).isEqualTo("exited 3");
      assertThat(log).contains("Heap dump file created", "/var/lib/quorate/java_pid1.hprof");
    } finally {
      new CommandLine()
          .shell("docker rm --force --volumes %s; docker volume rm %s".formatted(name, name));
    }
  }

  /** All run in one JVM, by the shell: each would take as long as that otherwise. */
  @Test
  void eachCommandTellsHowToUseIt() throws Exception {
    List<String> asked = new ArrayList<>();
    List<String> commands = List.of("");
    while (!commands.isEmpty()) {
      List<String> next = new ArrayList<>();
      List<String> told = helpOf(commands);
      assertThat(told).as("help of %s", commands).hasSameSizeAs(commands);
      for (int i = 0; i < commands.size(); i++) {
        int list = told.get(i).indexOf("\nCommands:\n");
        Matcher names = COMMAND.matcher(told.get(i).split("\n\n", 2)[0]);
        for (int from = list; list >= 0 && names.find(from); from = names.end()) {
          if (!names.group(1).equals("help")) {
            next.add((commands.get(i) + " " + names.group(1)).strip());
          }
        }
      }
      asked.addAll(next);
      commands = next;
    }
    assertThat(asked).hasSizeGreaterThan(100).contains("put", "cluster plan add", "backup create");
  }

  private List<String> helpOf(List<String> commands) throws Exception {
    StringBuilder lines = new StringBuilder();
    commands.forEach(command -> lines.append(command).append(" --help\n"));
    Path file = Files.writeString(directory.resolve("commands"), lines);
    CommandLine.Result shell =
        new CommandLine()
            .shell(
                "docker run --rm --interactive --network none %s shell <%s"
                    .formatted(Compose.IMAGE, file));
    assertThat(shell.code()).as("%s", shell).isZero();
    String out = shell.outText();
    List<String> told = new ArrayList<>();
    int from = out.indexOf("Usage:");
    while (from >= 0) {
      int to = out.indexOf("\nUsage:", from);
      told.add(to < 0 ? out.substring(from) : out.substring(from, to));
      from = to < 0 ? -1 : to + 1;
    }
    return told;
  }

  @Test
  void aNodeCanBeLookedInto() {
    assertThat(bash("jcmd 1 Thread.print")).contains("Full thread dump", "quorate");
    // In /tmp there is no room for it.
    String dump = "/var/lib/quorate/heap.hprof";
    assertThat(bash("jcmd 1 GC.heap_dump " + dump + "; rm " + dump))
        .contains("Heap dump file created");
    assertThat(bash("jcmd 1 JFR.start name=look && jcmd 1 JFR.stop name=look"))
        .contains("Started recording", "Stopped recording");
    assertThat(bash("java -Xshare:on -version 2>&1 && echo shared")).endsWith("shared\n");
    assertThat(compose().within("node-1", "doctor").outText()).isNotBlank();
  }

  @Test
  void charactersAreTakenAsTheyAreInTheLocalePosix() {
    for (String locale : List.of("POSIX", "C.UTF-8", "")) {
      compose()
          .run("exec", "-T", "-e", "LC_ALL=" + locale, "node-1", "quorate", "put", "grüße", "日本");
      String got =
          compose()
              .run("exec", "-T", "-e", "LC_ALL=" + locale, "node-2", "quorate", "get", "grüße")
              .outText();
      assertThat(got).as("LC_ALL=%s", locale).isEqualTo("日本\n");
    }
  }

  @Test
  void backupsGoToADirectoryAndToS3AndComeBack() throws Exception {
    Compose compose = compose();
    compose.within("node-1", "put", "kept", "yes");
    bash("mkdir /tmp/backups");
    compose.within("node-1", "backup", "create", "--to", "/tmp/backups", "--name", "one");
    assertThat(compose.within("node-1", "backup", "verify", "/tmp/backups/one").outText())
        .isNotBlank();

    try (S3Process s3 = S3Process.start(directory)) {
      String options =
          "export AWS_ACCESS_KEY_ID=operator AWS_SECRET_ACCESS_KEY=secret"
              + " AWS_EC2_METADATA_DISABLED=true"
              + " QUORATE_S3_ENDPOINT=http://%s:%d; ".formatted(compose.gateway(), s3.port());
      bash(options + "quorate backup create --to s3://backups/quorate --name two");
      assertThat(bash(options + "quorate backup verify s3://backups/quorate/two")).isNotBlank();
      bash(options + "quorate restore --from s3://backups/quorate/two --tenant default=restored");
    }
    assertThat(compose.within("node-2", "get", "kept", "--tenant", "restored").outText())
        .isEqualTo("yes\n");
  }

  @Test
  void logsCanBeJson() throws Exception {
    CommandLine.Result node =
        new CommandLine()
            .shell(
                "docker run --rm --network none -e QUORATE_LOG_FORMAT=json --entrypoint timeout "
                    + Compose.IMAGE
                    + " 30 quorate server --config /etc/quorate/quorate.yml");
    List<String> lines = node.errText().lines().toList();
    assertThat(lines).as("%s", node).hasSizeGreaterThan(2);
    for (String line : lines) {
      assertThat(new ObjectMapper().readTree(line).path("formattedMessage").isTextual())
          .as(line)
          .isTrue();
    }
  }
}
