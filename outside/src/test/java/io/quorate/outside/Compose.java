package io.quorate.outside;

import io.quorate.client.QuorateClient;
import io.quorate.client.TlsOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;

/**
 * The containers of {@code docker-compose.yml}, in a project of their own and on ports that are
 * free. The image is made of what is built here. Closing it removes containers and volumes.
 *
 * <p>Nodes are reached from here by their names: {@link HostsFile} says where their ports are
 * published. Where the images that Dockerfile begins with cannot be pulled, {@code .ci/stand-ins}
 * makes others of these names.
 */
final class Compose implements AutoCloseable {
  /** The name that the image has here. */
  static final String IMAGE = "quorate:outside";

  private static final Duration LONGEST = Duration.ofMinutes(30);
  private static final Duration READY_WITHIN = Duration.ofMinutes(5);
  private static final List<String> SEEDS = List.of("node-1", "node-2", "node-3");
  private static final List<String> ALL = List.of("node-1", "node-2", "node-3", "node-4");

  private final String project = "quorate-outside-" + ProcessHandle.current().pid();
  private final int firstPort = freePorts(0);
  private final int httpPort = freePorts(firstPort);
  private final CommandLine commands = new CommandLine().within(LONGEST);
  private final HostsFile hosts = HostsFile.ofThisJvm();
  private final ContainerEnds ends;
  private final Path files;

