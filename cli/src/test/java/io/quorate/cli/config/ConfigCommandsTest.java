package io.quorate.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quorate.cli.Ran;
import io.quorate.cli.command.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator learns of a configuration without starting a node. */
class ConfigCommandsTest {
  @TempDir private Path directory;

  private Path file(String... lines) throws IOException {
    return Files.writeString(directory.resolve("node.yml"), String.join("\n", lines) + "\n");
  }

  private static Ran config(String command, Path file, String... options) {
    List<String> words = new ArrayList<>(List.of("config", command, file.toString()));
    words.addAll(List.of(options));
    return Ran.command(words.toArray(String[]::new));
  }

  @Test
  void aGoodConfigurationIsSaidToBeGood() throws Exception {
    Path file = file("node:", "  data_dir: " + directory.resolve("data"));
    Ran ran = config("check", file);
    assertThat(ran.exitCode()).as(ran.out()).isEqualTo(ExitCode.DONE);
    assertThat(ran.out()).isEqualTo(file + ": a node can start with it\n");
    assertThat(ran.err()).isEmpty();
    assertThat(directory.resolve("data")).doesNotExist();
    JsonNode json = config("check", file, "--json").json();
    assertThat(json.path("usable").asBoolean()).isTrue();
    assertThat(json.path("faults")).isEmpty();
  }

  /** What a package puts into /etc/quorate: it holds as it is, and with all that is suggested. */
  @Test
  void theConfigurationOfPackagesIsGood() throws Exception {
    String packaged =
        Files.readString(Path.of("../packages/src/main/resources/io/quorate/packages/quorate.yml"));
    String suggested = packaged.replaceAll("(?m)^( *)# ( *[a-z_]+:)", "$1$2");
    assertThat(suggested)
        .contains("\n  address: n1", "\ntls:\n", "\n  certificate: ", "\n  seeds: ");
    Path file = file(packaged);
    assertThat(config("check", file).out()).isEqualTo(file + ": a node can start with it\n");
    assertThat(config("check", file(suggested)).out().lines())
        .as("but for certificates that are to be made")
        .isNotEmpty()
        .allMatch(line -> line.contains(": /etc/quorate/") && line.contains(" is not there"));
  }

