package io.quorate.supply;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code .ci/image} with a docker that only writes down how it was called. */
class ImageTest {
  @TempDir private Path directory;

  private final Map<String, String> environment = new HashMap<>();

  private record Ended(int exitCode, String said) {}

  /** One that can do all: its images have a size. */
  private void docker(long bytes) throws IOException {
    docker(
        """
        case "$1 $2" in
          "version --format") echo amd64 ;;
          "image inspect") case "$4" in *Size*) echo %d ;; *) echo sha256:0a1b ;; esac ;;
          "save "*) echo "all of $2" ;;
        esac
        """
            .formatted(bytes));
  }

  private void docker(String does) throws IOException {
    Path docker = Files.createDirectories(directory.resolve("bin")).resolve("docker");
    Files.writeString(
        docker, "#!/usr/bin/env bash\necho \"$*\" >>" + directory.resolve("calls") + "\n" + does);
    assertThat(docker.toFile().setExecutable(true)).isTrue();
  }

  private Ended image() throws Exception {
    Files.createDirectories(directory.resolve("out"));
    ProcessBuilder builder = new ProcessBuilder("../.ci/image", "src", "1.2.3", "0a1b2c", "1700");
    builder.command().add(directory.resolve("out").toString());
    builder.environment().putAll(environment);
    builder
        .environment()
        .merge("PATH", directory.resolve("bin").toString(), (path, own) -> own + ":" + path);
    Process process = builder.redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(60, SECONDS)).isTrue();
    return new Ended(process.exitValue(), said);
  }

  private List<String> calls(String beginning) throws IOException {
    return Files.readAllLines(directory.resolve("calls")).stream()
        .filter(call -> call.startsWith(beginning))
        .toList();
  }

  private List<String> digests() throws IOException {
    return Files.readAllLines(directory.resolve("out/IMAGES"));
  }

  @Test
  void eachPlatformHasAnImageAndItsDigestIsWrittenDown() throws Exception {
    docker(150_000_000);
    assertThat(image()).isEqualTo(new Ended(0, said("amd64", 150) + said("arm64", 150)));
    assertThat(calls("buildx build"))
        .hasSize(4)
        .allMatch(call -> call.contains("--build-arg SOURCE_DATE_EPOCH=1700"))
        .allMatch(call -> call.contains("--build-arg VERSION=1.2.3 --build-arg REVISION=0a1b2c"));
    assertThat(calls("buildx build").get(3)).contains("--platform linux/arm64 ", " --load ");
    assertThat(calls("tag")).containsExactly("tag quorate:1.2.3-amd64 quorate:1.2.3");
    assertThat(digests()).hasSize(2);
    assertThat(digests().get(1))
        .matches(
            "linux/arm64 sha256:0a1b 150000000 bytes, in quorate-1.2.3-image-arm64.tar.gz"
                + " [0-9a-f]{64}");
    assertThat(directory.resolve("out/quorate-1.2.3-image-arm64.tar.gz")).isNotEmptyFile();
  }

  private static String said(String platform, int size) {
    return "image: quorate:1.2.3-" + platform + " has " + size + " MB\n";
  }

  @Test
  void anImageOf200MbOrMoreIsRefused() throws Exception {
    docker(199_999_999);
    assertThat(image().exitCode()).isZero();
    docker(200_000_000);
    assertThat(image())
        .satisfies(ended -> assertThat(ended.exitCode()).isEqualTo(1))
        .satisfies(ended -> assertThat(ended.said()).contains("has to be below 200 MB"));
  }

  @Test
  void imagesThatItIsMadeOfCanBeNamedByPlatform() throws Exception {
    docker(150_000_000);
    environment.put("QUORATE_BASE_IMAGE", "base:PLATFORM");
    environment.put("QUORATE_JAVA_IMAGE", "java:PLATFORM");
    environment.put("QUORATE_BUILD_IMAGE", "java:amd64");
    assertThat(image().exitCode()).isZero();
    String named =
        "BASE_IMAGE=base:%s --build-arg BUILD_IMAGE=java:amd64 --build-arg JAVA_IMAGE=java:%s";
    assertThat(calls("buildx build").get(0)).contains(named.formatted("amd64", "amd64"));
    assertThat(calls("buildx build").get(3)).contains(named.formatted("arm64", "arm64"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"base", "java"})
  void aPlatformThatAnImageIsMissingForIsLeftOutAndThatIsSaid(String missing) throws Exception {
    docker(150_000_000);
    spoil("[[ \"$*\" != *linux/arm64*\" --target %s \"* ]] || exit 1".formatted(missing));
    Ended ended = image();
    assertThat(ended.exitCode()).isZero();
    assertThat(ended.said()).contains(said("amd64", 150)).contains("image: LEFT OUT for arm64: ");
    assertThat(calls("buildx build")).noneMatch(call -> call.matches(".* arm64 .* --load .*"));
    assertThat(digests()).hasSize(1);
  }

  @Test
  void withoutDockerOrBuildxItIsSaidThatThereIsNone() throws Exception {
    docker("exit 1");
    assertThat(image())
        .isEqualTo(new Ended(0, "image: LEFT OUT for amd64 and arm64: no Docker answers\n"));
    docker("[ \"$1\" = version ]");
    assertThat(image())
        .isEqualTo(
            new Ended(0, "image: LEFT OUT for amd64 and arm64: this Docker has no buildx\n"));
  }

  /** Such as a build that fails. */
  @Test
  void whatFailsIsNotLeftOut() throws Exception {
    docker(150_000_000);
    spoil("[ \"$2\" != build ] || exit 7");
    assertThat(image().exitCode()).isEqualTo(7);
    assertThat(directory.resolve("out/IMAGES")).doesNotExist();
  }

  @Test
  void noOtherPlatformIsLeftOutWhereItsBuildFails() throws Exception {
    docker(150_000_000);
    spoil("[[ \"$*\" != *linux/arm64*\" --load \"* ]] || exit 7");
    assertThat(image().exitCode()).isEqualTo(7);
    assertThat(digests()).hasSize(1);
  }

  /** Has docker do this first. */
  private void spoil(String line) throws IOException {
    Path docker = directory.resolve("bin/docker");
    Files.writeString(docker, Files.readString(docker).replace("\ncase ", "\n" + line + "\ncase "));
  }
}
