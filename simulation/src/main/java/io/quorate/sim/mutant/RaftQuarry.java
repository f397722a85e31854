package io.quorate.sim.mutant;

import io.quorate.raft.RaftMutants;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A mutant of Raft alone, in a simulated group of its machines. */
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
  public @Nullable String caughtBy(long seed) {
    return RaftMutants.caughtBy(mutant, seed);
  }
}
