package io.quorate.outside;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Nodes whose clocks a test moves, and whose ways to each other and to clients it cuts. Each is a
 * process of {@code MovedNode}, in {@code src/test/programs}, which is compiled here against what
 * is tested.
 */
final class MovedNodes implements AutoCloseable {
  private final Nodes nodes;
  private final List<Way> fromClients = new ArrayList<>();

  /** From each node to each; to itself, too, where it is of no use. */
  private final List<List<Way>> between = new ArrayList<>();

  private MovedNodes(Nodes nodes) {
    this.nodes = nodes;
  }

  /** Starts nodes, and waits until they are ready. */
  static MovedNodes start(int count) {
    MovedNodes moved =
        new MovedNodes(
            Nodes.onHosts(Collections.nCopies(count, "127.0.0.1").toArray(String[]::new)));
    try {
      moved.prepare();
      moved.nodes.start();
      return moved;
    } catch (RuntimeException | Error failed) {
      moved.close();
      throw failed;
    }
  }

  private void prepare() {
    List<String> listening = nodes.all().stream().map(Node::address).toList();
    for (Node node : nodes.all()) {
      node.set("QUORATE_NODE_LISTEN", node.address());
      fromClients.add(new Way(node.address()));
      between.add(listening.stream().map(Way::new).toList());
    }
    IntStream.range(0, size()).forEach(i -> node(i).moveTo(fromClients.get(i).address()));
    nodes.set("QUORATE_CLUSTER_SEEDS", nodes.endpoints()).set("QUORATE_CLUSTER_PARTITIONS", "16");
    Path classes = compile();
    for (int i = 0; i < size(); i++) {
      int from = i;
      Path ways =
          write("ways-" + i, IntStream.range(0, size()).mapToObj(to -> way(from, to)).toList());
      moveClock(i, 0);
      node(i).run(program(classes, node(i), clock(i), ways));
    }
  }

  /** As a line of a file of properties, in whose keys there is no colon. */
  private String way(int from, int to) {
    return node(to).address().replace(':', '_') + "=" + between.get(from).get(to).address();
  }

  private static List<String> program(Path classes, Node node, Path clock, Path ways) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin/java").toString(),
        "--enable-native-access=ALL-UNNAMED",
        "-Xms192m",
        "-Xmx192m",
        "-XX:+UseSerialGC",
        Disturbance.BRIEF ? "-XX:TieredStopAtLevel=1" : "-XX:+TieredCompilation",
        "-cp",
        classes + ":" + Distribution.classPath(),
        "MovedNode",
        node.config(),
        clock.toString(),
        ways.toString());
  }

  private Path compile() {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    Path source = Distribution.tests().resolve("src/test/programs/MovedNode.java");
    Path classes = nodes.directory().resolve("classes");
    StringWriter said = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      Files.createDirectories(classes);
      List<String> options =
          List.of("-proc:none", "-cp", Distribution.classPath(), "-d", classes.toString());
      if (!compiler
          .getTask(said, files, null, options, null, files.getJavaFileObjects(source))
          .call()) {
        throw new AssertionError(said.toString());
      }
      return classes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path clock(int index) {
    return nodes.directory().resolve("clock-" + index);
  }

  /** Puts the clock of a node so far ahead of the others; below 0: behind. */
  void moveClock(int index, long aheadMillis) {
    ByteBuffer ahead = ByteBuffer.allocate(Long.BYTES).putLong(0, aheadMillis);
    // In place: the node has mapped the file.
    try (FileChannel channel =
        FileChannel.open(clock(index), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      int unused = channel.write(ahead);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path write(String name, List<String> lines) {
    try {
      return Files.write(nodes.directory().resolve(name), lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int size() {
    return nodes.all().size();
  }

  Nodes all() {
    return nodes;
  }

  Node node(int index) {
    return nodes.node(index);
  }

  /** The way of all clients to a node. */
  Way fromClients(int to) {
    return fromClients.get(to);
  }

  /** The way on which a node sends to another one. */
  Way between(int from, int to) {
    return between.get(from).get(to);
  }

  @Override
  public void close() {
    fromClients.forEach(Way::close);
    between.forEach(ways -> ways.forEach(Way::close));
    nodes.close();
  }
}
