package io.quorate.raft;

import io.quorate.fuzz.FuzzTarget;
import io.quorate.raft.RaftEvent.WhyNotBelieved;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A group that receives wild messages. In half of the seeds they come in any node's name: then the
 * only promise is that no node ends. In the other half one member and a stranger lie, in their own
 * names: then Raft's promises hold, and the group elects once the lies are over.
 */
public final class RaftStepTarget implements FuzzTarget {
  private static final int TICKS = 150;

  @Override
  public String name() {
    return "raft-step";
  }

  @Override
  public int runsInCi() {
    return 300;
  }

  @Override
  public void run(long seed) {
    Map<WhyNotBelieved, Long> unused = refusedIn(seed);
  }

  /** How often messages were refused in one run, by reason. */
  static Map<WhyNotBelieved, Long> refusedIn(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    WildGroup group = new WildGroup(random, seed % 2 == 0);
    if (seed % 2 == 0) {
      group.sufferLies(TICKS);
      group.mustAgree();
    } else {
      group.sufferAnything(TICKS);
    }
    return group.refused();
  }
}
