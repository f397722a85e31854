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
import org.jspecify.annotations.Nullable;

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
  private final Consumer<String> refused;

  /** Whether the cluster's state tells of this start. */
  private boolean made;

  private boolean underWay;

  /**
   * Why the cluster does not take what else this node announces, now that it has taken this start;
   * empty if it does, or nothing else was announced.
   */
  private String refusal = "";

  /** The state in which it did not. It is announced again once nodes have changed since. */
  private @Nullable ClusterState refusedIn;

  /**
   * @param takesPart whether this node still takes part in the group
   * @param rejected told why the cluster does not accept this start
   * @param refused told why the cluster, which has accepted this start, does not take what else is
   *     announced of it
   */
  Announcement(
      NodeStarted thisStart,
      Proposals proposals,
      Publication publication,
      LaneTime time,
      long retryNanos,
      BooleanSupplier takesPart,
      Consumer<String> rejected,
      Consumer<String> refused) {
    this.thisStart = thisStart;
    this.proposals = proposals;
    this.publication = publication;
    this.time = time;
    this.retryNanos = retryNanos;
    this.takesPart = takesPart;
    this.rejected = rejected;
    this.refused = refused;
  }

  /** Whether the cluster's state told of this start when that was last looked at. */
  boolean isMade() {
    return made;
  }

  /** Why the cluster does not take all that this node announces of itself; empty if it does. */
  String refusal() {
    return refusal;
  }

  /** Begins, unless it is under way or nothing is left to tell. */
  void make() {
    if (isComplete()) {
      refusal = "";
      return;
    }
    if (underWay || isRefusedStill()) {
      return;
    }
    underWay = true;
    ClusterState before = publication.published();
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
            case Rejected notTaken -> onRejected(notTaken.reason(), before);
            case Unavailable notSent -> makeLater();
            case Unknown notHeard -> makeLater();
          }
        });
  }

  /**
   * A start that is not accepted ends the node. One that was accepted before does not, whatever is
   * found wrong with what the version of the cluster had kept it from telling: the nodes of a
   * cluster that is upgraded tell that all at once, and most of them may have it wrong.
   */
  private void onRejected(String reason, ClusterState before) {
    if (isComplete()) {
      return;
    }
    if (!made) {
      rejected.accept(reason);
      return;
    }
    boolean told = reason.equals(refusal);
    refusal = reason;
    refusedIn = before;
    if (!told) {
      refused.accept(reason);
    }
    if (!isRefusedStill()) {
      makeLater(); // what was in the way may have gone meanwhile
    }
  }

  private boolean isRefusedStill() {
    ClusterState known = publication.published();
    return made
        && refusedIn != null
        && refusedIn.clusterVersion() == known.clusterVersion()
        && refusedIn.members().equals(known.members());
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
