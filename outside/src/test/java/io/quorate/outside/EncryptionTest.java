package io.quorate.outside;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.KeyValue;
import io.quorate.client.QuorateClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Nodes that encrypt: planted values are in none of their files, whatever happens to them. */
class EncryptionTest {
  private static final int KEYS = 200;

  /** Looks like nothing else that a node writes. */
  private static final String PLANTED = "Zq7-planted-Kx4-value-Vw9-";

  @Test
  void valuesAreInNoFileWhileNodesDieAndKeysAreReplaced() throws Exception {
    try (Nodes nodes = Nodes.threeOnLoopback()) {
      Path key = nodes.directory().resolve("master.key");
      nodes.start();
      try (QuorateClient client = nodes.client()) {
        KeyValue store = client.keyValue();
        put(store, 0);
        assertThat(filesWithValues(nodes)).as("without encryption").isNotEmpty();

        CommandLine.Result made = new CommandLine().quorate("security", "key", key.toString());
        assertThat(made.code()).as("%s", made).isZero();
        nodes.set("QUORATE_STORAGE_MASTER_KEY_FILE", key.toString());
        for (Node node : nodes.all()) {
          restart(node);
          nodes.awaitReady();
          Waiting.until(
              Duration.ofMinutes(1),
              () -> node.log().contains("the records are rewritten"),
              node::lastLines);
          // Logs that would be written over go with the next start.
          restart(node);
          nodes.awaitReady();
        }
        read(store);
        assertThat(filesWithValues(nodes)).as("once all records are rewritten").isEmpty();

        put(store, KEYS);
        nodes.node(1).kill();
        put(store, 2 * KEYS);
        nodes.node(1).start();
        nodes.awaitReady();
        read(store);
        assertThat(filesWithValues(nodes)).as("after a kill").isEmpty();

        CommandLine.Result added =
            new CommandLine().quorate("security", "key", key.toString(), "--add");
        assertThat(added.code()).as("%s", added).isZero();
        nodes.all().forEach(EncryptionTest::restart);
        nodes.awaitReady();
        leaveFirstLine(key);
        nodes.all().forEach(EncryptionTest::restart);
        nodes.awaitReady();
        read(store);
        assertThat(filesWithValues(nodes)).as("after new master keys").isEmpty();
      }

      Node node = nodes.node(0);
      node.stop();
      Files.move(key, key.resolveSibling("lost"));
      node.start();
      assertThat(node.awaitExit(Duration.ofMinutes(1))).isEqualTo(2);
      assertThat(node.log()).contains("storage.master_key_file does not exist. Put it back");
    }
  }

  private static void restart(Node node) {
    node.stop();
    node.start();
  }

  private static void put(KeyValue store, int first) {
    for (int i = first; i < first + KEYS; i++) {
      store.put(key(i), PLANTED + i);
    }
  }

  private static void read(KeyValue store) {
    for (int i = 0; i < KEYS; i++) {
      assertThat(store.get(key(i)).text()).isEqualTo(PLANTED + i);
    }
  }

  private static String key(int i) {
    return "encrypted:" + i;
  }

  private static void leaveFirstLine(Path file) throws IOException {
    Files.writeString(file, Files.readAllLines(file).getFirst() + "\n");
  }

  private static List<Path> filesWithValues(Nodes nodes) throws IOException {
    List<Path> found = new ArrayList<>();
    for (Node node : nodes.all()) {
      try (Stream<Path> files = Files.walk(node.data())) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          if (Files.readString(file, ISO_8859_1).contains(PLANTED)) {
            found.add(file);
          }
        }
      }
    }
    return found;
  }
}
