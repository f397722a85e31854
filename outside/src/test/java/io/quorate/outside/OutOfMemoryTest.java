package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.Entry;
import io.quorate.client.QuorateClient;
import io.quorate.client.WriteOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A process that cannot go on ends, so that a supervisor can start it again. */
class OutOfMemoryTest {
  private static final int NOT_LEFT = 5;

  @Test
  void aNodeOutOfHeapEnds() {
    try (Nodes nodes = Nodes.onHosts("127.0.0.1")) {
      Node node = nodes.node(0);
      // The least that a node takes, and too little for what is on its way then.
      node.set("QUORATE_JAVA_OPTS", "-Xmx96m -XX:+UseSerialGC");
      nodes.start();
      try (QuorateClient client = nodes.client()) {
        List<Entry> entries =
            IntStream.range(0, 64)
                .mapToObj(
                    i ->
                        new Entry(("oom:" + i).getBytes(StandardCharsets.UTF_8), new byte[1 << 20]))
                .toList();
        for (int round = 0; round < 20 && node.isAlive(); round++) {
          client.keyValue().putAll(entries, WriteOptions.DEFAULT.timeout(Duration.ofSeconds(2)));
        }
      }
      if (node.isAlive()) {
        // It found a way to live with what it has: then it must serve.
        assertThat(node.status("/health/live")).isEqualTo(200);
        return;
      }
      assertThat(node.awaitExit(Duration.ofSeconds(10))).isNotZero().isNotEqualTo(NOT_LEFT);
      assertThat(node.log()).contains("OutOfMemoryError");
    }
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
