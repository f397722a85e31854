package io.quorate.cli.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.cli.Main;
import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.output.Console;
import io.quorate.node.config.ConfigException;
import io.quorate.node.config.JoinChoice;
import io.quorate.node.config.NodeConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.StringWriter;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

final class DevNodeTest {
  private static final Console SILENT =
      new Console(
          InputStream.nullInputStream(),
          new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
          new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
          false,
          false);

  @TempDir Path dir;

  @Test
  void nodesServeOnPortsAboveTheBase() {
    List<DevNode> plan = DevNode.plan(3, 7400, dir);
    assertThat(plan)
        .extracting(DevNode::address)
        .containsExactlyElementsOf(plan.getFirst().seeds());
    assertThat(plan.get(1).address()).isEqualTo("127.0.0.1:7402");
    assertThat(plan.get(1).httpAddress()).isEqualTo("127.0.0.1:7502");
  }

  @Test
  void writtenConfigurationIsOneThatANodeTakes() throws IOException, ConfigException {
    DevNode node = DevNode.plan(3, 7400, dir.resolve("it's: a #dir")).get(2);
    node.writeConfig();
    NodeConfig config = NodeConfig.load(node.configFile(), Map.of());
    assertThat(config.node().address()).hasToString("127.0.0.1:7403");
    assertThat(config.node().name()).isEqualTo("node-3");
    assertThat(config.node().zone()).isEqualTo("zone-3");
    assertThat(config.node().dataDir()).isEqualTo(node.directory().resolve("data"));
    assertThat(config.cluster().seeds()).isEqualTo(node.seeds());
    assertThat(config.httpListen()).hasToString("127.0.0.1:7503");
  }

  /** The next start, with other ports, would refuse a configuration that names these. */
  @Test
  void onTakenPortsNothingIsWritten() throws IOException {
    Path data = dir.resolve("fresh");
    try (ServerSocket taken = takenAboveAFreeOne()) {
      int base = taken.getLocalPort() - 2; // the second node's
      StringWriter said = new StringWriter();
      CommandLine dev =
          new CommandLine(new DevCommand(SILENT, Main.class))
              .setExecutionExceptionHandler(
                  (failure, command, parsed) -> {
                    said.write(failure.getMessage());
                    return ExitCode.FAILED;
                  });
      assertThat(dev.execute("--nodes", "2", "--base-port", "" + base, "--data", data.toString()))
          .isEqualTo(ExitCode.FAILED);
      assertThat(said.toString())
          .contains(
              "node-2: cannot listen on 127.0.0.1:" + taken.getLocalPort(), "another --base-port");
    }
    assertThat(data).doesNotExist();
  }

  /** Below the ports that the system gives to connections, for these come and go. */
  private static ServerSocket takenAboveAFreeOne() throws IOException {
    InetAddress here = InetAddress.getLoopbackAddress();
    for (int port = 20_000; port < 30_000; port += 2) {
      try (ServerSocket free = new ServerSocket(port, 1, here)) {
        return new ServerSocket(free.getLocalPort() + 1, 1, here);
      } catch (BindException taken) {
        // try the next two
      }
    }
    throw new IOException("all ports are taken");
  }

  @Test
  void whatWasChangedByHandStays() throws IOException {
    DevNode node = DevNode.plan(1, 7400, dir).getFirst();
    node.writeConfig();
    String changed = Files.readString(node.configFile()).replace("64MiB", "32MiB");
    Files.writeString(node.configFile(), changed);
    node.writeConfig();
    assertThat(node.configFile()).content().isEqualTo(changed);
  }

  @Test
  void nextNodeJoinsThoseThatAreThereOnTheNextPorts() throws IOException, ConfigException {
    int base = writtenBelowFreePorts();
    DevNode fourth = new AddedNodes(dir).next(JoinChoice.SPARE);
    NodeConfig config = NodeConfig.load(fourth.configFile(), Map.of());
    assertThat(config.node().address()).hasToString("127.0.0.1:" + (base + 4));
    assertThat(config.node().zone()).isEqualTo("zone-4");
    assertThat(config.httpListen()).hasToString("127.0.0.1:" + (base + 104));
    assertThat(config.cluster().join()).isEqualTo(JoinChoice.SPARE);
    assertThat(config.cluster().seeds())
        .containsExactlyElementsOf(DevNode.plan(3, base, dir).getFirst().seeds());
    DevNode fifth = new AddedNodes(dir).next(JoinChoice.TRUE);
    assertThat(fifth.seeds()).contains(fourth.address());
    assertThat(new AddedNodes(dir).after(3)).containsExactly(fourth, fifth);
  }

  /** One that cannot start would keep all others from starting with it. */
  @ParameterizedTest
  @ValueSource(ints = {0, DevNode.HTTP_OFFSET})
  void aNodeIsAddedWhereItsPortsAreFree(int offset) throws IOException {
    int ofFourth = writtenBelowFreePorts() + 4 + offset;
    InetAddress here = InetAddress.getLoopbackAddress();
    try (ServerSocket taken = new ServerSocket(ofFourth, 1, here)) {
      assertThat(taken.isBound()).isTrue();
      DevNode added = new AddedNodes(dir).next(JoinChoice.TRUE);
      assertThat(added.number()).isEqualTo(5);
      assertThat(dir.resolve("node-4")).doesNotExist();
      assertThat(new AddedNodes(dir).after(3)).containsExactly(added);
    }
  }

  /** Writes the configurations of three nodes; returns a base with free ports for two more. */
  private int writtenBelowFreePorts() throws IOException {
    int base = baseOfFreePorts(dir);
    for (DevNode node : DevNode.plan(3, base, dir)) {
      node.writeConfig();
    }
    return base;
  }

  /**
   * Returns a base with free ports for five nodes, below those that the system gives to
   * connections.
   */
  static int baseOfFreePorts(Path directory) throws IOException {
    for (int base = 20_000; base < 30_000; base += 5) {
      List<DevNode> plan = DevNode.plan(5, base, directory);
      if (plan.stream().allMatch(node -> node.takenPort() == null)) {
        return base;
      }
    }
    throw new IOException("all ports are taken");
  }

  @Test
  void noNodeIsAddedWhereThereIsNoCluster() {
    assertThatThrownBy(() -> new AddedNodes(dir.resolve("none")).next(JoinChoice.TRUE))
        .isInstanceOf(CommandFailedException.class)
        .hasMessageContaining("quorate dev --data");
  }

  @Test
  void directoryOfAClusterWithOtherAddressesIsRefused() throws IOException {
    DevNode.plan(3, 7400, dir).getFirst().writeConfig();
    DevNode ofFive = DevNode.plan(5, 7400, dir).getFirst();
    assertThatThrownBy(ofFive::writeConfig)
        .isInstanceOf(CommandFailedException.class)
        .hasMessageContaining("--nodes");
  }
}
