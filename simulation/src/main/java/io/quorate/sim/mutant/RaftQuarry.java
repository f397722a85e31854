package io.quorate.sim.mutant;

import io.quorate.raft.RaftMutants;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A mutant of Raft alone, in a simulated group of its machines. Whatever is broken there follows
 * from the mutant, if it is not broken without it: the group has no other part.
 */
record RaftQuarry(String mutant) implements Quarry {
  static List<Quarry> all() {
    return RaftMutants.names().stream().<Quarry>map(RaftQuarry::new).toList();
  }

  @Override
  public String runs() {
    return "raft";
  }

  @Override
  public long seedsMax() {
    return RaftMutants.SEEDS_MAX;
  }

  @Override
  public Evidence run(long seed) {
    String check = RaftMutants.caughtBy(mutant, seed);
    return check == null ? Evidence.Nothing.INSTANCE : new Evidence.Caught(check);
  }

  @Override
  public @Nullable String brokenWithout(long seed) {
    return RaftMutants.brokenWithoutMistake(seed);
  }
}
