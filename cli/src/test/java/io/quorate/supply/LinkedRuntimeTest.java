package io.quorate.supply;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Linking a Java for another platform, with a JDK that stands for one of that platform: that of
 * this machine, in another place, whose programs and libraries have a byte more than here. So it
 * shows which of the two is in what was linked.
 */
class LinkedRuntimeTest {
  private static final Path JDK = Path.of(System.getProperty("java.home"));
  private static final boolean ARM = System.getProperty("os.arch").equals("aarch64");
  private static final String OTHER = ARM ? "amd64" : "arm64";

  @TempDir private Path directory;

  private record Ended(int exitCode, String said) {}

  private static Ended run(String... command) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", JDK.toString());
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(300, SECONDS)).isTrue();
    return new Ended(process.exitValue(), said);
  }

  private Ended link(String platform) throws Exception {
    Path own = Files.createDirectories(directory.resolve("link"));
    for (String script : List.of("bin/find-java", "deploy/image/runtime", "deploy/image/modules")) {
      Files.copy(
          Path.of("..").resolve(script),
          own.resolve(Path.of(script).getFileName()),
          StandardCopyOption.COPY_ATTRIBUTES,
          StandardCopyOption.REPLACE_EXISTING);
    }
    return run(
        own.resolve("runtime").toString(),
        directory.resolve("root").toString(),
        platform,
        directory.resolve("image").toString());
  }

  /** A JDK of that release that says that it is for another processor. */
  private Path otherJdk(String release) throws Exception {
    Path jdk = Files.createDirectories(directory.resolve("image/opt/java")).resolve("openjdk");
    assertThat(run("cp", "-r", JDK.toString(), jdk.toString()).exitCode()).isZero();
    Path said = jdk.resolve("release");
    Files.writeString(
        said,
        Files.readString(said)
            .replaceAll("OS_ARCH=.*", "OS_ARCH=\"" + (ARM ? "x86_64" : "aarch64") + "\"")
            .replaceAll("(JAVA_RUNTIME_VERSION=)\"(.*)\"", "$1\"$2" + release + "\""));
    for (Path program : programs(jdk)) {
      Files.write(program, new byte[1], StandardOpenOption.APPEND);
    }
    return jdk;
  }

  private static List<Path> programs(Path jdk) throws IOException {
    try (Stream<Path> all = Files.walk(jdk)) {
      return all.filter(Files::isRegularFile)
          .filter(
              file ->
                  jdk.relativize(file).startsWith("bin")
                      || file.toString().endsWith(".so")
                      || file.endsWith("jspawnhelper"))
          .toList();
    }
  }

  @Test
  void programsAreThoseOfTheOtherPlatformAndOneOfThisIsFound() throws Exception {
    assumeTrue(!Files.exists(JDK.resolve("jmods")), "skipped: this JDK links from its modules");
    Path jdk = otherJdk("");
    Ended ended = link(OTHER);
    // They are for this platform, as only here.
    assertThat(ended.said()).contains("is for another processor than " + OTHER + " has");
    assertThat(ended.exitCode()).isEqualTo(1);
    Path linked = directory.resolve("root/opt/java/openjdk");
    assertThat(programs(linked)).hasSizeGreaterThan(10);
    for (Path program : programs(linked)) {
      assertThat(program).hasSameBinaryContentAs(jdk.resolve(linked.relativize(program)));
    }
    assertThat(run(linked.resolve("bin/java").toString(), "--list-modules").said())
        .contains("java.base@", "jdk.jcmd@")
        .doesNotContain("jdk.jlink@");
  }

  @Test
  void anotherReleaseOfTheJdkIsRefused() throws Exception {
    otherJdk("-other");
    Ended ended = link(OTHER);
    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.said()).contains("has no JDK for " + OTHER + " that is ");
  }

  @Test
  void aJdkOfAnotherPlatformThanWasAskedForIsRefused() throws Exception {
    otherJdk("");
    Ended ended = link(ARM ? "arm64" : "amd64");
    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.said()).contains("has no JDK for " + (ARM ? "arm64" : "amd64"));
  }
}
