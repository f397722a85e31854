package io.quorate.sim.cluster;

import io.quorate.metadata.MetadataFact;
import io.quorate.metadata.ProposalRefused;
import io.quorate.raft.RaftFact;
import io.quorate.replication.fact.Fact;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How often each dangerous place was entered. A property whose danger was never met has not passed,
 * so a batch of runs names the windows it must have entered. Facts count under their own names;
 * names that begin with {@code fault:}, {@code call:} or {@code frame:} are told apart in reports.
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

  public void onFact(Fact fact) {
    enter(nameOf(fact));
  }

  public void onFact(MetadataFact fact) {
    enter("metadata: " + words(fact));
  }

  public void onFact(RaftFact fact) {
    enter("raft: " + nameOf(fact));
  }

  public void onRefused(ProposalRefused refusal) {
    enter("proposal refused: " + words(refusal.why()));
  }

  public void addAll(Windows others) {
    others.counts.forEach(this::enter);
  }

  public long count(String window) {
    return counts.getOrDefault(window, 0L);
  }

  /** Those whose names begin so, without that beginning. */
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

  private static String nameOf(Fact fact) {
    String name = fact.getClass().getSimpleName();
    return switch (fact) {
      case Fact.Restamped(boolean afterRead) -> afterRead ? name + " after it was read" : name;
      case Fact.Window window -> words(window);
      case Fact.Expired(var stage) -> name + ", " + words(stage);
      case Fact.Overloaded(String bound) ->
          bound.startsWith("waiting") || bound.startsWith("replica")
              ? name + ", " + bound.replace('_', ' ')
              : name;
      case Fact.PurgeRound(var step) -> "purge: " + words(step);
      case Fact.ChangeStepped(var step) -> "change: " + words(step);
      case Fact.MarkedDown(var node, boolean down) ->
          down ? "node marked down" : "node marked down no more";
      case Fact.Liveness(var node, boolean live) -> live ? "Node heard again" : "Node not heard";
      default -> name;
    };
  }

  private static String nameOf(RaftFact fact) {
    String name = fact.getClass().getSimpleName();
    return switch (fact) {
      case RaftFact.Campaigned asked -> asked.preVote() ? name + " (pre-vote)" : name;
      case RaftFact.VoteGranted granted -> granted.preVote() ? name + " (pre-vote)" : name;
      case RaftFact.VoteRefused refused -> name + ", " + words(refused.why());
      case RaftFact.SteppedDown down -> name + ", " + words(down.why());
      default -> name;
    };
  }

  /** A constant's name as it stands in reports. */
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
