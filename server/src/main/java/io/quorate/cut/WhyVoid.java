package io.quorate.cut;

import io.quorate.model.NodeId;
import io.quorate.placement.Cut;
import io.quorate.version.Hlc;
import java.time.Instant;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Why a cut did not come about in time, and what to do: sentences for operators. */
final class WhyVoid {
  private static final int NAMED_MAX = 5;

  /** The reason of the end of a cut has a bound: see {@code CutSteps}. */
  private static final int REASONS_MAX = 3;

  private static final int REASON_LENGTH_MAX = 120;

  /** Added to a hybrid time: it is shown as the millisecond that is past it. */
  private static final long ONE_MILLI = Hlc.of(1, 0);

  private WhyVoid() {}

  /**
   * A partition of which too few replicas have come as far as they must.
   *
   * @param replicas all that there are
   */
  record Lack(int partition, int have, SortedSet<NodeId> replicas) {}

  static String away(SortedSet<NodeId> nodes, long seconds) {
    return ("%s did not answer for %d s, and the next cut does not wait for them: start them, or"
            + " try again")
        .formatted(named(nodes), seconds);
  }

  static String notReady(SortedSet<NodeId> nodes, long seconds) {
    return ("%s did not follow within %d s, though they are up: try again, and if it is so again"
            + " look at their logs")
        .formatted(named(nodes), seconds);
  }

  static String late(SortedSet<NodeId> nodes) {
    return "the clocks of %s are ahead, or they follow too slowly: look at them, and try again"
        .formatted(named(nodes));
  }

  /**
   * @param voids of these of its replicas nothing counts, for these reasons
   */
  static String lacks(Lack lack, String what, SortedMap<NodeId, String> voids) {
    SortedSet<NodeId> others = new TreeSet<>(lack.replicas());
    others.removeAll(voids.keySet());
    return "partition %d: only %d of its %d replicas %s: %s%stry again"
        .formatted(
            lack.partition(),
            lack.have(),
            lack.replicas().size(),
            what,
            voids.isEmpty() ? "" : notCounted(voids) + ": ",
            others.isEmpty() ? "" : "see that %s are up, and ".formatted(named(others)));
  }

  private static String notCounted(SortedMap<NodeId, String> voids) {
    SortedMap<String, SortedSet<NodeId>> byReason = new TreeMap<>();
    voids.forEach((node, why) -> byReason.computeIfAbsent(why, each -> new TreeSet<>()).add(node));
    int more = byReason.size() - REASONS_MAX;
    return byReason.entrySet().stream()
            .limit(REASONS_MAX)
            .map(
                each ->
                    "what %s have does not count, as %s"
                        .formatted(named(each.getValue()), shortened(each.getKey())))
            .collect(Collectors.joining("; "))
        + (more > 0 ? "; and for %d more reasons".formatted(more) : "");
  }

  /** As a node has told it, which may be another release. */
  private static String shortened(String why) {
    return why.length() <= REASON_LENGTH_MAX ? why : why.substring(0, REASON_LENGTH_MAX) + "...";
  }

  /**
   * @param since from when on a majority of them would have been enough; 0 if that is not known
   */
  static String tooEarly(Lack lack, Cut cut, long since) {
    return ("partition %d: only %d of its %d replicas know what they held at %s: ask for a later"
            + " moment%s")
        .formatted(
            lack.partition(),
            lack.have(),
            lack.replicas().size(),
            instant(cut.time()),
            since == 0 || Hlc.isBeyondEnd(since)
                ? ""
                : "; the history of its replicas begins at " + instant(since + ONE_MILLI));
  }

  private static Instant instant(long hlc) {
    return Instant.ofEpochMilli(Hlc.millis(hlc));
  }

  static String notPast(Cut cut, long seconds) {
    return "no clock came past %s within %d s: look at the clocks of the nodes, and try again"
        .formatted(Hlc.toString(cut.time()), seconds);
  }

  private static String named(SortedSet<NodeId> nodes) {
    int others = nodes.size() - NAMED_MAX;
    return nodes.stream()
        .limit(NAMED_MAX)
        .map(String::valueOf)
        .collect(
            Collectors.joining(", ", "nodes ", others > 0 ? " and %d more".formatted(others) : ""));
  }
}
