package io.quorate.cli.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.Main;
import io.quorate.cli.process.NodeJvm;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code quorate server}, as a process. */
class ServerProcessTest {
  private static final int PORT = 17_660;

  @TempDir private Path directory;

  private Process node(String... lines) throws Exception {
    List<String> text = new ArrayList<>();
    text.add(
        "node: {data_dir: " + directory.resolve("data") + ", address: 127.0.0.1:" + PORT + "}");
    text.addAll(List.of(lines));
    Path config = Files.write(directory.resolve("quorate.yml"), text);
    ProcessBuilder builder =
        new ProcessBuilder(
            NodeJvm.command(
                Main.class,
                List.of("server", "--config", config.toString()),
                "-Xmx192m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC"));
    builder.environment().keySet().removeIf(name -> name.startsWith("QUORATE_"));
    builder.environment().put(HealthCheckFile.VARIABLE, directory.resolve("where").toString());
    return builder.redirectErrorStream(true).start();
  }

  /** What it says until it is ready, and all else once it has ended in order. */
  private static List<String> said(Process node) throws Exception {
    List<String> said = new ArrayList<>();
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(node.getInputStream(), UTF_8))) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        said.add(line);
        if (line.equals(ServerCommand.READY)) {
          assertThat(node.toHandle().destroy()).isTrue(); // and its output stays open
        }
      }
    }
    assertThat(node.waitFor(60, SECONDS)).isTrue();
    return said;
  }

  /** A log is no reason for a node to be down, and is not to be lost in silence either. */
  @Test
  void aLogWhoseFileCannotBeWrittenGoesToStandardError() throws Exception {
    Path file = Files.writeString(directory.resolve("plain"), "").resolve("node.log");
    List<String> said = said(node("http: {listen: off}", "log: {file: " + file + "}"));
    assertThat(said).contains(ServerCommand.READY);
    assertThat(said.getFirst())
        .contains(
            " ERROR ", "log.file: " + file + " cannot be written (", "goes to standard error");
    assertThat(said).as("and the log is there").anyMatch(line -> line.contains(" INFO "));
    assertThat(directory.resolve("where")).hasContent("off");
  }

  @Test
  void aLogWhoseFileCanBeWrittenGoesThere() throws Exception {
    Path file = directory.resolve("logs/node.log");
    List<String> said =
        said(
            node(
                "http: {listen: '127.0.0.1:" + (PORT + 1) + "'}",
                "log: {file: " + file + ", level: info}"));
    assertThat(said).contains(ServerCommand.READY).noneMatch(line -> line.contains(" INFO "));
    assertThat(Files.readString(file)).contains(" INFO ");
    assertThat(directory.resolve("where")).hasContent("http 127.0.0.1 " + (PORT + 1) + "\n\n");
  }

  /** What collects objects would have a node that is just gone. */
  @Test
  void aLogOfJsonHasTheReasonWhyANodeEnds() throws Exception {
    String none = directory.resolve("none.key").toString();
    Process node =
        node(
            "http: {listen: off}",
            "log: {format: json}",
            "storage: {master_key_file: " + none + "}");
    List<String> said = said(node);
    assertThat(said)
        .filteredOn(line -> line.startsWith("{") && line.contains("\"ERROR\""))
        .singleElement()
        .asString()
        .contains("none.key of storage.master_key_file does not exist");
    assertThat(said.getLast()).startsWith("quorate: ").contains(none);
    assertThat(node.exitValue()).isEqualTo(2);
  }

  @Test
  void anAuditWhoseFileCannotBeWrittenStopsTheStart() throws Exception {
    Path file = Files.writeString(directory.resolve("plain"), "").resolve("audit");
    Process node = node("http: {listen: off}", "audit: {file: " + file + "}");
    assertThat(said(node))
        .hasSize(1)
        .first()
        .asString()
        .contains("audit.file: " + file + " cannot be written");
    assertThat(node.exitValue()).isEqualTo(2);
  }
}
