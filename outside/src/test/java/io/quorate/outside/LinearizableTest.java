package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.Condition;
import io.quorate.client.ConditionFailedException;
import io.quorate.client.GetResult;
import io.quorate.client.KeyValue;
import io.quorate.client.QuorateClient;
import io.quorate.client.Version;
import io.quorate.client.WriteOptions;
import io.quorate.client.admin.Model;
import io.quorate.client.admin.TenantSettings;
import io.quorate.outside.Counts.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Numbers that several clients count up by conditional writes and by increments, while nodes are
 * killed and paused under them. No number is given twice, none is skipped, and each read is at
 * least what was acknowledged before it began.
 */
class LinearizableTest extends Load {
  private static final String TENANT = "linearizable-test";
  private static final String OF_COMMANDS = "linearizable-commands";
  private static final int KEYS = 3;
  private static final int THREADS_OF_A_KEY = 3;

  /** Writes without which the run has shown nothing. */
  private static final long AT_LEAST = 300;

  private final List<Number> numbers = new ArrayList<>();

  @Test
  void numbersAreCountedUpWhileNodesAreKilledAndPaused() throws InterruptedException {
    whileNodesAreKilledAndPaused(this);
  }

  @Override
  QuorateClient.Builder client(Nodes nodes) {
    return super.client(nodes).tenant(TENANT);
  }

  @Override
  void prepare(QuorateClient one, QuorateClient other) {
    createTenant(one, TENANT, TenantSettings.DEFAULT.model(Model.LINEARIZABLE));
    for (int key = 0; key < KEYS; key++) {
      Number number = new Number("number:" + key);
      numbers.add(number);
      addAlternating(
          number.key, THREADS_OF_A_KEY, (thread, client) -> number.run(client.keyValue()));
    }
  }

  @Override
  boolean isEnough() {
    return counted(Kind.WRITTEN) > AT_LEAST && counted(Kind.OUTRUN) > 0;
  }

  @Override
  void settle(QuorateClient client) {
    numbers.forEach(number -> number.settle(client.keyValue()));
  }

  /** What a user does at the command line. */
  @Test
  @ExtendWith(SharedNodes.class)
  void commandsCompareAndSetAndAdd(Nodes nodes) {
    CommandLine commands = nodes.commandLine();
    assertThat(commands.quorate("tenant", "create", OF_COMMANDS, "--model", "linearizable").code())
        .isZero();
    assertThat(cas(commands, "--absent", "--put", "node-3")).isZero();
    assertThat(cas(commands, "--absent", "--put", "node-4")).isEqualTo(1);
    assertThat(cas(commands, "--expect", "node-3", "--put", "node-5")).isZero();
    assertThat(commands.quorate("get", "leader", "--tenant", OF_COMMANDS).outText())
        .isEqualTo("node-5\n");
    assertThat(cas(commands, "--expect", "node-3", "--delete")).isEqualTo(1);
    assertThat(cas(commands, "--expect", "node-5", "--delete")).isZero();
    assertThat(commands.quorate("get", "leader", "--tenant", OF_COMMANDS).code()).isEqualTo(1);

    assertThat(increment(commands, "seats", "40").outText()).isEqualTo("40\n");
    assertThat(increment(commands, "--min", "0", "--", "seats", "-39").outText()).isEqualTo("1\n");
    CommandLine.Result soldOut = increment(commands, "--min", "0", "--", "seats", "-2");
    assertThat(soldOut.code()).as("%s", soldOut).isEqualTo(1);
    assertThat(soldOut.errText()).contains("not within 0 and");
    assertThat(commands.quorate("increment", "seats").code()).as("another model").isEqualTo(4);
  }

  private static CommandLine.Result increment(CommandLine commands, String... words) {
    List<String> all = new ArrayList<>(List.of("increment", "--tenant", OF_COMMANDS));
    all.addAll(List.of(words));
    return commands.quorate(all.toArray(String[]::new));
  }

  private static int cas(CommandLine commands, String... words) {
    List<String> all = new ArrayList<>(List.of("cas", "leader", "--tenant", OF_COMMANDS));
    all.addAll(List.of(words));
    return commands.quorate(all.toArray(String[]::new)).code();
  }

  /** A key, and what is known of its number. */
  private final class Number {
    private final String key;

    /** Numbers whose writes were acknowledged. */
    private final Set<Long> given = ConcurrentHashMap.newKeySet();

    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();

    Number(String key) {
      this.key = key;
    }

    void run(KeyValue store) {
      while (!ends()) {
        if (attempt(() -> next(store)) == End.UNKNOWN) {
          lost.incrementAndGet();
        }
      }
    }

    private void next(KeyValue store) {
      long least = acknowledged.get();
      try {
        GetResult read = store.get(key);
        long now = read.found() ? Long.parseLong(read.text()) : 0;
        if (now < least) {
          wrong(key + " is " + now + ", though " + least + " writes were acknowledged");
        }
        if (now % 2 == 0) {
          countUp(store, read, now + 1);
        } else {
          given(store.increment(key, 1).sum());
        }
      } catch (ConditionFailedException another) {
        count(Kind.OUTRUN);
      }
    }

    private void countUp(KeyValue store, GetResult read, long next) {
      Version seen = read.version();
      Condition unchanged = seen == null ? Condition.absent() : Condition.version(seen);
      var unused = store.put(key, Long.toString(next), WriteOptions.DEFAULT.onlyIf(unchanged));
      given(next);
    }

    private void given(long number) {
      if (!given.add(number)) {
        wrong(key + ": " + number + " was given twice");
      }
      acknowledged.incrementAndGet();
      count(Kind.WRITTEN);
    }

    void settle(KeyValue store) {
      long now = Long.parseLong(store.get(key).text());
      long least = acknowledged.get();
      if (now < least || now > least + lost.get()) {
        wrong(key + " is " + now + ": acknowledged " + least + ", unknown " + lost);
      }
    }
  }
}
