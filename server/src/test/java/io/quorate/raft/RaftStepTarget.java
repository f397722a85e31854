package io.quorate.raft;

import io.quorate.fuzz.FuzzTarget;
import io.quorate.raft.RaftEvent.WhyNotBelieved;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A group that is sent wild messages. Half of the seeds send anything in anybody's name: nothing is
 * promised then but that no node ends. The other half send lies of one member and of a stranger, in
 * their own names: then Raft's promises hold, and the group elects once the lies are over.
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
