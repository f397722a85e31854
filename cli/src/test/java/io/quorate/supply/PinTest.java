package io.quorate.supply;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code .ci/pin} on copies of the files, with a docker that knows one digest. */
class PinTest {
  private static final String ONE = "sha256:" + "1".repeat(64);
  private static final String TWO = "sha256:" + "2".repeat(64);

  @TempDir private Path directory;

  private record Ended(int exitCode, String said) {}

  @BeforeEach
  void copy() throws IOException {
    Files.createDirectories(directory.resolve(".ci"));
    for (String file : List.of(".ci/pin", "Dockerfile", "docker-compose.yml")) {
      Files.copy(Path.of("..").resolve(file), directory.resolve(file));
    }
    assertThat(directory.resolve(".ci/pin").toFile().setExecutable(true)).isTrue();
  }

  @Test
  void everyImageIsPinnedAndNothingElseChanges() throws Exception {
    String[] before = files();
    assertThat(pin(ONE, "--check").exitCode()).isEqualTo(1);
    assertThat(files()).isEqualTo(before);

    assertThat(pin(ONE).exitCode()).isZero();
    String[] pinned = files();
    assertThat(pinned[0])
        .contains("ARG BASE_IMAGE=debian:13-slim@" + ONE + "\n")
        .containsPattern("ARG BUILD_IMAGE=maven:[^@\n]+@" + ONE + "\n");
    assertThat(pinned[1])
        .contains("BASE_IMAGE: ${QUORATE_BASE_IMAGE:-debian:13-slim@" + ONE + "}\n")
        .containsPattern("BUILD_IMAGE: \\$\\{QUORATE_BUILD_IMAGE:-maven:[^@\n]+@" + ONE)
        .containsPattern("image: \\$\\{QUORATE_PROMETHEUS_IMAGE:-prom/prometheus:[^@\n]+@" + ONE)
        .containsPattern("image: \\$\\{QUORATE_GRAFANA_IMAGE:-grafana/grafana:[^@\n]+@" + ONE)
        .containsPattern("image: &image \\$\\{QUORATE_IMAGE:-quorate:[^@\n]+}\n");
    assertThat(withoutDigests(pinned)).isEqualTo(withoutDigests(before));
    assertThat(pin(ONE, "--check").exitCode()).isZero();
  }

  @Test
  void aDigestThatIsOldIsFoundAndReplaced() throws Exception {
    assertThat(pin(ONE).exitCode()).isZero();
    assertThat(pin(TWO, "--check"))
        .satisfies(ended -> assertThat(ended.exitCode()).isEqualTo(1))
        .satisfies(ended -> assertThat(ended.said()).contains("debian:13-slim is " + TWO));
    assertThat(pin(TWO).exitCode()).isZero();
    assertThat(String.join("", files())).contains(TWO).doesNotContain(ONE);
  }

  @Test
  void nothingIsWrittenThatIsNoDigest() throws Exception {
    String[] before = files();
    Ended ended = pin("<no value>");
    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.said()).contains("is '<no value>', which is no digest");
    assertThat(files()).isEqualTo(before);
  }

  private String[] files() throws IOException {
    return new String[] {
      Files.readString(directory.resolve("Dockerfile")),
      Files.readString(directory.resolve("docker-compose.yml"))
    };
  }

  private static String[] withoutDigests(String[] files) {
    String[] plain = files.clone();
    for (int file = 0; file < plain.length; file++) {
      plain[file] = plain[file].replaceAll("@sha256:[0-9a-f]{64}", "");
    }
    return plain;
  }

  private Ended pin(String digest, String... arguments) throws Exception {
    Path bin = Files.createDirectories(directory.resolve("bin"));
    Path docker = bin.resolve("docker");
    Files.writeString(docker, "#!/usr/bin/env bash\necho '" + digest + "'\n");
    assertThat(docker.toFile().setExecutable(true)).isTrue();
    ProcessBuilder builder = new ProcessBuilder(directory.resolve(".ci/pin").toString());
    builder.command().addAll(List.of(arguments));
    builder.environment().merge("PATH", bin.toString(), (path, own) -> own + ":" + path);
    Process process = builder.redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(60, SECONDS)).isTrue();
    return new Ended(process.exitValue(), said);
  }
}