  @Test
  void eachFaultHasALineOfItsOwnAndItsPlace() throws Exception {
    List<String> lines = new ArrayList<>(List.of("limits:", "  wait_mx: 1s", "timeouts:"));
    lines.addAll(List.of("  request: fast", "raft:", "  tick: 1m"));
    for (int i = 0; i < 30; i++) {
      lines.add("  none_" + i + ": 1");
    }
    Path file = file(lines.toArray(String[]::new));
    Ran ran = config("check", file);
    assertThat(ran.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(ran.out().lines())
        .as("all of them")
        .hasSize(33)
        .contains(
            file + ", line 2: unknown setting 'limits.wait_mx'; did you mean 'limits.wait_max'?",
            file
                + ", line 4: timeouts.request is 'fast'; allowed: a duration from 1ms to 10m, as in"
                + " 50ms, 2s or 5m")
        .anyMatch(line -> line.startsWith(file + ", line 6: raft.tick is '1m'"))
        .anyMatch(line -> line.startsWith(file + ", line 36: unknown setting 'raft.none_29'"));
    assertThat(ran.err())
        .isEqualTo("quorate: a node does not start with this configuration: 33 faults\n");

    Ran json = config("check", file, "--json");
    assertThat(json.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(json.json().path("usable").asBoolean()).isFalse();
    assertThat(json.json().path("faults")).hasSize(33);
    JsonNode first = json.json().path("faults").path(0);
    assertThat(first.path("source").asText()).isEqualTo(file.toString());
    assertThat(first.path("line").asInt()).isEqualTo(2);
    assertThat(first.path("what").asText()).startsWith("unknown setting 'limits.wait_mx'");
  }

  @Test
  void whatIsNamedIsLookedAtAndItsPlaceIsTold() throws Exception {
    Path keys = directory.resolve("master.key");
    Path file =
        file(
            "node:",
            "  data_dir: " + directory.resolve("data"),
            "storage:",
            "  master_key_file: " + keys,
            "log:",
            "  file: " + directory.resolve("node.yml/node.log"));
    Ran missing = config("check", file);
    assertThat(missing.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(missing.out().lines())
        .hasSize(2)
        .anyMatch(
            line ->
                line.startsWith(file + ", line 4: storage.master_key_file: ")
                    && line.contains("does not exist"))
        .anyMatch(line -> line.startsWith("warning: " + file + ", line 6: log.file: "));

    assertThat(Ran.command("security", "key", keys.toString()).exitCode()).isZero();
    Ran there = config("check", file);
    assertThat(there.exitCode()).as(there.out()).isEqualTo(ExitCode.DONE);
    assertThat(there.out()).contains("warning: ").endsWith("a node can start with it\n");
    String secret = Files.readString(keys).strip().split(" ", -1)[2];
    for (Ran ran : List.of(there, config("check", file, "--json"), config("show", file))) {
      assertThat(ran.out() + ran.err()).doesNotContain(secret);
    }
  }

  @Test
  void aSettingIsNamedOnce() throws Exception {
    Path none = directory.resolve("none.pem");
    Path file =
        file(
            "node:",
            "  data_dir: " + directory.resolve("data"),
            "tls:",
            "  certificate: " + none,
            "  key: " + none,
            "  authorities: " + none,
            "http:",
            "  listen: off");
    Ran ran = config("check", file);
    assertThat(ran.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(ran.out()).contains(": tls.").doesNotContainPattern("(tls\\.[a-z]+): \\1");
  }

  /** Else an operator would count on it. */
  @Test
  void whatHasNoEffectIsToldWithItsPlace() throws Exception {
    List<String> lines =
        List.of(
            "node:",
            "  data_dir: " + directory.resolve("data"),
            "tls:",
            "  mode: off",
            "  revoked: " + directory.resolve("revoked.pem"),
            "jwt:",
            "  algorithms: ES512",
            "  user_claim: email",
            "http:",
            "  listen: off");
    Path file = file(lines.toArray(String[]::new));
    Ran ran = config("check", file);
    assertThat(ran.exitCode()).as(ran.out()).isEqualTo(ExitCode.DONE);
    assertThat(ran.out().lines())
        .containsExactly(
            "warning: %s, line 5: tls.revoked has no effect, since tls.mode is off: no certificate is looked at"
                .formatted(file),
            "warning: %s, line 7: jwt.algorithms has no effect, since jwt.issuer is not set: no token is taken"
                .formatted(file),
            "warning: %s, line 8: jwt.user_claim has no effect, since jwt.issuer is not set: no token is taken"
                .formatted(file),
            file + ": a node can start with it");
    assertThat(config("check", file, "--json").json().path("warnings")).hasSize(3);
  }

  @Test
  void whatIsNoConfigurationIsRefusedByBoth() {
    Path none = directory.resolve("none.yml");
    Ran check = config("check", none);
    assertThat(check.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(check.out()).isEqualTo(none + ": there is no such file\n");
    Ran show = config("show", none);
    assertThat(show.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(show.err()).isEqualTo("quorate: " + none + ": there is no such file\n");
  }

  @Test
  void whatIsInForceIsShownWithWhereItIsFrom() throws Exception {
    Path file = file("node:", "  zone: it", "limits:", "  max_key_bytes: 4096");
    Ran all = config("show", file);
    assertThat(all.exitCode()).as(all.err()).isEqualTo(ExitCode.DONE);
    assertThat(all.out().lines())
        .anyMatch(line -> line.matches("\\| node.zone +\\| it +\\| " + file + ", line 2 +\\|"))
        .anyMatch(line -> line.matches("\\| node.region +\\| local +\\| default +\\|"))
        .anyMatch(line -> line.matches("\\| node.listen +\\| - +\\| not set +\\|"))
        .anyMatch(line -> line.startsWith("memory: "));

    Ran changed = config("show", file, "--changed");
    assertThat(changed.out())
        .contains("node.zone")
        .as("as the default, in other words")
        .doesNotContain("max_key_bytes", "node.region", "memory: ");
    JsonNode json = config("show", file, "--changed", "--json").json().path("settings");
    assertThat(json).hasSize(1);
    assertThat(json.path(0).path("setting").asText()).isEqualTo("node.zone");
    assertThat(json.path(0).path("value").asText()).isEqualTo("it");
    assertThat(json.path(0).path("line").asInt()).isEqualTo(2);
    assertThat(json.path(0).path("variable").asText()).isEqualTo("QUORATE_NODE_ZONE");
    assertThat(config("show", file("node:"), "--changed").out())
        .isEqualTo("every setting is at its default\n");
  }
}
