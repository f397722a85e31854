package io.quorate.cli.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.Ran;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.process.NodeJvm;
import io.quorate.node.NodeMemory;
import io.quorate.node.config.Memory;
import io.quorate.node.config.NodeConfig;
import java.nio.file.Files;
import java.nio.file.Path;
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
}
