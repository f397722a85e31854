package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.quorate.client.QuorateClient;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.ClusterStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Each node is drained, stopped and started again, one after the other, under load: by the command,
 * and by the loop that operators are told of. In a brief run, only the node that leads, and the
 * load goes on for no longer than that takes.
 */
@ExtendWith(DisturbedNodes.class)
class RollingRestartTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LENGTH = Duration.ofMinutes(3);

  /** Of these, the load is looked at beside the seconds of the restart. */
  private static final Duration AT_REST = Duration.ofSeconds(25);

  /** Of a brief run: operations before a restart, after it, and at least while it goes on. */
  private static final int OPERATIONS = 300;

  private static final Path PAGE = Distribution.home().resolve("docs/operations/restart.md");

  private static final Path INSTALL = Distribution.home().resolve("docs/operations/install.md");

  /** The configuration of one node of the first cluster. */
  private static final Pattern CONFIGURATION = Pattern.compile("(?s)```yaml\\n(node:.*?)```");

  private static final Pattern FIRST_LINE = Pattern.compile("for node in .*; do");

  /** The loop as the page has it: lines that are set off by four blanks. */
  private static final Pattern LOOP =
      Pattern.compile("(?m)^    for node in [\\s\\S]*?\\n    done$");

  private static JsonNode json(CommandLine.Result result) {
    assertThat(result.code()).as(result.toString()).isZero();
    try {
      return JSON.readTree(result.out());
    } catch (IOException notJson) {
      throw new AssertionError(result.toString(), notJson);
    }
  }

  private static Node leader(Nodes nodes, QuorateClient client) {
    ClusterStatus status = Administration.of(client).cluster().status();
    return nodes.all().stream()
        .filter(node -> isLeader(status, node))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no node leads: " + status.metadata()));
  }

  private static boolean isLeader(ClusterStatus status, Node node) {
    return status.nodes().stream()
        .anyMatch(
            each ->
                each.address().equals(node.address())
                    && each.id().equals(status.metadata().leader()));
  }

  /** Looks at a node that is about to be stopped: it was drained, and another leads. */
  private static void isDrained(QuorateClient client, Node node) {
    assertThat(node.isReady()).as("a drained node is sent nothing").isFalse();
    ClusterStatus status = Administration.of(client).cluster().status();
    assertThat(status.metadata().leader()).isNotEmpty();
    assertThat(isLeader(status, node)).isFalse();
  }

  private static CommandLine.Result bench(Nodes nodes) {
    return nodes
        .commandLine()
        .within(LENGTH.multipliedBy(4))
        .quorate(
            "bench",
            "--workload=a",
            "--keys=2000",
            "--rate=300",
            "--warmup=10",
            "--seconds=" + LENGTH.toSeconds(),
            "--verify",
            "--series",
            "--json");
  }

  private static Map<String, Long> processes(List<Node> nodes) {
    Map<String, Long> processes = new TreeMap<>();
    nodes.forEach(node -> processes.put(node.name(), node.process().pid()));
    return processes;
  }

  /** What restarts nodes while a load goes on. */
  private interface Restart {
    void of(List<Node> restarted, Supervisor supervisor);
  }

  private static void underLoad(Nodes nodes, Restart restart) throws Exception {
    try (QuorateClient client = nodes.client();
        Supervisor supervisor = Supervisor.of(nodes, node -> isDrained(client, node))) {
      List<Node> restarted = Disturbance.BRIEF ? List.of(leader(nodes, client)) : nodes.all();
      Map<String, Long> before = processes(restarted);
      Runnable timed = () -> timed(restart, restarted, supervisor);
      if (Disturbance.BRIEF) {
        whileKeysAreUsed(nodes, timed);
      } else {
        whileABenchRuns(nodes, timed);
      }
      assertThat(processes(restarted).values()).doesNotContainAnyElementsOf(before.values());
      assertThat(restarted).allMatch(Node::isReady);
    }
  }

  private static void timed(Restart restart, List<Node> restarted, Supervisor supervisor) {
    long fromNanos = System.nanoTime();
    restart.of(restarted, supervisor);
    System.out.printf(
        "restarted %d nodes in %.1f s%n", restarted.size(), (System.nanoTime() - fromNanos) / 1e9);
    assertThat(supervisor.failure()).isNull();
  }

  private static void whileKeysAreUsed(Nodes nodes, Runnable restart) throws InterruptedException {
    try (OwnKeys load = OwnKeys.begin(nodes)) {
      load.awaitMore(OPERATIONS);
      long before = load.done();
      restart.run();
      long meanwhile = load.done() - before;
      load.awaitMore(OPERATIONS);
      load.end(); // says first what went wrong: few operations may come of it
      assertThat(meanwhile).isGreaterThan(OPERATIONS);
      System.out.println(load.done() + " operations, " + before + " of them before the restart");
    }
  }

  private static void whileABenchRuns(Nodes nodes, Runnable restart) throws Exception {
    try (var beside = Executors.newSingleThreadExecutor()) {
      CompletableFuture<CommandLine.Result> load =
          CompletableFuture.supplyAsync(() -> bench(nodes), beside);
      Waiting.pass(AT_REST);
      restart.run();
      assertThat(load.isDone()).as("restarts took longer than the load").isFalse();
      isWhole(json(load.get(5, TimeUnit.MINUTES)));
    }
  }

  private static void isWhole(JsonNode report) {
    System.out.println(report);
    assertThat(report.path("errors_by_kind").isObject()).as("%s", report).isTrue();
    assertThat(report.path("errors_by_kind")).as("%s", report).isEmpty();
    for (String broken : new String[] {"lost_writes", "stale_reads", "wrong_values"}) {
      assertThat(report.path(broken).asLong(-1)).as("%s: %s", broken, report).isZero();
    }
  }

  @Test
  void noRequestFailsAndNoWriteIsLost(Nodes nodes) throws Exception {
    underLoad(
        nodes,
        (restarted, supervisor) -> {
          String names = names(restarted, ",");
          CommandLine.Result ran =
              operatorOf(restarted)
                  .quorate(
                      "cluster",
                      "restart",
                      "--rolling",
                      "--with",
                      supervisor.line("{name}"),
                      "--nodes",
                      names,
                      "--yes");
          System.out.println(ran);
          assertThat(ran.code()).as("%s, for %s", ran, supervisor.failure()).isZero();
          assertThat(ran.outText()).contains("restarted %d nodes in".formatted(restarted.size()));
        });
  }

  private static String names(List<Node> nodes, String between) {
    return String.join(between, nodes.stream().map(Node::name).toList());
  }

  /** A command that talks to the nodes of a list, which may be all. */
  private static CommandLine operatorOf(List<Node> nodes) {
    return new CommandLine()
        .within(LENGTH)
        .with("QUORATE_ENDPOINTS", String.join(",", nodes.stream().map(Node::address).toList()));
  }

  /** As the page has it, but for the programs that reach other machines. */
  @Test
  void theLoopOfThePageRestartsEachNode(Nodes nodes) throws Exception {
    String page = Files.readString(PAGE);
    Matcher found = LOOP.matcher(page);
    assertThat(found.find()).as("%s has the loop", PAGE).isTrue();
    Path programs = Files.createTempDirectory("quorate-programs");
    try {
      underLoad(
          nodes,
          (restarted, supervisor) -> {
            program(programs.resolve("ssh"), ssh(restarted, supervisor));
            program(programs.resolve("sleep"), "echo \"sleeps $*\"; exec /bin/sleep \"$@\"");
            String loop =
                FIRST_LINE
                    .matcher(found.group())
                    .replaceFirst("for node in %s; do".formatted(names(restarted, " ")));
            CommandLine.Result ran =
                operatorOf(restarted).shell("PATH=%s:$PATH\n%s".formatted(programs, loop));
            assertThat(ran.code()).as("%s", ran).isZero();
            assertThat(ran.outText().lines().filter("sleeps 20"::equals))
                .as("the loop came to its end with each node: %s", ran)
                .hasSameSizeAs(restarted);
            assertThat(ran.outText())
                .contains(
                    restarted.stream()
                        .map(node -> node.name() + ") is drained and can be stopped")
                        .toList());
          });
    } finally {
      CommandLine.system("rm", "-r", programs.toString());
    }
  }

  /**
   * What runs on the machine of a node: the restart, and the question whether the node is ready,
   * which is asked as the page has it. Only where a node listens by the configuration that the page
   * is about, the node of this test is asked.
   */
  private static String ssh(List<Node> nodes, Supervisor supervisor) {
    StringBuilder script = new StringBuilder("node=$1; shift\ncase \"$node\" in\n");
    for (Node node : nodes) {
      script.append("%s) pages=%s;;\n".formatted(node.name(), node.pages()));
    }
    return script
        .append("*) exit 9;;\nesac\nof_page='%s'\n".formatted(pagesOfInstall()))
        .append("case \"$*\" in\n'sudo systemctl restart quorate.service') ")
        .append(supervisor.line("'$node'"))
        .append(";;\n'curl '*\" $of_page/\"*) exec \"${@/\"$of_page\"/$pages}\";;\n")
        .append("*) exit 9;;\nesac")
        .toString();
  }

  /** Where a node has its HTTP pages by the configuration of the installation guide. */
  private static String pagesOfInstall() {
    try {
      Matcher found = CONFIGURATION.matcher(Files.readString(INSTALL));
      assertThat(found.find()).as("%s has a configuration", INSTALL).isTrue();
      JsonNode node = new YAMLMapper().readTree(found.group(1));
      return (node.path("tls").has("certificate") ? "https" : "http")
          + "://"
          + node.at("/http/listen").asText();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static void program(Path file, String lines) {
    try {
      Files.writeString(file, "#!/usr/bin/env bash\n" + lines + "\n");
      var unused =
          Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aDrainedNodeIsPutBack(Nodes nodes) {
    CommandLine operator = nodes.commandLine();
    String address = nodes.node(1).address();
    json(operator.quorate("node", "drain", address, "--json"));
    assertThat(nodes.node(1).isReady()).as("a drained node is sent nothing").isFalse();
    // The drained node refuses it, and has named the others, of which one stores it.
    CommandLine.Result put =
        new CommandLine()
            .quorate("put", "drained:k", "v", "--timeout", "10s", "--endpoints", address);
    assertThat(put.code()).as("%s", put).isZero();
    assertThat(nodes.node(1).isReady()).as("it stays drained").isFalse();
    json(operator.quorate("node", "resume", address, "--json"));
    nodes.awaitReady();
    CommandLine.Result unknown = operator.quorate("node", "drain", "node-9");
    assertThat(unknown.code()).isEqualTo(2);
    assertThat(unknown.errText())
        .contains("no node of the cluster has the id, address or name 'node-9'");
  }
}
