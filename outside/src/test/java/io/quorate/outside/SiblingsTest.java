package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.Codec;
import io.quorate.client.QuorateClient;
import io.quorate.client.Sibling;
import io.quorate.client.SiblingKeyValue;
import io.quorate.client.Siblings;
import io.quorate.client.Version;
import io.quorate.client.admin.Model;
import io.quorate.client.admin.TenantSettings;
import io.quorate.outside.Counts.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Keys with siblings, while nodes are killed and paused under their writers.
 *
 * <p>A value has a number for each writer, and the union of two values has the higher number of
 * each. A writer reads a key, makes the union of the siblings, raises its own number, and puts that
 * with the context of the read. So nothing is lost if each read finds the numbers that were
 * acknowledged before it began, and nothing comes back if no read finds a sibling whose place was
 * taken before it began.
 */
class SiblingsTest extends Load {
  private static final String TENANT = "siblings-test";
  private static final String OF_COMMANDS = "siblings-commands";
  private static final int KEYS = 6;
  private static final int WRITERS_OF_A_KEY = 3;

  /** Writes, and reads, without which the run has shown nothing. */
  private static final long AT_LEAST = 1_000;

  private final List<Cart> carts = new ArrayList<>();

  /** A value: the highest number of each writer. */
  private static final Codec<Map<String, Long>> NUMBERS =
      new Codec<>() {
        @Override
        public byte[] encode(Map<String, Long> value) {
          StringBuilder text = new StringBuilder();
          value.forEach(
              (writer, number) -> text.append(writer).append('=').append(number).append(' '));
          return text.toString().getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public Map<String, Long> decode(byte[] bytes) {
          Map<String, Long> value = new TreeMap<>();
          for (String each : new String(bytes, StandardCharsets.UTF_8).split(" ", -1)) {
            if (!each.isEmpty()) {
              int end = each.indexOf('=');
              value.put(each.substring(0, end), Long.valueOf(each.substring(end + 1)));
            }
          }
          return value;
        }
      };

  private static Map<String, Long> union(List<Map<String, Long>> siblings) {
    Map<String, Long> union = new TreeMap<>();
    siblings.forEach(
        each -> each.forEach((writer, number) -> union.merge(writer, number, Math::max)));
    return union;
  }

  @Test
  void noSiblingIsLostOrComesBackWhileNodesAreKilledAndPaused() throws InterruptedException {
    whileNodesAreKilledAndPaused(this);
  }

  @Override
  void prepare(QuorateClient one, QuorateClient other) {
    createTenant(one, TENANT, TenantSettings.DEFAULT.model(Model.SIBLINGS));
    for (int key = 0; key < KEYS; key++) {
      Cart cart = new Cart("cart:" + key);
      carts.add(cart);
      addAlternating(
          cart.key, WRITERS_OF_A_KEY, (writer, client) -> cart.write("w" + writer, store(client)));
      var store = store(other);
      add(cart.key + " reader", () -> cart.read(store));
    }
  }

  @Override
  boolean isEnough() {
    return counted(Kind.CONFLICT) > 0
        && counted(Kind.WRITTEN) > AT_LEAST
        && counted(Kind.READ) > AT_LEAST;
  }

  @Override
  void settle(QuorateClient client) {
    carts.forEach(cart -> cart.settle(store(client)));
  }

  /** What a user does at the command line with two values of a key. */
  @Test
  @ExtendWith(SharedNodes.class)
  void commandsShowAndReplaceSiblings(Nodes nodes) {
    CommandLine commands = nodes.commandLine();
    commands.quorate("tenant", "create", OF_COMMANDS, "--model", "siblings").done();
    commands.quorate("put", "cart:7", "book", "--tenant", OF_COMMANDS).done();
    commands.quorate("put", "cart:7", "lamp", "--tenant", OF_COMMANDS).done();
    List<String> lines =
        commands.quorate("get", "cart:7", "--tenant", OF_COMMANDS).done().lines().toList();
    assertThat(lines).hasSize(3);
    assertThat(lines.get(0)).startsWith("1  ").endsWith("  book");
    assertThat(lines.get(1)).startsWith("2  ").endsWith("  lamp");
    String context = lines.get(2).substring("context ".length());
    commands.quorate("put", "cart:7", "pen", "--tenant", OF_COMMANDS).done();
    commands.quorate("put", "cart:7", "both", "--tenant", OF_COMMANDS, "--context", context).done();
    assertThat(commands.quorate("get", "cart:7", "--tenant", OF_COMMANDS).done())
        .contains("  pen\n", "  both\n")
        .doesNotContain("  book", "  lamp");
    assertThat(commands.quorate("scan", "--tenant", OF_COMMANDS).done()).contains("cart:7\tboth");
    CommandLine.Result exported =
        commands.quorate("export", "-", "--format", "jsonl", "--tenant", OF_COMMANDS);
    assertThat(exported.code()).isNotZero();
    assertThat(exported.errText()).contains("has model SIBLINGS");
    commands.quorate("delete", "cart:7", "--tenant", OF_COMMANDS).done();
    assertThat(commands.quorate("get", "cart:7", "--tenant", OF_COMMANDS).code()).isEqualTo(1);
    CommandLine.Result elsewhere = commands.quorate("put", "k", "v", "--context", context);
    assertThat(elsewhere.code()).as("%s", elsewhere).isNotZero();
    assertThat(elsewhere.errText()).contains("has model LAST_WRITE_WINS");
  }

  private static SiblingKeyValue<String, Map<String, Long>> store(QuorateClient client) {
    return client.siblings(TENANT, Codec.utf8(), NUMBERS);
  }

  /** A key, and what is known of it. */
  private final class Cart {
    private final String key;

    /** The highest number of each writer that was acknowledged. */
    private final Map<String, Long> acknowledged = new ConcurrentHashMap<>();

    /** When an acknowledged put had taken the place of a version. */
    private final Map<Version, Long> replacedNanos = new ConcurrentHashMap<>();

    /** A writer and a number, of which the client said that it was not applied. */
    private final Set<String> notApplied = ConcurrentHashMap.newKeySet();

    Cart(String key) {
      this.key = key;
    }

    void write(String writer, SiblingKeyValue<String, Map<String, Long>> store) {
      for (long number = 1; !ends(); number++) {
        Siblings<Map<String, Long>> before = readOnce(store);
        if (before != null) {
          Map<String, Long> value = union(before.values());
          value.put(writer, number);
          put(writer, number, value, before, store);
        }
      }
    }

    private void put(
        String writer,
        long number,
        Map<String, Long> value,
        Siblings<Map<String, Long>> before,
        SiblingKeyValue<String, Map<String, Long>> store) {
      End unused =
          attempt(
              () -> {
                store.put(key, value, before.context());
                long now = System.nanoTime();
                before.list().forEach(each -> replacedNanos.putIfAbsent(each.version(), now));
                acknowledged.put(writer, number);
                count(Kind.WRITTEN);
              },
              failed -> notApplied.add(writer + "=" + number));
    }

    void read(SiblingKeyValue<String, Map<String, Long>> store) {
      while (!ends()) {
        Siblings<Map<String, Long>> unused = readOnce(store);
      }
    }

    /** Reads the key, and looks at what it finds; null if it cannot be read. */
    private @Nullable Siblings<Map<String, Long>> readOnce(
        SiblingKeyValue<String, Map<String, Long>> store) {
      Map<String, Long> least = Map.copyOf(acknowledged);
      long begunNanos = System.nanoTime();
      Siblings<Map<String, Long>> found = readIfPossible(() -> store.get(key));
      if (found == null) {
        return null;
      }
      Map<String, Long> union = union(found.values());
      least.forEach(
          (writer, number) -> {
            if (union.getOrDefault(writer, 0L) < number) {
              wrong(
                  key + ": " + writer + "=" + number + " was acknowledged, and is lost: " + found);
            }
          });
      for (Sibling<Map<String, Long>> each : found.list()) {
        Long replaced = replacedNanos.get(each.version());
        if (replaced != null && replaced - begunNanos < 0) {
          wrong(key + ": " + each + " had been replaced, and came back: " + found);
        }
        each.value()
            .forEach(
                (writer, number) -> {
                  if (notApplied.contains(writer + "=" + number)) {
                    wrong(
                        key
                            + ": "
                            + writer
                            + "="
                            + number
                            + " was applied, and the client said it was not");
                  }
                });
      }
      if (found.isConflict()) {
        count(Kind.CONFLICT);
      }
      count(Kind.READ);
      return found;
    }

    /** Makes one value of the siblings that are left. */
    void settle(SiblingKeyValue<String, Map<String, Long>> store) {
      Siblings<Map<String, Long>> left = readOnce(store);
      if (left == null) {
        wrong(key + " cannot be read, though all nodes are ready");
        return;
      }
      Siblings<Map<String, Long>> settled =
          store.update(key, SiblingsTest::union, value -> value.orElseGet(TreeMap::new));
      if (settled.isConflict() || !union(left.values()).equals(settled.values().get(0))) {
        wrong(key + ": " + left + " was settled as " + settled);
      }
    }
  }
}
