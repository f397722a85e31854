package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.Entry;
import io.quorate.client.QuorateClient;
import io.quorate.client.ReadOptions;
import io.quorate.client.WriteOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A process that cannot go on ends, so that a supervisor can start it again. */
class OutOfMemoryTest {
  private static final int OUT_OF_MEMORY = 3;
  private static final byte[] KEY = "before".getBytes(StandardCharsets.UTF_8);

  /** A second, plus the time in which a loaded machine notices the end. */
  private static final Duration AT_ONCE = Duration.ofSeconds(3);

  /** Limits above the heap, as an operator may set them: no refusal comes before it is full. */
  @Test
  void aNodeOutOfHeapEndsAtOnceAndStartsAgain() throws IOException {
    try (Nodes nodes = Nodes.onHosts("127.0.0.1")) {
      Node node = nodes.node(0).set("QUORATE_JAVA_OPTS", "-Xmx96m -XX:+UseSerialGC");
      for (String limit : List.of("INFLIGHT", "REPLICA", "WAITING", "PEER_QUEUE")) {
        node.set("QUORATE_LIMITS_" + limit + "_BYTES", "1GiB");
      }
      node.set("QUORATE_LIMITS_WAIT_MAX", "1m");
      nodes.start();
      try (QuorateClient client = nodes.client()) {
        client.keyValue().put(KEY, KEY, WriteOptions.DEFAULT.timeout(Duration.ofMinutes(1)));
      }
      fillHeap(nodes, node);
      assertThat(node.awaitExit(Duration.ofSeconds(20))).isEqualTo(OUT_OF_MEMORY);
      assertThat(node.log()).contains("OutOfMemoryError");
      assertThat(node.timeSinceLastOutput()).as("from the error to the end").isLessThan(AT_ONCE);

      nodes.start();
      try (QuorateClient client = nodes.client()) {
        ReadOptions patient = ReadOptions.DEFAULT.timeout(Duration.ofMinutes(1));
        assertThat(client.keyValue().get(KEY, patient).bytes()).isEqualTo(KEY);
      }
    }
  }

  /** Keeps more in work than the heap of the node holds, by many clients, until it has ended. */
  private static void fillHeap(Nodes nodes, Node node) {
    List<Entry> entries =
        IntStream.range(0, 64)
            .mapToObj(
                i -> Entry.of(("oom:" + i).getBytes(StandardCharsets.UTF_8), new byte[1 << 20]))
            .toList();
    WriteOptions options = WriteOptions.DEFAULT.timeout(Duration.ofSeconds(10));
    List<Thread> threads =
        IntStream.range(0, 4)
            .mapToObj(
                i ->
                    new Thread(
                        () -> {
                          try (QuorateClient client = nodes.client()) {
                            for (int round = 0; round < 20 && node.isAlive(); round++) {
                              client.keyValue().putAll(entries, options);
                            }
                          }
                        }))
            .toList();
    threads.forEach(Thread::start);
    Waiting.until(
        Duration.ofMinutes(3),
        () -> !node.isAlive() || threads.stream().noneMatch(Thread::isAlive),
        () -> "still under load\n" + node.lastLines());
  }

  @Test
  void aHeapThatIsTooSmallIsRefused() {
    try (Nodes nodes = Nodes.onHosts("127.0.0.1")) {
      Node node = nodes.node(0).set("QUORATE_JAVA_OPTS", "-Xmx40m");
      node.start();
      assertThat(node.awaitExit(Duration.ofSeconds(30))).isEqualTo(2);
      assertThat(node.log()).contains("a heap of 40 MiB is too small", "QUORATE_JAVA_OPTS");
    }
  }

  @Test
  void aNodeEndsWhenItIsTold() {
    try (Nodes nodes = Nodes.onHosts("127.0.0.1").start()) {
      nodes.node(0).signal("TERM");
      assertThat(nodes.node(0).awaitExit(Duration.ofSeconds(20))).isEqualTo(128 + 15);
    }
  }
}
