package io.quorate.node;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quorate.raft.RaftFact;

/** How restless the metadata group is, as this node sees it. */
final class RaftMeters {
  private final Counter campaigns;
  private final Counter leaderships;
  private final Counter snapshotsReceived;

  RaftMeters(MeterRegistry registry) {
    campaigns =
        Counter.builder("quorate.raft.campaigns")
            .description("Elections that this node stood for")
            .register(registry);
    leaderships =
        Counter.builder("quorate.raft.leaderships")
            .description("Elections that this node won")
            .register(registry);
    snapshotsReceived =
        Counter.builder("quorate.raft.snapshots.received")
            .description("Snapshots of the metadata that this node took from a leader")
            .register(registry);
  }

  void happened(RaftFact fact) {
    switch (fact) {
      case RaftFact.Campaigned campaigned -> {
        if (!campaigned.preVote()) {
          campaigns.increment();
        }
      }
      case RaftFact.BecameLeader leads -> leaderships.increment();
      case RaftFact.SnapshotRestored restored -> snapshotsReceived.increment();
      default -> {}
    }
  }
}
