package io.quorate.replication.admission;

import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Requests of one tenant that wait, first come first, with pages of scans beside them. */
final class Line {
  /** No tenant is in debt for more: what it cost long ago must not keep it out for ever. */
  private static final int DEBT_MAX = 64 * Turns.QUANTUM;

  /** Of the longest wait in a line that has been standing: one with less to wait is short. */
  private static final int SHORT_PART = 4;

  private final String name;
  private final ArrayDeque<Piece> operations = new ArrayDeque<>();
  private final ArrayDeque<Piece> pages = new ArrayDeque<>();
  private final Recently refused = new Recently();

  /**
   * What it may still cost before it is the next one's turn. Below zero, and kept while nothing
   * waits, when something cost more than was known when it was begun.
   */
  private long deficit;

  private long cost;
  private long bytes;

  /** No piece has an earlier deadline. */
  private long earliestDeadlineNanos;

  /** When a request last came that had not long to wait. */
  private long shortNanos;

  Line(String name) {
    this.name = name;
  }

  String name() {
    return name;
  }

  boolean isEmpty() {
    return operations.isEmpty() && pages.isEmpty();
  }

  int size() {
    return operations.size() + pages.size();
  }

  /**
   * Takes note of how long a request would wait that comes now.
   *
   * @param waitNanos how long it would wait
   */
  void onArrival(long waitNanos, long nowNanos, AdmissionConfig config) {
    if (isEmpty() || waitNanos <= config.waitNanosMax() / SHORT_PART) {
      shortNanos = nowNanos;
    }
  }

  /**
   * Whether there is a place for a request that comes now. In a line that has been standing it may
   * not wait for long. In that of a burst it may wait for half of its time, but not for longer than
   * a burst lasts: requests that have much time would make the line too long for others.
   *
   * @param waitNanos how long it would wait
   * @param leftNanos until its deadline
   */
  boolean hasPlaceFor(long waitNanos, long leftNanos, long nowNanos, AdmissionConfig config) {
    if (isEmpty() || waitNanos <= config.waitNanosMax()) {
      return true;
    }
    boolean standing = nowNanos - shortNanos >= config.burstNanosMax();
    return !standing && waitNanos <= Math.min(leftNanos / 2, config.burstNanosMax());
  }

  /** What all that waits here costs. */
  long cost() {
    return cost;
  }

  long bytes() {
    return bytes;
  }

  Recently refused() {
    return refused;
  }

  void add(Piece piece) {
    earliestDeadlineNanos =
        isEmpty() || piece.deadlineNanos() - earliestDeadlineNanos < 0
            ? piece.deadlineNanos()
            : earliestDeadlineNanos;
    (piece.isPage() ? pages : operations).add(piece);
    cost += piece.cost();
    bytes += piece.bytes();
  }

  /** Returns the next request; null if only pages wait and none may be begun. */
  @Nullable Piece head(boolean pageMayBegin) {
    Piece first = operations.peek();
    return first == null && pageMayBegin ? pages.peek() : first;
  }

  /** Whether the next one may be begun now; if so it is paid for. */
  boolean pays(Piece head) {
    if (deficit < head.cost()) {
      return false;
    }
    deficit -= head.cost();
    return true;
  }

  /** No other tenant is waiting: there is nothing to be fair about. */
  void paysAsOnlyOne() {
    deficit = 0;
  }

  void isGiven(int quantum) {
    deficit += quantum;
  }

  /** Something turned out to cost more than was paid. */
  void owes(long more) {
    deficit = Math.max(deficit - more, -DEBT_MAX);
  }

  void remove(Piece head) {
    (head.isPage() ? pages : operations).remove();
    cost -= head.cost();
    bytes -= head.bytes();
    settle();
  }

  /** Takes those out whose deadline has passed. */
  void expire(long nowNanos, List<Piece> expired) {
    if (isEmpty() || earliestDeadlineNanos - nowNanos > 0) {
      return;
    }
    earliestDeadlineNanos = nowNanos + Long.MAX_VALUE / 2;
    expire(operations, nowNanos, expired);
    expire(pages, nowNanos, expired);
    settle();
  }

  private void expire(ArrayDeque<Piece> pieces, long nowNanos, List<Piece> expired) {
    for (int left = pieces.size(); left > 0; left--) {
      Piece piece = pieces.remove();
      if (piece.deadlineNanos() - nowNanos <= 0) {
        cost -= piece.cost();
        bytes -= piece.bytes();
        expired.add(piece);
      } else {
        pieces.add(piece);
        if (piece.deadlineNanos() - earliestDeadlineNanos < 0) {
          earliestDeadlineNanos = piece.deadlineNanos();
        }
      }
    }
  }

  /** No credit is saved up while nothing is asked. */
  private void settle() {
    if (isEmpty()) {
      deficit = Math.min(deficit, 0);
    }
  }
}
