package io.quorate.chart;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The chart as a release has it. */
class ChartPackageTest {
  @TempDir private Path directory;

  @Test
  void itRendersWithoutTheSources() throws Exception {
    Path unpacked = unpacked(made("one"));
    Chart.Rendered rendered = Chart.render(unpacked.resolve("quorate"), ChartTest.ALL, Chart.TLS);
    String image =
        rendered.one("StatefulSet").at("/spec/template/spec/containers/0/image").asText();
    assertThat(image).isEqualTo("registry.example/quorate:1.2.3");
    assertThat(rendered.all("PrometheusRule")).isNotEmpty();
    Chart.Rendered ofSources = Chart.render(ChartTest.ALL, Chart.TLS);
    assertThat(rendered.resources()).hasSameSizeAs(ofSources.resources());
  }

  /** Of the same commit, and so with the same checksum. */
  @Test
  void itIsTheSameBytesEachTime() throws Exception {
    assertThat(made("one")).hasSameBinaryContentAs(made("two"));
  }

  private Path made(String name) throws IOException, InterruptedException {
    Path out = Files.createDirectories(directory.resolve(name));
    run("../.ci/chart", "..", "1.2.3", "1700000000", out.toString());
    return out.resolve("quorate-chart-1.2.3.tgz");
  }

  private Path unpacked(Path archive) throws IOException, InterruptedException {
    Path to = Files.createDirectories(directory.resolve("unpacked"));
    run("tar", "-xzf", archive.toString(), "-C", to.toString());
    return to;
  }

  private static void run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(60, SECONDS)).as("%s: %s", List.of(command), said).isTrue();
    assertThat(process.exitValue()).as("%s: %s", List.of(command), said).isZero();
  }
}
