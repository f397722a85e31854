package io.quorate.supply;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code .ci/release} refuses, in a small repository, with a build that only says that it
 * began.
 */
class ReleaseTest {
  private static final String BUILDS = "the build began";
  private static final String ADDRESS = "https://git.here/quorate";
  private static final String EMAIL = "they@mail.here";

  @TempDir private Path directory;

  @BeforeEach
  void makeARepository() throws Exception {
    Files.createDirectories(directory.resolve(".ci"));
    Files.createDirectories(directory.resolve("bin"));
    copy(".ci/release");
    Files.createDirectories(directory.resolve("config"));
    Files.copy(Path.of("../config/alerts.yml"), directory.resolve("config/alerts.yml"));
    program("bin/maven", "#!/bin/sh\necho '" + BUILDS + "'\nexit 1\n");
    Files.writeString(directory.resolve(".gitignore"), "target/\n");
    write("1.2.3", "# Changelog\n\n## 1.2.3\n\nIt is out.\n\n## 1.2.2\n\nEarlier.\n");
    git("init", "--quiet");
    git("config", "user.name", "a");
    git("config", "user.email", "a@example");
    commit();
    git("tag", "v1.2.3");
  }

  private void copy(String file) throws Exception {
    program(file, Files.readString(Path.of("..").resolve(file)));
  }

  private void program(String file, String text) throws Exception {
    Path path = Files.writeString(directory.resolve(file), text);
    assertThat(path.toFile().setExecutable(true)).isTrue();
  }

  private void write(String version, String changes) throws Exception {
    write(version, changes, ADDRESS, EMAIL);
  }

  private void write(String version, String changes, String address, String email)
      throws Exception {
    String properties =
        "  <properties>\n    <quorate.address>%s</quorate.address>\n".formatted(address)
            + "    <quorate.email>%s</quorate.email>\n  </properties>\n".formatted(email);
    Files.writeString(
        directory.resolve("pom.xml"),
        "<project>\n  <version>" + version + "</version>\n" + properties + "</project>\n");
    Files.createDirectories(directory.resolve("bom"));
    Files.writeString(
        directory.resolve("bom/pom.xml"),
        """
        <project>
          <properties>
            <quorate.address>x</quorate.address>
            <quorate.email>x</quorate.email>
          </properties>
        </project>
        """);
    Files.writeString(directory.resolve("CHANGELOG.md"), changes);
  }

  private void commit() throws Exception {
    git("add", "--all");
    git("commit", "--quiet", "--message", "a change");
  }

  private void git(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("git", "-c", "commit.gpgSign=false"));
    command.addAll(List.of(arguments));
    run(command);
  }

  private String run(List<String> command) throws Exception {
    Process process =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(60, SECONDS)).isTrue();
    return said;
  }

  private String release(String argument) throws Exception {
    return run(List.of(directory.resolve(".ci/release").toString(), argument));
  }

  @Test
  void whatIsInOrderIsBuilt() throws Exception {
    assertThat(release("v1.2.3")).contains(BUILDS);
    assertThat(release("--snapshot")).contains(BUILDS);
  }

  @Test
  void aTreeWithChangesIsRefused() throws Exception {
    Files.writeString(directory.resolve("forgotten"), "a file");
    for (String argument : List.of("v1.2.3", "--snapshot")) {
      assertThat(release(argument))
          .contains("changes that are not committed")
          .doesNotContain(BUILDS);
    }
  }

  @Test
  void aTagThatIsNotCheckedOutIsRefused() throws Exception {
    Files.writeString(directory.resolve("more"), "a file");
    commit();
    for (String tag : List.of("v1.2.3", "v9.9.9")) {
      assertThat(release(tag)).contains(tag + " is not what is checked out").doesNotContain(BUILDS);
    }
    assertThat(release("--snapshot")).contains(BUILDS);
  }

  @Test
  void aTagOfAnotherVersionIsRefused() throws Exception {
    git("tag", "v1.2.4");
    assertThat(release("v1.2.4"))
        .contains("the version is 1.2.3, so its tag is v1.2.3 and not v1.2.4")
        .doesNotContain(BUILDS);
  }

  @Test
  void aSnapshotIsNoRelease() throws Exception {
    write("1.2.4-SNAPSHOT", "# Changelog\n\n## 1.2.4 (not released)\n\nSoon.\n");
    commit();
    git("tag", "v1.2.4-SNAPSHOT");
    assertThat(release("v1.2.4-SNAPSHOT"))
        .contains("the version is 1.2.4-SNAPSHOT")
        .doesNotContain(BUILDS);
    assertThat(release("--snapshot")).contains(BUILDS);
  }

  @Test
  void aReleaseOfWhichTheChangelogSaysNothingIsRefused() throws Exception {
    for (String changes :
        List.of(
            "# Changelog\n\n## 1.2.5 (not released)\n\nSoon.\n",
            "# Changelog\n\n## 1.2.5\n\n\n## 1.2.3\n\nIt is out.\n",
            "# Changelog\n\n## 1.2.51\n\nAnother.\n")) {
      write("1.2.5", changes);
      commit();
      git("tag", "--force", "v1.2.5");
      assertThat(release("v1.2.5")).contains("CHANGELOG.md").doesNotContain(BUILDS);
    }
  }

  /** Each of them would lead those who use it to nothing. */
  @Test
  void aReleaseThatDoesNotSayWhereItComesFromIsRefused() throws Exception {
    String changes = "# Changelog\n\n## 1.2.6\n\nIt is out.\n";
    for (List<String> unset :
        List.of(
            List.of("https://quorate.example", EMAIL),
            List.of(ADDRESS, "maintainers@quorate.example"),
            List.of("", EMAIL))) {
      write("1.2.6", changes, unset.get(0), unset.get(1));
      commit();
      git("tag", "--force", "v1.2.6");
      assertThat(release("v1.2.6"))
          .contains("set quorate.address and quorate.email")
          .doesNotContain(BUILDS);
      assertThat(release("--snapshot")).contains(BUILDS);
    }
  }

  /** It has no parent that would have told it. */
  @Test
  void theBomIsPublishedWithTheAddressOfTheOthers() throws Exception {
    assertThat(release("v1.2.3")).contains(BUILDS);
    assertThat(directory.resolve("target/release.build/src/bom/pom.xml"))
        .content()
        .contains("<quorate.address>" + ADDRESS + "<", "<quorate.email>" + EMAIL + "<");
  }

  /** Else they would lead to the pages of another release, or to nothing. */
  @Test
  void alertsLeadToThePagesOfTheRelease() throws Exception {
    assertThat(release("v1.2.3")).contains(BUILDS);
    String alerts =
        Files.readString(directory.resolve("target/release.build/src/config/alerts.yml"));
    assertThat(alerts.lines().filter(line -> line.contains("runbook_url: ")))
        .hasSizeGreaterThan(30)
        .allMatch(
            line ->
                line.contains(ADDRESS + "/blob/v1.2.3/docs/operations/monitor.md#quorate")
                    && line.endsWith("\""));
    assertThat(alerts).doesNotContain("quorate.example");
  }

  @Test
  void withoutAnArgumentItSaysWhatItTakes() throws Exception {
    for (String argument : List.of("", "--help", "1.2.3")) {
      assertThat(release(argument)).contains("usage: .ci/release").doesNotContain(BUILDS);
    }
  }
}
