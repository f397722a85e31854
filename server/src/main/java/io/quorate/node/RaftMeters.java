package io.quorate.node;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quorate.metadata.ProposalRefused;
import io.quorate.raft.RaftFact;
import io.quorate.raft.RaftFact.WhyNotBelieved;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** How restless the metadata group is, as this node sees it. */
final class RaftMeters {
  private final Counter campaigns;
  private final Counter leaderships;
  private final Counter snapshotsReceived;
  private final Map<WhyNotBelieved, Counter> refused = new EnumMap<>(WhyNotBelieved.class);
  private final Map<ProposalRefused.Why, Counter> proposalsRefused =
      new EnumMap<>(ProposalRefused.Why.class);

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
    for (WhyNotBelieved why : WhyNotBelieved.values()) {
      refused.put(
          why,
          Counter.builder("quorate.raft.refused")
              .description("Messages of the metadata group that no honest member sends")
              .tag("reason", why.name().toLowerCase(Locale.ROOT))
              .register(registry));
    }
    for (ProposalRefused.Why why : ProposalRefused.Why.values()) {
      proposalsRefused.put(
          why,
          Counter.builder("quorate.proposals.refused")
              .description(
                  "Changes of the cluster that other nodes proposed to this leader in vain")
              .tag("reason", why.name().toLowerCase(Locale.ROOT))
              .register(registry));
    }
  }

  void happened(ProposalRefused refusal) {
    Objects.requireNonNull(proposalsRefused.get(refusal.why())).increment();
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
      case RaftFact.MessageRefused(var from, var why, var detail) ->
          Objects.requireNonNull(refused.get(why)).increment();
      default -> {}
    }
  }
}
