package io.quorate.placement;

import io.quorate.model.NodeId;
import io.quorate.version.Hlc;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The newest moment of which a backup was to be taken, over all partitions (docs/design/cuts.md).
 *
 * @param id log index of the command that began it; 0 if none ever was
 * @param time the moment, as a hybrid time: what was written up to it is in the cut
 * @param step how far it has come
 * @param past whether the moment had passed when it was begun: replicas take what they held then
 *     from their histories
 * @param tenants ids of those that are to be read, ascending
 * @param counted by partition, once it is sealed: the replicas whose images count; empty before
 * @param floor no replica takes a fresh stamp of a record of which the last write wins up to here,
 *     whatever it holds: the time of the last cut that was closed; 0 if none ever was
 * @param cause what exactly the reason is, where a program can do something about it
 * @param reason why it ended before it was sealed; empty if it did not
 */
public record Cut(
    long id,
    long time,
    Step step,
    boolean past,
    SortedSet<Integer> tenants,
    List<SortedSet<NodeId>> counted,
    long floor,
    Cause cause,
    String reason) {
  /** Of a cluster in which none was ever begun. */
  public static final Cut NONE =
      new Cut(0, 0, Step.ENDED, false, Collections.emptySortedSet(), List.of(), 0, "");

  /**
   * How far a cut has come. Each of the first two gives all partitions a new epoch; one of the past
   * begins with the second.
   */
  public enum Step {
    /** Replicas keep what they hold up to its time when something later takes its place. */
    ARMED,
    /** Replicas have fixed their images of it, and take no fresh stamp up to its time. */
    CLOSED,
    /** It is known which images count: they can be read. */
    SEALED,
    /** Images are gone. */
    ENDED
  }

  /** Why a cut ended before it was sealed. */
  public enum Cause {
    /** The reason alone tells. Also of one that did not end so. */
    OTHER,
    /** The histories of too many replicas begin after its moment: so it is with each such cut. */
    BEFORE_HISTORY
  }

  /** A cut that did not end for a cause of its own. */
  public Cut(
      long id,
      long time,
      Step step,
      boolean past,
      SortedSet<Integer> tenants,
      List<SortedSet<NodeId>> counted,
      long floor,
      String reason) {
    this(id, time, step, past, tenants, counted, floor, Cause.OTHER, reason);
  }

  /** A cut at a moment that lay ahead. */
  public Cut(
      long id,
      long time,
      Step step,
      SortedSet<Integer> tenants,
      List<SortedSet<NodeId>> counted,
      long floor,
      String reason) {
    this(id, time, step, false, tenants, counted, floor, reason);
  }

  public Cut {
    tenants = Collections.unmodifiableSortedSet(new TreeSet<>(tenants));
    counted =
        counted.stream()
            .map(each -> Collections.unmodifiableSortedSet(new TreeSet<>(each)))
            .toList();
  }

  /** Returns this cut at another step, with the images that count there. */
  public Cut at(Step next, List<SortedSet<NodeId>> images) {
    return new Cut(id, time, next, past, tenants, images, floor, cause, reason);
  }

  /** Whether it is being made: any change of where records live makes it void. */
  public boolean isPending() {
    return step == Step.ARMED || step == Step.CLOSED;
  }

  /** Whether replicas are to fix images now of a moment that was over when it was begun. */
  public boolean isOfPast() {
    return past && step == Step.CLOSED;
  }

  /** Whether a record stamped at a hybrid time is in it. */
  public boolean covers(long stamped) {
    return Long.compareUnsigned(stamped, time) <= 0;
  }

  @Override
  public String toString() {
    return "Cut[id=%d, time=%s, step=%s%s, tenants=%s, counted=%s, floor=%s%s, reason=%s]"
        .formatted(
            id,
            Hlc.toString(time),
            step,
            past ? " of the past" : "",
            tenants,
            counted,
            Hlc.toString(floor),
            cause == Cause.OTHER ? "" : ", cause=" + cause,
            reason);
  }
}
