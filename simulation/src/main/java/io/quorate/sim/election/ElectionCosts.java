package io.quorate.sim.election;

import io.quorate.model.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What it costs to replace a leader that crashed, in messages and in virtual time, by Bully and by
 * Raft side by side: from the crash until all nodes that are left follow the same new leader. All
 * messages between nodes count, answers included. Links take half a millisecond; the silence of a
 * leader is noticed after 500 to 1000 ms by both, and Bully gives up waiting for an answer after
 * 100 ms.
 *
 * <pre>
 * nodes | Bully, messages  | Raft, messages   | Bully, ms        | Raft, ms
 * 3     | 10 (13)          | 8 (27)           | 945 (1201)       | 651 (2004)
 * 5     | 31 (38)          | 21 (61)          | 949 (1192)       | 555 (1355)
 * 7     | 61 (72)          | 38 (106)         | 991 (1201)       | 551 (1403)
 * 9     | 88 (114)         | 57 (145)         | 956 (1199)       | 505 (1304)
 * </pre>
 *
 * <p>Each is the median of 200 seeds, and the most that any took. Raft's worst are split votes: a
 * round more, of messages and of silence. Bully waits for the highest ids that do not answer, every
 * time; and what it elects is safe only where no node is ever slow.
 */
public final class ElectionCosts {
  private static final int SEEDS = 200;
  private static final List<Integer> SIZES = List.of(3, 5, 7, 9);

  private ElectionCosts() {}

  /**
   * What one algorithm took in many seeds, each list in rising order.
   *
   * @param messages sent
   * @param millis of virtual time
   */
  record Costs(List<Long> messages, List<Long> millis) {
    static long median(List<Long> rising) {
      return rising.get(rising.size() / 2);
    }

    static long most(List<Long> rising) {
      return rising.get(rising.size() - 1);
    }
  }

  /** The table that is printed: medians, and the most that any seed needed. */
  public static String table() {
    StringBuilder table = new StringBuilder();
    table.append("A leader crashes: until all others follow a new one, median (most) of ");
    table.append(SEEDS).append(" seeds\n\n");
    String line = "%-5s | %-16s | %-16s | %-16s | %-16s%n";
    table.append(
        line.formatted("nodes", "Bully, messages", "Raft, messages", "Bully, ms", "Raft, ms"));
    for (int size : SIZES) {
      Costs bully = measure(Algorithm.BULLY, size);
      Costs raft = measure(Algorithm.RAFT, size);
      table.append(
          line.formatted(
              size,
              words(bully.messages()),
              words(raft.messages()),
              words(bully.millis()),
              words(raft.millis())));
    }
    return table.toString();
  }

  private static String words(List<Long> rising) {
    return "%d (%d)".formatted(Costs.median(rising), Costs.most(rising));
  }

  static Costs measure(Algorithm algorithm, int nodes) {
    List<Long> messages = new ArrayList<>();
    List<Long> millis = new ArrayList<>();
    for (long seed = 1; seed <= SEEDS; seed++) {
      var world = new ElectionWorld(algorithm, nodes, seed);
      NodeId leader = world.awaitAgreement();
      world.pass(Duration.ofSeconds(1));
      long messagesBefore = world.messages();
      long nanosBefore = world.nowNanos();
      world.crash(leader);
      NodeId unused = world.awaitAgreement();
      messages.add(world.messages() - messagesBefore);
      millis.add((world.nowNanos() - nanosBefore) / 1_000_000);
    }
    Collections.sort(messages);
    Collections.sort(millis);
    return new Costs(messages, millis);
  }

  public static void main(String[] arguments) {
    System.out.print(table());
  }
}
