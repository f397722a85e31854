package io.quorate.metadata;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command.NodeStarted;
import io.quorate.cluster.Member;
import io.quorate.metadata.CommandOutcome.Accepted;
import io.quorate.metadata.CommandOutcome.Rejected;
import io.quorate.metadata.CommandOutcome.Unavailable;
import io.quorate.metadata.CommandOutcome.Unknown;
import io.quorate.runtime.Lane;
import io.quorate.runtime.LaneTime;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Tells the cluster that this node runs, until the cluster's state says so. */
final class Announcement {
  /** One attempt to tell the cluster of this start; there is always another. */
  private static final long ATTEMPT_NANOS = 5_000_000_000L;

  private final NodeStarted thisStart;
  private final Proposals proposals;
  private final Publication publication;
  private final LaneTime time;
  private final long retryNanos;
  private final BooleanSupplier takesPart;
  private final Consumer<String> rejected;

  /** Whether the cluster's state tells of this start. */
  private boolean made;

  private boolean underWay;

  /**
   * @param takesPart whether this node still takes part in the group
   * @param rejected told why the cluster does not accept this start
   */
  Announcement(
      NodeStarted thisStart,
      Proposals proposals,
      Publication publication,
      LaneTime time,
      long retryNanos,
      BooleanSupplier takesPart,
      Consumer<String> rejected) {
    this.thisStart = thisStart;
    this.proposals = proposals;
    this.publication = publication;
    this.time = time;
    this.retryNanos = retryNanos;
    this.takesPart = takesPart;
    this.rejected = rejected;
  }

  /** Whether the cluster's state told of this start when that was last looked at. */
  boolean isMade() {
    return made;
  }

  /** Begins, unless it is under way or nothing is left to tell. */
  void make() {
    if (isComplete() || underWay) {
      return;
    }
    underWay = true;
    proposals.submit(
        thisStart,
        time.clock().nanos() + ATTEMPT_NANOS,
        outcome -> {
          underWay = false;
          switch (outcome) {
            case Accepted accepted -> {
              if (!isComplete()) {
                makeLater(); // a leader that lags wrote it at the version before
              }
            }
            case Rejected refused -> rejected.accept(refused.reason());
            case Unavailable notSent -> makeLater();
            case Unknown notHeard -> makeLater();
          }
        });
  }

  private void makeLater() {
    Lane.Timer unused =
        time.lane()
            .schedule(
                retryNanos,
                () -> {
                  if (takesPart.getAsBoolean()) {
                    make();
                  }
                });
  }

  /** Whether the cluster's state has all of this start that its version has room for. */
  private boolean isComplete() {
    ClusterState known = publication.published();
    Member member = known.members().get(thisStart.id());
    made =
        member != null
            && member.incarnation() == thisStart.incarnation()
            && member.address().equals(thisStart.address());
    boolean named =
        known.clusterVersion() < Member.NAMED_FROM_VERSION
            || (member != null && member.name().equals(thisStart.name()));
    boolean reachable =
        known.clusterVersion() < Member.CLIENT_ADDRESS_FROM_VERSION
            || (member != null && member.clientAddress().equals(thisStart.clientAddress()));
    return made && named && reachable;
  }
}
