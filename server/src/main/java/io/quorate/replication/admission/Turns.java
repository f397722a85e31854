package io.quorate.replication.admission;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is: deficit round robin (Shreedhar and Varghese, 1995). Lines in which a request
 * waits take turns, and in each may spend a quantum and what is left of earlier ones; so over time
 * each gets the same, counted in cost, however many requests it sends and whatever one of them
 * costs. A tenant that asks for less than its part does not wait for those that ask for more.
 */
final class Turns {
  /** Small, so that a turn is short; a plain operation costs 1. */
  static final int QUANTUM = 8;

  /** Lines in which a request waits, whose turn it is first. */
  private final ArrayDeque<Line> ring = new ArrayDeque<>();

  private int waiting;
  private int pages;
  private long bytes;

  int waiting() {
    return waiting;
  }

  /** Pages of scans among them. */
  int pages() {
    return pages;
  }

  long bytes() {
    return bytes;
  }

  /** Lines in which a request waits, if a request stood in this one too. */
  int linesWith(Line line) {
    return ring.size() + (line.isEmpty() ? 1 : 0);
  }

  void add(Piece piece) {
    Line line = piece.seat.line();
    if (line.isEmpty()) {
      line.isGiven(QUANTUM);
      ring.add(line);
    }
    line.add(piece);
    count(piece, 1);
  }

  /** Takes out the next request; null if none waits, or only pages wait and none may be begun. */
  @Nullable Piece next(boolean pageMayBegin) {
    int passed = 0;
    while (passed < ring.size()) {
      Line line = ring.element();
      Piece head = line.head(pageMayBegin);
      if (head == null) {
        passed++;
        ring.add(ring.remove());
        continue;
      }
      if (ring.size() == 1) {
        line.paysAsOnlyOne();
      } else if (!line.pays(head)) {
        passed = 0;
        line.isGiven(QUANTUM);
        ring.add(ring.remove());
        continue;
      }
      line.remove(head);
      if (line.isEmpty()) {
        Line unused = ring.remove();
      }
      count(head, -1);
      return head;
    }
    return null;
  }

  /** Takes those out whose deadline has passed. */
  List<Piece> expired(long nowNanos) {
    List<Piece> expired = new ArrayList<>();
    for (int left = ring.size(); left > 0; left--) {
      Line line = ring.remove();
      line.expire(nowNanos, expired);
      if (!line.isEmpty()) {
        ring.add(line);
      }
    }
    expired.forEach(piece -> count(piece, -1));
    return expired;
  }

  private void count(Piece piece, int difference) {
    waiting += difference;
    pages += piece.isPage() ? difference : 0;
    bytes += (long) difference * piece.bytes();
  }
}
