package io.quorate.packages;

import static java.nio.file.attribute.PosixFilePermissions.asFileAttribute;
import static java.nio.file.attribute.PosixFilePermissions.fromString;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the scripts of packages do to a machine. They run with commands in place of those of the
 * system that only write down how they were called, and with directories of the test.
 */
class ScriptsTest {
  private static final List<String> COMMANDS =
      List.of("chown", "deb-systemd-invoke", "getent", "groupadd", "systemctl", "useradd");

  @TempDir private Path machine;
  private Path data;
  private Path cache;

  @BeforeEach
  void prepare() throws Exception {
    Files.createDirectories(machine.resolve("run/systemd/system"));
    Files.createDirectories(machine.resolve("var/lib"));
    data = machine.resolve("var/lib/quorate");
    cache = machine.resolve("var/cache/quorate");
    Files.createDirectory(machine.resolve("commands"));
    for (String command : COMMANDS) {
      answers(command, "exit 0");
    }
    thereIsNoAccount();
    answers("systemctl", "case \"$*\" in *is-active*) exit 0 ;; esac");
  }

  private void answers(String command, String end) throws IOException {
    Path file = machine.resolve("commands").resolve(command);
    Files.deleteIfExists(file);
    Files.createFile(file, asFileAttribute(fromString("rwxr-xr-x")));
    Files.writeString(
        file, "#!/bin/sh\necho \"%s $*\" >>'%s'\n%s\n".formatted(command, calls(), end));
  }

  private void thereIsNoAccount() throws IOException {
    answers("getent", "exit 2");
  }

  private Path calls() {
    return machine.resolve("calls");
  }

  /** Runs one, and returns the commands that change something. */
  private List<String> run(String script, String... arguments) throws Exception {
    Path file = machine.resolve("script");
    Files.writeString(
        file,
        Resources.script(script)
            .replace("/var/lib/quorate", data.toString())
            .replace("/var/cache/quorate", cache.toString())
            .replace("/etc/systemd/system", machine.resolve("etc/systemd/system").toString())
            .replace("/run/systemd/system", machine.resolve("run/systemd/system").toString()));
    Files.deleteIfExists(calls());
    ProcessBuilder builder = new ProcessBuilder("sh", "-e", file.toString());
    builder.command().addAll(List.of(arguments));
    builder.environment().put("PATH", machine.resolve("commands") + ":/usr/bin:/bin");
    builder.redirectErrorStream(true);
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    if (!Files.exists(calls())) {
      return List.of();
    }
    return Files.readAllLines(calls()).stream()
        .filter(call -> !call.startsWith("getent"))
        .filter(call -> !call.endsWith("daemon-reload") && !call.contains("is-active"))
        .map(call -> call.replace(data.toString(), "DATA"))
        .toList();
  }

  private static final List<String> MADE =
      List.of(
          "groupadd --system quorate",
          "useradd --system --gid quorate --comment Quorate node --home-dir DATA --no-create-home"
              + " --shell /usr/sbin/nologin quorate",
          "chown quorate:quorate DATA");

  @Test
  void theFirstInstallationMakesTheAccountAndStartsNothing() throws Exception {
    assertThat(run("deb/postinst", "configure", "")).isEqualTo(MADE);
    assertThat(Files.getPosixFilePermissions(data)).isEqualTo(fromString("rwx------"));
    Files.delete(data);
    assertThat(run("rpm/post", "1")).isEqualTo(MADE);
    assertThat(Files.getPosixFilePermissions(data)).isEqualTo(fromString("rwx------"));
  }

  /** A rolling upgrade is the operator's: each node is drained before it is restarted. */
  @Test
  void anUpgradeNeitherStopsNorRestartsTheNode() throws Exception {
    answers("getent", "exit 0");
    Files.createDirectory(data);
    assertThat(run("deb/prerm", "upgrade", "0.2.1-1")).isEmpty();
    assertThat(run("deb/postrm", "upgrade", "0.2.1-1")).isEmpty();
    List<String> nothingButWarm = List.of("systemctl --no-block start quorate-warm.service");
    assertThat(run("deb/postinst", "configure", "0.2.0-1")).isEqualTo(nothingButWarm);
    assertThat(run("rpm/post", "2")).isEmpty(); // the earlier release's jars are still there
    assertThat(run("rpm/preun", "1")).isEmpty();
    assertThat(run("rpm/postun", "1")).isEmpty();
    assertThat(run("rpm/posttrans", "0")).isEqualTo(nothingButWarm);
  }