  private Compose(String memory) {
    commands
        .with("QUORATE_IMAGE", IMAGE)
        .with("QUORATE_DISTRIBUTION", "prebuilt")
        .with("QUORATE_MEMORY", memory)
        .with("QUORATE_PORTS", Integer.toString(firstPort / 100))
        .with("QUORATE_PORTS_HTTP", Integer.toString(httpPort / 100));
    ALL.forEach(node -> hosts.put(node, "127.0.0.1"));
    ends = ContainerEnds.watch(project);
    try {
      files = Files.createTempDirectory("quorate-compose");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Builds the image, and starts three nodes with a limit of memory.
   *
   * @throws org.opentest4j.TestAbortedException if no Docker engine answers here
   */
  static Compose ofThree(String memory) {
    Assumptions.assumeTrue(answers(), "skipped: no Docker engine with 'docker compose' answers");
    Compose compose = new Compose(memory);
    try {
      compose.run("build", "node-1");
      compose.up(SEEDS.toArray(String[]::new));
      return compose;
    } catch (AssertionError failed) {
      compose.close();
      throw failed;
    }
  }

  private static boolean answers() {
    return new CommandLine()
            .shell("docker version >/dev/null 2>&1 && docker compose version >/dev/null 2>&1")
            .code()
        == 0;
  }

  /** Returns the first of four free ports as {@code QUORATE_PORTS} wants them: 25101, 25102... */
  private static int freePorts(int taken) {
    for (int attempt = 0; attempt < 100; attempt++) {
      int first = (200 + ThreadLocalRandom.current().nextInt(100)) * 100 + 1;
      if (first != taken && Distribution.areFree(first, ALL.size())) {
        return first;
      }
    }
    throw new IllegalStateException("found no free ports");
  }

  /** Has the commands that follow know the services of a profile, too. */
  Compose with(String profile) {
    commands.with("COMPOSE_PROFILES", profile);
    return this;
  }

  /** Runs {@code docker compose}, which must succeed. */
  CommandLine.Result run(String... arguments) {
    List<String> command = new ArrayList<>(List.of("docker", "compose"));
    command.addAll(List.of("--project-name", project));
    command.addAll(List.of("--file", Distribution.home().resolve("docker-compose.yml").toString()));
    command.addAll(List.of(arguments));
    return commands.succeed(command);
  }

  /** Starts these nodes and waits until Docker finds them healthy. */
  void up(String... nodes) {
    List<String> command = new ArrayList<>(List.of("up", "--detach", "--wait"));
    command.addAll(List.of(nodes));
    run(command.toArray(String[]::new));
  }

  /** Starts the containers of these nodes that do not run, and waits until each node is ready. */
  void bringBack(String... nodes) {
    List<String> command = new ArrayList<>(List.of("up", "--detach", "--no-deps"));
    command.addAll(List.of(nodes));
    run(command.toArray(String[]::new));
    for (String node : nodes) {
      Waiting.until(
          READY_WITHIN,
          () -> inspect(node, "{{.State.Health.Status}}").equals("healthy"),
          () -> node + " is not ready\n" + log(node));
    }
  }

  /** Runs a {@code quorate} command in the container of a node. */
  CommandLine.Result within(String node, String... arguments) {
    List<String> command = new ArrayList<>(List.of("exec", "-T", node, "quorate"));
    command.addAll(List.of(arguments));
    return run(command.toArray(String[]::new));
  }

  /** Runs a {@code quorate} command in its own container. */
  CommandLine.Result client(String... arguments) {
    List<String> command = new ArrayList<>(List.of("run", "--rm", "-T", "client"));
    command.addAll(List.of(arguments));
    return run(command.toArray(String[]::new));
  }

  /** What {@code docker inspect} says of the container of a node. */
  String inspect(String node, String format) {
    String container = run("ps", "--all", "--quiet", node).outText().strip();
    return CommandLine.system("docker", "inspect", "--format", format, container).outText().strip();
  }

  String addressOf(String node) {
    return inspect(node, "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}");
  }

  /** This machine, as containers of nodes reach it. */
  String gateway() {
    return inspect("node-1", "{{range .NetworkSettings.Networks}}{{.Gateway}}{{end}}");
  }

  /** Removes the container of a node, and starts another with another address. */
  void moveToAnotherAddress(String node) {
    String before = addressOf(node);
    run("rm", "--stop", "--force", node);
    // Otherwise the container has the labels of the image, which compose built for node-1.
    String holder =
        CommandLine.system(
                "docker",
                "run",
                "--detach",
                "--rm",
                "--network",
                project + "_cluster",
                "--label",
                "com.docker.compose.project=none",
                "--label",
                "com.docker.compose.service=none",
                "--entrypoint",
                "sleep",
                IMAGE,
                "600")
            .outText()
            .strip();
    try {
      bringBack(node);
      String now = addressOf(node);
      if (now.equals(before)) {
        throw new AssertionError(node + " is still at " + now);
      }
    } finally {
      CommandLine.system("docker", "rm", "--force", "--volumes", holder);
    }
  }

  QuorateClient client() {
    return clientOf("root");
  }

  QuorateClient clientOf(String user) {
    Path own = filesOf(user);
    TlsOptions tls =
        TlsOptions.DEFAULT
            .authorities(own.resolve("authorities.pem"))
            .certificate(own.resolve("client.pem"), own.resolve("client.key"));
    return QuorateClient.builder().endpoints(endpoints()).tls(tls).build();
  }

  /** The files of a client that may do everything, copied to this machine. */
  Path rootFiles() {
    return filesOf("root");
  }

  private Path filesOf(String client) {
    Path copied = files.resolve(client);
    if (!Files.exists(copied)) {
      run("cp", "node-1:/etc/quorate/tls/" + client, files.toString());
    }
    return copied;
  }

  /** Makes a certificate for a user, as the page for the first start says. */
  void makeFilesOf(String user) {
    run(
        "run",
        "--rm",
        "-T",
        "certificates",
        "security",
        "init",
        "/etc/quorate/tls",
        "--key-dir=/etc/quorate/authority",
        "--client=" + user);
  }

  String endpoints() {
    return IntStream.range(0, SEEDS.size())
        .mapToObj(i -> SEEDS.get(i) + ":" + (firstPort + i))
        .collect(Collectors.joining(","));
  }

  /** The port of this machine at which node-1 tells its health and meters. */
  int httpPort() {
    return httpPort;
  }

  String log(String node) {
    return run("logs", "--no-log-prefix", node).outText();
  }

  ContainerEnds ends() {
    return ends;
  }

  Path hosts() {
    return hosts.file();
  }

  @Override
  public void close() {
    run("--profile", "*", "down", "--volumes", "--remove-orphans", "--timeout", "5");
    ends.close();
    ALL.forEach(hosts::remove);
    CommandLine.system("rm", "-r", files.toString());
  }
}
