package io.quorate.supply;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code .ci/version}, on copies of the files that name the version. */
class VersionTest {
  private static final Path TOP = Path.of("..");
  private static final List<String> PAGES =
      List.of(
          "README.md",
          "docs/client/guide.md",
          "docs/operations/install.md",
          "docs/operations/kubernetes.md",
          "docs/operations/libraries.md");
  private static final List<String> OTHERS =
      List.of("pom.xml", "bom/pom.xml", "deploy/helm/quorate/Chart.yaml", "docker-compose.yml");

  @TempDir private Path directory;

  @BeforeEach
  void copy() throws Exception {
    copy(".ci/version");
    assertThat(directory.resolve(".ci/version").toFile().setExecutable(true)).isTrue();
    for (String each : OTHERS) {
      copy(each);
    }
    for (String each : PAGES) {
      copy(each);
    }
    run("git", "init", "--quiet");
    run("git", "add", "--all");
  }

  private void copy(String file) throws Exception {
    Path to = directory.resolve(file);
    Files.createDirectories(to.getParent());
    Files.copy(TOP.resolve(file), to);
  }

  private void run(String... command) throws Exception {
    Process process =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(60, SECONDS)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
  }

  private String text(String file) throws Exception {
    return Files.readString(directory.resolve(file));
  }

  @Test
  void aLibraryOfTheSameVersionIsLeft() throws Exception {
    String pom = text("pom.xml");
    String before = pom.replaceFirst("(?s).*?\n  <version>(.*?)</version>.*", "$1");
    String library =
        "  <artifactId>library</artifactId>\n  <version>%s</version>\n".formatted(before);
    Files.writeString(directory.resolve("pom.xml"), pom + library);
    run(".ci/version", "7.8.9");
    assertThat(text("pom.xml"))
        .endsWith(library)
        .contains("  <artifactId>quorate</artifactId>\n  <version>7.8.9</version>\n");
  }

  /** As at a release, and on the main branch after it: no file still has a version of before. */
  @Test
  void eachFileNamesTheVersionThatComes() throws Exception {
    String before =
        Pattern.compile("(?m)^  <version>(.*)</version>$")
            .matcher(text("pom.xml"))
            .results()
            .findFirst()
            .orElseThrow()
            .group(1);
    for (String version : List.of("7.8.9-SNAPSHOT", "7.8.9", "7.9.0-SNAPSHOT")) {
      run(".ci/version", version);
      String release = version.replace("-SNAPSHOT", "");
      for (String file : OTHERS) {
        assertThat(text(file)).as(file).contains(version).doesNotContain(before);
        assertThat(text(file).replace(version, "")).as(file).doesNotContain(release);
      }
      for (String file : PAGES) {
        assertThat(text(file)).as(file).contains(release).doesNotContain(before);
      }
      assertThat(text("docs/operations/install.md"))
          .contains("quorate_" + release + "-1_amd64.deb", "docker load --input quorate-" + release)
          .doesNotContain("SNAPSHOT");
      assertThat(text("docs/operations/kubernetes.md"))
          .contains(
              "quorate-chart-" + release + ".tgz",
              "docker push registry.example/quorate:" + version + "\n");
      assertThat(text("docs/client/guide.md")).contains("quorate-bom:" + version + "\"");
      before = version;
    }
  }
}
