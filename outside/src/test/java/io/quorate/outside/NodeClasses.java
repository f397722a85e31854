package io.quorate.outside;

import io.quorate.client.Codec;
import io.quorate.client.KeyValue;
import io.quorate.client.Level;
import io.quorate.client.MapUpdate;
import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.ReadOptions;
import io.quorate.client.WriteOptions;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.Cluster;
import io.quorate.client.admin.Model;
import io.quorate.client.admin.TenantSettings;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The classes of a node in the form that a JVM needs them. With Java 25 or newer, which keeps them
 * linked (JEP 514), a start from them takes half of the CPU, with an older one two thirds; and a
 * run of all tests starts some forty nodes. The node that leaves them has another one beside it,
 * and does what tests ask of nodes: with the classes of a start alone, a node that has started and
 * has done a little takes a fifth more.
 */
final class NodeClasses {
  /** Whether nodes have a Java that links classes ahead of time. */
  private static final boolean AHEAD =
      new CommandLine()
              .shell(
                  "find='%s'; [ \"$(\"$find\" 25)\" = \"$(\"$find\" 21)\" ]"
                      .formatted(Distribution.home().resolve("bin/find-java")))
              .code()
          == 0;

  private static final String KEY = "node-classes:";

  /** Of each kind, so that the node that leaves the classes is asked for some of them. */
  private static final int OPERATIONS = 20;

  /** Where a node has left them that was ready, and ended in order. */
  private static final Path ARCHIVE = leftByANode();

  private NodeClasses() {}

  /** Options for a JVM that takes them from there. */
  static String taken() {
    return "-XX:%s=%s -Xlog:disable".formatted(AHEAD ? "AOTCache" : "SharedArchiveFile", ARCHIVE);
  }

  private static Path leftByANode() {
    Path archive =
        Distribution.tests()
            .resolve(
                "target/node-classes-%d.%s".formatted(Distribution.fork(), AHEAD ? "aot" : "jsa"));
    String left =
        "-XX:%s=%s -Xlog:disable"
            .formatted(AHEAD ? "AOTCacheOutput" : "ArchiveClassesAtExit", archive);
    try (Nodes nodes = Nodes.withOwnClasses("127.0.0.1", "127.0.0.1")) {
      nodes.node(0).addJavaOption(left);
      nodes.start();
      CommandClasses.keep(nodes);
      use(nodes);
      nodes.node(0).stop();
    }
    return archive;
  }

  /**
   * Has both nodes do what clients of tests have them do, besides what commands do. What fails is
   * only not kept: that it fails is for the tests to say.
   */
  private static void use(Nodes nodes) {
    try (QuorateClient client = nodes.patientClient()) {
      work(client);
    } catch (QuorateException failed) {
      System.err.println("some classes of nodes are not kept: " + failed.getMessage());
    }
    nodes.all().forEach(node -> node.page("/metrics"));
  }

  private static void work(QuorateClient client) {
    KeyValue store = client.keyValue();
    for (int i = 0; i < OPERATIONS; i++) {
      var unused = store.put(KEY + i, "v");
      unused = store.put(KEY + i, "w", WriteOptions.DEFAULT.level(Level.ALL));
      var unusedToo = store.get(KEY + i, ReadOptions.DEFAULT.level(Level.ONE));
    }
    store.delete(KEY + 0);
    Cluster cluster = Administration.of(client).cluster();
    for (Model model : Model.values()) {
      var unused = cluster.createTenant(tenant(model), TenantSettings.DEFAULT.model(model));
    }
    for (int i = 0; i < OPERATIONS; i++) {
      var unused = client.counters(tenant(Model.COUNTERS)).increment(KEY + i, 1);
      var unusedToo =
          client.siblings(tenant(Model.SIBLINGS), Codec.utf8(), Codec.utf8()).put(KEY + i, "v");
      var unusedThree =
          client.maps(tenant(Model.MAPS)).update(KEY + i, MapUpdate.EMPTY.assign("f", "v"));
      store.put(KEY + i, "v", WriteOptions.DEFAULT.tenant(tenant(Model.LINEARIZABLE)));
    }
  }

  private static String tenant(Model model) {
    return "node-classes-" + model.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
