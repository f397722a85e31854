package io.quorate.cli.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.Main;
import io.quorate.cli.Ran;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.process.NodeJvm;
import io.quorate.node.NodeMemory;
import io.quorate.node.config.Memory;
import io.quorate.node.config.NodeConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node would have, told by a process that has less. */
class CheckConfigTest {
  @Test
  void theMemoryIsThatOfANode(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("node.yml"), "node:\n  zone: it\n");
    Ran ran = Ran.command("server", "--config", file.toString(), "--check-config");
    assertThat(ran.exitCode()).as(ran.err()).isEqualTo(ExitCode.DONE);
    Memory ofNode = NodeJvm.memoryOfNode(System.getenv("QUORATE_JAVA_OPTS"));
    assertThat(ran.out().lines().findFirst())
        .hasValue("# " + NodeMemory.describe(ofNode, NodeConfig.load(file, Map.of(), ofNode)));
  }

  @Test
  void theHeapIsTheOneThatIsGiven() {
    assertThat(NodeJvm.memoryOfNode("-Xmx2g -XX:MaxHeapSize=300m").heapBytes())
        .isEqualTo(300L << 20);
    assertThat(NodeJvm.memoryOfNode("-XX:MaxHeapSize=4294967296 -Dx=y").heapBytes())
        .isEqualTo(4L << 30);
    Memory ofNode = NodeJvm.memoryOfNode("-XX:MaxDirectMemorySize=64M -Xmx1G");
    assertThat(ofNode.heapBytes()).isEqualTo(1L << 30);
    assertThat(ofNode.directBytes()).isEqualTo(64L << 20);
    assertThat(NodeJvm.memoryOfNode("-Xmx999999999999999999g").heapBytes()).isPositive();
    for (String known : List.of("", "-Dx=y", "-Xmx1g", "-XX:MaxRAMPercentage=50 -Xmx1g")) {
      assertThat(NodeJvm.heapIsUnknown(known)).as(known).isEmpty();
    }
  }

  /** Else what fits the node would be refused here, or the other way round. */
  @Test
  void aHeapThatIsNotKnownHereIsNotJudged(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("node.yml");
    Files.writeString(
        file,
        "node: {data_dir: %s}\nstorage: {record_cache: 64GiB}\n"
            .formatted(directory.resolve("data")));
    Process check = started("", "config", "check", file.toString());
    assertThat(out(check)).contains("storage.record_cache of 65536 MiB");
    assertThat(check.waitFor()).isEqualTo(ExitCode.USAGE);

    String options = "-XX:MaxRAMPercentage=60";
    Process unknown = started(options, "config", "check", file.toString());
    assertThat(out(unknown))
        .contains("warning: QUORATE_JAVA_OPTS gives the heap by other options", "can start");
    assertThat(unknown.waitFor()).isEqualTo(ExitCode.DONE);
    Process server = started(options, "server", "--config", file.toString(), "--check-config");
    assertThat(out(server)).startsWith("# QUORATE_JAVA_OPTS gives the heap by other options");
    assertThat(server.waitFor()).isEqualTo(ExitCode.DONE);
  }

  private static Process started(String options, String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("QUORATE_JAVA_OPTS", options);
    return builder.start();
  }

  private static String out(Process process) throws IOException {
    return new String(process.getInputStream().readAllBytes(), UTF_8);
  }
}
