package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.KeyValue;
import io.quorate.client.QuorateClient;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Nodes whose addresses are host names, as in Docker and Kubernetes, where names appear, vanish and
 * change their address.
 */
class HostNamesTest {
  /** Longer than a node and its gRPC keep the address of a name: 1 s and 2 s here. */
  private static final Duration NAME_FORGOTTEN = Duration.ofSeconds(6);

  @Test
  void nodesOutliveAPeerWhoseNameIsGone() {
    HostsFile hosts = HostsFile.ofThisJvm();
    hosts.put("quorate-a", "127.0.0.1").put("quorate-b", "127.0.0.1").put("quorate-c", "127.0.0.1");
    try (Nodes nodes = byName("quorate-a", "quorate-b", "quorate-c").start();
        QuorateClient client = nodes.client()) {
      KeyValue store = client.keyValue();
      store.put("before", "1");
      assertDoctorTakesNoNodeForDown(nodes);

      nodes.node(2).kill();
      hosts.remove("quorate-c");
      long until = System.nanoTime() + NAME_FORGOTTEN.toNanos();
      for (int i = 0; System.nanoTime() < until; i++) {
        store.put("meanwhile-" + i, "x");
        Waiting.pass(Duration.ofMillis(100));
      }
      assertRunning(nodes.node(0));
      assertRunning(nodes.node(1));
      assertThat(store.get("before").text()).isEqualTo("1");

      // The container comes back, and its name with it, at another address.
      hosts.put("quorate-c", "127.0.0.9");
      nodes.node(2).start();
      nodes.awaitAllUp(client);

      assertThat(store.get("before").text()).isEqualTo("1");
      assertThat(store.get("meanwhile-0").text()).isEqualTo("x");
    } finally {
      hosts.remove("quorate-a").remove("quorate-b").remove("quorate-c");
    }
  }

  @Test
  @Tag("campaign")
  void allNamesMoveToOtherAddressesAndBack() {
    HostsFile hosts = HostsFile.ofThisJvm();
    hosts.put("quorate-a", "127.0.0.1").put("quorate-b", "127.0.0.1").put("quorate-c", "127.0.0.1");
    try (Nodes nodes = byName("quorate-a", "quorate-b", "quorate-c").start();
        QuorateClient client = nodes.client()) {
      client.keyValue().put("before", "1");
      for (String address : new String[] {"127.0.0.21", "127.0.0.1"}) {
        for (int i = 0; i < 3; i++) {
          nodes.node(i).kill();
          hosts.put("quorate-" + "abc".charAt(i), address);
          nodes.node(i).start();
          nodes.awaitAllUp(client);
        }
      }
      assertThat(client.keyValue().get("before").text()).isEqualTo("1");
    } finally {
      hosts.remove("quorate-a").remove("quorate-b").remove("quorate-c");
    }
  }

  private static Nodes byName(String... names) {
    Path file = HostsFile.ofThisJvm().file();
    Path forgetsSoon = Distribution.tests().resolve("src/test/resources/hosts.security");
    Nodes nodes = Nodes.onHosts(names);
    for (Node node : nodes.all()) {
      node.addJavaOption("-Djdk.net.hosts.file=" + file);
      node.addJavaOption("-Djava.security.properties=" + forgetsSoon);
      node.addJavaOption("-Dnetworkaddress.cache.ttl=-1"); // of gRPC alone, where it is 30 s
    }
    return nodes;
  }

  /**
   * Commands cannot resolve the names here, so they reach one node of three, which hears all
   * others.
   */
  private static void assertDoctorTakesNoNodeForDown(Nodes nodes) {
    String port = nodes.node(0).address().replaceFirst(".*:", "");
    CommandLine.Result said =
        new CommandLine().quorate("doctor", "--endpoints", "127.0.0.1:" + port);
    assertThat(said.outText())
        .contains("asked 1 of 3 nodes", "cannot be reached from here, but is heard by")
        .doesNotContain("is down", "recover", "PROBLEM");
    assertThat(said.code()).as("%s", said).isEqualTo(1);
  }

  private static void assertRunning(Node node) {
    assertThat(node.isAlive()).as("%s runs: %s", node.name(), node.lastLines()).isTrue();
  }
}
