package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.Credentials;
import io.quorate.client.QuorateClient;
import io.quorate.client.TlsOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Users that are logged in work on, while a flood of logins fails: with {@code
 * -Dquorate.login.flood=true}, as it takes both processors of a small machine for seven minutes.
 * The nodes have one of them for themselves, as an attacker does not run beside them. Prints, for
 * phases without the flood and with it by turns, what was done, how long that took, and what the
 * nodes used of processors.
 */
@EnabledIfSystemProperty(named = "quorate.login.flood", matches = "true")
class FailedLoginFloodTest {
  private static final int CONNECTIONS = Integer.getInteger("quorate.login.flood.connections", 90);
  private static final List<Integer> RATES = List.of(0, 500, 0, 2_000, 0, 500, 0);
  private static final int PHASE_SECONDS = 8;
  private static final String PROCESSOR_OF_NODES = "0";
  private static final String PROCESSOR_OF_CLIENTS = "1";
  private static final int WARM_UP_PHASES = Integer.getInteger("quorate.login.flood.warm.up", 28);
  private static final int WARM_UP_RATE = 1_000;
  private static final int THREADS = 24;
  private static final double PART_LEFT_MIN = 0.8;

  @TempDir private Path directory;

  private Path files(String name) {
    return directory.resolve("certificates").resolve(name);
  }

  /**
   * @param millis of all nodes
   */
  private record Phase(int rate, int operations, double seconds, long p99Micros, double millis) {}

