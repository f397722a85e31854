package io.quorate.client.admin;

import java.time.Duration;
import java.util.List;

/**
 * What one node remembers for replicas that were away.
 *
 * @param holder id of the node
 * @param targets by the node that lacks something
 * @param paused whether nothing is delivered to anyone
 * @param marker the marker that was set, if one was asked for
 * @param hintsBeforeMarker hints before it, or before the one that was given, that the node still
 *     holds
 */
public record HintsReport(
    String holder, List<Target> targets, boolean paused, long marker, long hintsBeforeMarker) {
  public HintsReport {
    targets = List.copyOf(targets);
  }

  /**
   * What is owed to one node.
   *
   * @param target id of that node
   * @param hints records that it lacks
   * @param bytes room that this takes, about
   * @param repairs its partitions that must be compared, since there were too many hints
   * @param deadLetters hints that it refused again and again
   * @param oldest age of the oldest hint, about; zero if there is none, or it is not known
   * @param deliveredPerSecond hints that it got of late
   */
  public record Target(
      String target,
      long hints,
      long bytes,
      List<Integer> repairs,
      long deadLetters,
      Duration oldest,
      boolean paused,
      double deliveredPerSecond) {
    public Target {
      repairs = List.copyOf(repairs);
    }
  }
}
