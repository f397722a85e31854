package io.quorate.metadata.bootstrap;

import io.quorate.metadata.MetadataEvent;
import io.quorate.runtime.Clock;

/** Says what a node waits for that has not found its cluster, not more often than is of use. */
final class WaitingNotice {
  private static final long SAID_EVERY_NANOS = 3_000_000_000L;

  /** Also said at once, and when it changes. */
  private static final long OPERATOR_REMINDED_EVERY_NANOS = 30_000_000_000L;

  private final BootstrapConfig config;
  private final Clock clock;
  private final BootstrapListener listener;
  private long saidNanos;
  private String said = "";

  WaitingNotice(BootstrapConfig config, Clock clock, BootstrapListener listener) {
    this.config = config;
    this.clock = clock;
    this.listener = listener;
    this.saidNanos = clock.nanos();
  }

  /** A round of questions is over, and did not bring the node into a cluster. */
  void onRoundOver(Round round) {
    String waitFor = round.waitFor();
    if (waitFor != null) {
      if (!config.asksToJoin()) {
        listener.happened(MetadataEvent.WAITED_FOR_READMISSION);
      }
      say(waitFor, OPERATOR_REMINDED_EVERY_NANOS);
      return;
    }
    say(absentNodes(round), SAID_EVERY_NANOS);
  }

  private String absentNodes(Round round) {
    if (config.asksToJoin()) {
      return "to join a cluster, one of its members must be up among the seeds; not yet: "
          + round.whyNobodyTakesIn();
    }
    String absent = round.absent();
    return config.isFormer()
        ? "to form a cluster of %d nodes, all of them must be up; not yet: %s"
            .formatted(config.seeds().size(), absent)
        : "%s, the first of the seeds, is to form the cluster; not up: %s"
            .formatted(config.former(), absent.isEmpty() ? "none" : absent);
  }

  private void say(String what, long everyNanos) {
    long now = clock.nanos();
    boolean news = everyNanos == OPERATOR_REMINDED_EVERY_NANOS && !what.equals(said);
    if (news || now - saidNanos >= everyNanos) {
      saidNanos = now;
      said = what;
      listener.waiting(what);
    }
  }
}