  /** Its first start makes what the next ones take. */
  @Test
  void whereNoNodeRunsAnUpgradeStartsNothing() throws Exception {
    answers("getent", "exit 0");
    Files.createDirectory(data);
    answers("systemctl", "case \"$*\" in *is-active*) exit 3 ;; esac");
    assertThat(run("deb/postinst", "configure", "0.2.0-1")).isEmpty();
    assertThat(run("rpm/post", "2")).isEmpty();
    assertThat(run("rpm/posttrans", "0")).isEmpty();
  }

  @Test
  void removingStopsTheNodeFirst() throws Exception {
    assertThat(run("deb/prerm", "remove"))
        .containsExactly("deb-systemd-invoke stop quorate-warm.service quorate.service");
    assertThat(run("rpm/preun", "0"))
        .containsExactly(
            "systemctl stop quorate-warm.service",
            "systemctl --no-reload disable --now quorate.service");
  }

  @Test
  void whatIsKeptForFasterStartsGoesWithThePackageAndNotWithAnUpgrade() throws Exception {
    Path kept = cache.resolve("1-2.aot");
    for (List<String> removal :
        List.of(
            List.of("deb/postrm", "remove"),
            List.of("deb/postrm", "purge"),
            List.of("rpm/postun", "0"))) {
      Files.createDirectories(cache);
      Files.writeString(kept, "learned");
      run("deb/postrm", "upgrade", "0.2.1-1");
      run("rpm/postun", "1");
      assertThat(kept).exists();
      run(removal.get(0), removal.get(1));
      assertThat(cache).as("%s", removal).doesNotExist();
    }
  }

  /** As the configuration that it starts with: a later installation has that of a new one. */
  @Test
  void aPurgeDisablesWhatTheOperatorHasEnabled() throws Exception {
    Path units = machine.resolve("etc/systemd/system");
    Path wants = Files.createDirectories(units.resolve("multi-user.target.wants"));
    for (String unit : List.of("quorate.service", "ssh.service")) {
      // What it leads to is gone by then.
      Files.createSymbolicLink(wants.resolve(unit), Path.of("/usr/lib/systemd/system", unit));
    }
    run("deb/postrm", "upgrade", "0.2.1-1");
    run("deb/prerm", "remove");
    run("deb/postrm", "remove");
    assertThat(wants.toFile().list()).hasSize(2);
    run("deb/postrm", "purge");
    assertThat(wants.toFile().list()).containsExactly("ssh.service");
    run("deb/postrm", "purge"); // where none was enabled
  }

  @Test
  void dataAreNeverDeleted() throws Exception {
    Files.createDirectory(data);
    Path kept = Files.writeString(data.resolve("identity"), "node");
    assertThat(run("deb/postrm", "remove")).isEmpty();
    assertThat(run("deb/postrm", "purge")).isEmpty();
    assertThat(run("rpm/postun", "0")).isEmpty();
    assertThat(kept).hasContent("node");
  }

  @Test
  void anEmptyDirectoryOfDataGoesWithThePackage() throws Exception {
    Files.createDirectory(data);
    run("deb/postrm", "purge");
    assertThat(data).doesNotExist();
    Files.createDirectory(data);
    run("rpm/postun", "0");
    assertThat(data).doesNotExist();
  }

  /** As in a container, or while an image is built. */
  @Test
  void withoutSystemdNothingIsAskedOfIt() throws Exception {
    Files.delete(machine.resolve("run/systemd/system"));
    for (String command : List.of("systemctl", "deb-systemd-invoke")) {
      answers(command, "exit 1");
    }
    assertThat(run("deb/postinst", "configure", "")).isEqualTo(MADE);
    assertThat(run("deb/prerm", "remove")).isEmpty();
    assertThat(run("rpm/preun", "0")).isEmpty();
    assertThat(run("rpm/post", "2")).hasSize(2); // the directory is there already
    assertThat(run("rpm/posttrans", "0")).isEmpty();
  }
}
