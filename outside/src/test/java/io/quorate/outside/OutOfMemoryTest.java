package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.Entry;
import io.quorate.client.QuorateClient;
import io.quorate.client.WriteOptions;
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
      // Enough to start with, and too little for what is cached then.
      node.set("QUORATE_JAVA_OPTS", "-Xmx40m -XX:+UseSerialGC");
      nodes.start();
      try (QuorateClient client = nodes.client()) {
        List<Entry> entries =
            IntStream.range(0, 64)
                .mapToObj(i -> new Entry(("oom:" + i).getBytes(), new byte[1 << 20]))
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
  void aNodeEndsWhenItIsTold() {
    try (Nodes nodes = Nodes.onHosts("127.0.0.1").start()) {
      nodes.node(0).signal("TERM");
      assertThat(nodes.node(0).awaitExit(Duration.ofSeconds(20))).isEqualTo(128 + 15);
    }
  }
}
