package io.quorate.sim.check;

import io.quorate.model.NodeId;
import io.quorate.placement.Level;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Outcome;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A region that is away is told at once: EACH_QUORUM fails, and names it, instead of waiting
 * (docs/design/regions.md#lost).
 */
public final class RegionChecker implements Checker {
  static final String NAME = "regions";

  /** Until all nodes know that a region is away: no heartbeat comes any more. */
  private static final long KNOWN_NANOS = 4_000_000_000L;

  private static final long AT_ONCE_NANOS = 5_000_000;

  private final RegionView view;

  /** At EACH_QUORUM while a region is away, by number. */
  private final Map<Integer, Begun> begun = new TreeMap<>();

  /** When those at LOCAL_QUORUM began in a region that was cut off. */
  private final Set<Integer> cutOff = new TreeSet<>();

  private record Begun(Set<String> away, long nanos) {}

  /** How regions look from outside of the nodes. */
  public interface RegionView {
    /**
     * The regions with replicas of a tenant, as a node knows, that no message comes from or goes
     * to, and none has for some time.
     */
    Set<String> awayFrom(NodeId node, String tenant, long nanos);

    /** Whether a node has run without a pause for as long. */
    boolean hasRun(NodeId node, long nanos);

    /** Whether the region of a node is cut off from the others, and runs. */
    boolean isCutOff(NodeId node);

    /** Counts a window. */
    void enters(String window);

    /** The world's time. */
    long nowNanos();
  }

  public RegionChecker(RegionView view) {
    this.view = view;
  }

  @Override
  public void begins(Attempt attempt) {
    if (attempt.promised().equals(Level.EACH_QUORUM)) {
      begun.put(attempt.number(), new Begun(away(attempt), view.nowNanos()));
    }
    if (isLocalQuorum(attempt) && view.isCutOff(attempt.node())) {
      cutOff.add(attempt.number());
    }
  }

  private Set<String> away(Attempt attempt) {
    return view.awayFrom(attempt.node(), attempt.operation().tenant(), KNOWN_NANOS);
  }

  private static boolean isLocalQuorum(Attempt attempt) {
    return attempt.promised() instanceof Level.InRegion in
        && in.local() == Level.Named.LOCAL_QUORUM;
  }

  @Override
  public void ends(Attempt attempt, Outcome outcome) {
    if (cutOff.remove(attempt.number())
        && outcome instanceof Outcome.Written
        && view.isCutOff(attempt.node())) {
      view.enters("regions: written at LOCAL_QUORUM while cut off");
    }
    Begun asked = begun.remove(attempt.number());
    if (asked == null) {
      return;
    }
    if (outcome instanceof Outcome.Failed(Failure failure)
        && failure.reason() == Failure.Reason.UNAVAILABLE
        && failure.message().contains("left in region '")
        && view.nowNanos() - asked.nanos() <= AT_ONCE_NANOS) {
      view.enters("regions: EACH_QUORUM refused at once");
    }
    if (asked.away().isEmpty()) {
      return;
    }
    if (!view.hasRun(attempt.node(), KNOWN_NANOS) || !away(attempt).containsAll(asked.away())) {
      return; // the node cannot know yet, or the region came back meanwhile
    }
    if (!(outcome instanceof Outcome.Failed(Failure failure))) {
      throw new PromiseBroken(
          NAME, attempt + " was answered, though no node is heard in " + asked.away());
    }
    switch (failure.reason()) {
      case UNAVAILABLE -> {
        if (!failure.message().contains("left in region '")) {
          throw new PromiseBroken(NAME, attempt + " failed and names no region: " + failure);
        }
        view.enters("regions: EACH_QUORUM refused, and the region named");
      }
      case DEADLINE_EXCEEDED, OUTCOME_UNKNOWN -> {
        // A replica that a request is passed on to may be slow, or paused, or stop.
        if (!failure.message().contains("did not answer")
            && !failure.message().contains("was lost while it coordinated")) {
          throw new PromiseBroken(
              NAME,
              attempt + " waited, though no node is heard in " + asked.away() + ": " + failure);
        }
      }
      default -> {}
    }
  }
}