  @Test
  void usersWorkOnWhileLoginsFail() throws Exception {
    try (Nodes nodes = Nodes.onHosts("localhost", "localhost", "localhost")) {
      start(nodes);
      AtomicBoolean over = new AtomicBoolean();
      List<Long> micros = Collections.synchronizedList(new ArrayList<>());
      AtomicInteger failed = new AtomicInteger();
      try (QuorateClient client = client(nodes);
          FailedLoginFlood flood =
              new FailedLoginFlood(
                  nodes.all().stream().map(Node::address).toList(),
                  files("root").resolve("authorities.pem"),
                  CONNECTIONS,
                  List.of("reports", "victim"))) {
        List<Thread> load = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
          Thread thread = new Thread(() -> work(client, over, micros, failed), "load");
          load.add(thread);
          thread.start();
        }
        warmUp(flood, nodes, micros);
        System.out.printf("operations that failed meanwhile: %d%n", failed.getAndSet(0));
        List<Phase> phases = new ArrayList<>();
        for (int rate : RATES) {
          flood.rate(rate);
          TimeUnit.SECONDS.sleep(1);
          var unused = flood.takeEnded();
          phases.add(measured(rate, nodes, micros));
          System.out.printf(
              "%s %s; failed logins: %s%n", Instant.now(), phases.getLast(), flood.takeEnded());
        }
        over.set(true);
        for (Thread thread : load) {
          thread.join();
        }
        assertThat(failed).as("operations that failed").hasValue(0);
        judge(phases);
      }
    }
  }

  /** All threads of a process, and those that they start. */
  private static void pin(ProcessHandle process, String processor) {
    CommandLine.system(
        "taskset", "--all-tasks", "--cpu-list", "--pid", processor, Long.toString(process.pid()));
  }

  /**
   * The JVM of a node compiles its code again when another kind of work begins. That takes half of
   * its processor time for a while, and is printed apart from the phases.
   */
  private static void warmUp(FailedLoginFlood flood, Nodes nodes, List<Long> micros)
      throws Exception {
    for (int rate : List.of(0, WARM_UP_RATE)) {
      flood.rate(rate);
      for (int i = 0; i < WARM_UP_PHASES / 2; i++) {
        System.out.printf("%s warms up: %s%n", Instant.now(), measured(rate, nodes, micros));
      }
    }
    for (Node node : nodes.all()) {
      pin(node.process(), PROCESSOR_OF_NODES);
    }
    pin(ProcessHandle.current(), PROCESSOR_OF_CLIENTS);
    for (int rate : List.of(WARM_UP_RATE, 0)) {
      flood.rate(rate);
      for (int i = 0; i < WARM_UP_PHASES / 4; i++) {
        System.out.printf("%s settles: %s%n", Instant.now(), measured(rate, nodes, micros));
      }
    }
  }

  private static Phase measured(int rate, Nodes nodes, List<Long> micros) throws Exception {
    synchronized (micros) {
      micros.clear();
    }
    double before = millis(nodes);
    long from = System.nanoTime();
    TimeUnit.SECONDS.sleep(PHASE_SECONDS);
    List<Long> taken;
    synchronized (micros) {
      taken = new ArrayList<>(micros);
    }
    double seconds = (System.nanoTime() - from) / 1e9;
    double used = millis(nodes) - before;
    Collections.sort(taken);
    long p99 = taken.isEmpty() ? 0 : taken.get(taken.size() * 99 / 100);
    return new Phase(rate, taken.size(), seconds, p99, used);
  }

  private static double millis(Nodes nodes) {
    return nodes.all().stream().mapToLong(node -> node.processorTime().toNanos()).sum() / 1e6;
  }

  private static void judge(List<Phase> phases) {
    double perOperation =
        phases.stream().filter(each -> each.rate == 0).mapToDouble(Phase::millis).sum()
            / phases.stream().filter(each -> each.rate == 0).mapToInt(Phase::operations).sum();
    System.out.printf("processor time per operation: %.3f ms%n", perOperation);
    for (int i = 1; i + 1 < phases.size(); i += 2) {
      Phase flooded = phases.get(i);
      double without = (rate(phases.get(i - 1)) + rate(phases.get(i + 1))) / 2;
      double perLogin =
          (flooded.millis - flooded.operations * perOperation) / (flooded.rate * flooded.seconds);
      System.out.printf(
          "%d failed logins a second: %.0f operations a second of %.0f, %.0f %%; processor time"
              + " per failed login: %.3f ms%n",
          flooded.rate, rate(flooded), without, 100 * rate(flooded) / without, perLogin);
    }
    for (int i = 1; i + 1 < phases.size(); i += 2) {
      double without = (rate(phases.get(i - 1)) + rate(phases.get(i + 1))) / 2;
      if (phases.get(i).rate <= 500) {
        assertThat(rate(phases.get(i)) / without).isGreaterThan(PART_LEFT_MIN);
      }
    }
  }

  private static double rate(Phase phase) {
    return phase.operations / phase.seconds;
  }

  private static void work(
      QuorateClient client, AtomicBoolean over, List<Long> micros, AtomicInteger failed) {
    while (!over.get()) {
      long from = System.nanoTime();
      try {
        client.keyValue().put("eu/" + (from % 1_000), "v");
        var unused = client.keyValue().get("eu/" + (from % 777));
        micros.add((System.nanoTime() - from) / 2_000);
        micros.add((System.nanoTime() - from) / 2_000);
      } catch (RuntimeException e) {
        if (failed.incrementAndGet() < 20) {
          System.out.println(Instant.now() + " failed: " + e);
        }
      }
    }
  }

  private QuorateClient client(Nodes nodes) {
    return QuorateClient.builder()
        .endpoints(nodes.endpoints())
        .tenant("orders")
        .tls(TlsOptions.DEFAULT.authorities(files("root").resolve("authorities.pem")))
        .credentials(Credentials.password("reports", () -> "the right password"))
        .build();
  }

  private void start(Nodes nodes) throws Exception {
    nodes
        .commandLine()
        .quorate(
            "security",
            "init",
            directory.resolve("certificates").toString(),
            "--node",
            "localhost+127.0.0.1")
        .done();
    Path node = files("localhost");
    nodes
        .set("QUORATE_TLS_CERTIFICATE", node.resolve("node.pem").toString())
        .set("QUORATE_TLS_KEY", node.resolve("node.key").toString())
        .set("QUORATE_TLS_AUTHORITIES", node.resolve("authorities.pem").toString())
        .set("QUORATE_TLS_CLIENT_CERTIFICATES", "optional")
        .set("QUORATE_HTTP_LISTEN", "off");
    for (Node each : nodes.all()) {
      SafeDefaultsTest.listenOnAllAddresses(each);
      each.set("QUORATE_AUDIT_FILE", directory.resolve("audit-" + each.name()).toString());
      each.start();
    }
    CommandLine root =
        nodes
            .commandLine()
            .with("QUORATE_CLIENT_TLS_CA", files("root").resolve("authorities.pem").toString())
            .with("QUORATE_CLIENT_TLS_CERT", files("root").resolve("client.pem").toString())
            .with("QUORATE_CLIENT_TLS_KEY", files("root").resolve("client.key").toString());
    Waiting.until(
        Duration.ofMinutes(2),
        () -> root.quorate("tenant", "create", "orders").code() == 0,
        () -> nodes.node(0).lastLines());
    Path password = Files.writeString(directory.resolve("password"), "the right password\n");
    for (String user : List.of("reports", "victim")) {
      root.quorate("user", "create", user).done();
      root.quorate("user", "password", user, "--new-password-file", password.toString()).done();
    }
    root.quorate("grant", "read,write", "--to-user", "reports", "--tenant", "orders").done();
  }
}
