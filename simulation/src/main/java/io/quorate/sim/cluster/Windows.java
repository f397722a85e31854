package io.quorate.sim.cluster;

import io.quorate.cut.CutEvent;
import io.quorate.event.Event;
import io.quorate.locks.LockEvent;
import io.quorate.metadata.MetadataEvent;
import io.quorate.metadata.ProposalRefused;
import io.quorate.metadata.VoteKept;
import io.quorate.migration.MigrationEvent;
import io.quorate.migration.MigrationEvent.Step;
import io.quorate.purge.PurgeEvent;
import io.quorate.raft.RaftEvent;
import io.quorate.replication.coordinator.event.CoordinatorEvent;
import io.quorate.replication.event.RequestEvent;
import io.quorate.replication.health.HealthEvent;
import io.quorate.replication.history.HistoryEvent;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How often each dangerous window was entered. A property whose danger was never met has not
 * passed, so a batch of runs names the windows that it must have entered. Events count under their
 * own names; names that begin with {@code fault:}, {@code call:} or {@code frame:} are reported
 * separately.
 */
public final class Windows {
  private final Map<String, Long> counts = new TreeMap<>();

  public void enter(String window) {
    enter(window, 1);
  }

  public void enter(String window, long times) {
    if (times > 0) {
      counts.merge(window, times, Long::sum);
    }
  }

  public void onEvent(Event event) {
    enter(nameOf(event));
  }

  public void addAll(Windows others) {
    others.counts.forEach(this::enter);
  }

  public long count(String window) {
    return counts.getOrDefault(window, 0L);
  }

  /** Windows whose names have a prefix, without the prefix. */
  public SortedMap<String, Long> group(String prefix) {
    SortedMap<String, Long> group = new TreeMap<>();
    counts.forEach(
        (name, count) -> {
          if (name.startsWith(prefix)) {
            group.put(name.substring(prefix.length()), count);
          }
        });
    return group;
  }

  /** The name under which an event counts; that of its class if nothing more can be told. */
  private static String nameOf(Event event) {
    String name = event.getClass().getSimpleName();
    return switch (event) {
      case RaftEvent raft -> "raft: " + nameOf(raft);
      case MigrationEvent migration -> nameOf(migration);
      case MetadataEvent metadata -> "metadata: " + words(metadata);
      case ProposalRefused refusal -> "proposal refused: " + words(refusal.why());
      case VoteKept kept -> "vote kept: " + words(kept.why());
      case PurgeEvent step -> "purge: " + words(step);
      case CutEvent step -> "cut: " + words(step);
      case HistoryEvent step -> "history: " + words(step);
      case LockEvent lock -> "lock: " + words(lock);
      case Enum<?> window -> words(window);
      case CoordinatorEvent.Restamped(boolean afterRead) ->
          afterRead ? name + " after it was read" : name;
      case RequestEvent.Expired(var stage) -> name + ", " + words(stage);
      case RequestEvent.Overloaded(String bound) ->
          bound.startsWith("waiting") || bound.startsWith("replica")
              ? name + ", " + bound.replace('_', ' ')
              : name;
      case HealthEvent.Liveness(var node, boolean live) ->
          live ? "Node heard again" : "Node not heard";
      default -> name;
    };
  }

  private static String nameOf(MigrationEvent event) {
    return switch (event) {
      case MigrationEvent.Planned planned -> nameOf(Step.PLANNED);
      case MigrationEvent.PlanFailed failed ->
          throw new AssertionError(
              "change %d cannot be planned: %s".formatted(failed.wishedAt(), failed.why()));
      case MigrationEvent.Stepped stepped -> nameOf(stepped.step());
      case MigrationEvent.Excused excused -> nameOf(Step.CUT_OVER_WITHOUT_ALL);
      case MigrationEvent.Left left -> nameOf(Step.NODE_LEFT);
      case MigrationEvent.GivenUp down -> "node marked down";
      case MigrationEvent.CaughtUp up -> "node marked down no more";
      case MigrationEvent.Overdue overdue -> "BarrierOverdue";
      case MigrationEvent.VotesAboutLocks kept -> "vote kept: about locks";
    };
  }

  private static String nameOf(Step step) {
    return "change: " + words(step);
  }

  private static String nameOf(RaftEvent event) {
    String name = event.getClass().getSimpleName();
    return switch (event) {
      case RaftEvent.Campaigned asked -> asked.preVote() ? name + " (pre-vote)" : name;
      case RaftEvent.VoteGranted granted -> granted.preVote() ? name + " (pre-vote)" : name;
      case RaftEvent.VoteRefused refused -> name + ", " + words(refused.why());
      case RaftEvent.SteppedDown down -> name + ", " + words(down.why());
      default -> name;
    };
  }

  /** A constant's name as it appears in reports. */
  public static String words(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** One window per line. */
  @Override
  public String toString() {
    return counts.entrySet().stream()
        .map(entry -> String.format("%,12d  %s", entry.getValue(), entry.getKey()))
        .collect(Collectors.joining("\n"));
  }
}
