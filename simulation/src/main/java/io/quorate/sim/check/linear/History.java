package io.quorate.sim.check.linear;

import io.quorate.model.Invariant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Records the calls of clients and their answers, in the order in which they happen. Calls on
 * different keys are calls on different objects: a history is linearizable if that of each of its
 * objects is (Herlihy and Wing, theorem 1), and many short ones are faster to check than a long
 * one.
 */
public final class History<K extends Comparable<K>, I, O> {
  private final List<Line<K, I, O>> lines = new ArrayList<>();
  private long place;

  /** One call, which may still be under way. */
  private static final class Line<K, I, O> {
    final K key;
    final String client;
    final I input;
    final long began;
    @Nullable O output;
    long ended = HistoryCall.NEVER;
    boolean nowhere;

    Line(K key, String client, I input, long began) {
      this.key = key;
      this.client = client;
      this.input = input;
      this.began = began;
    }
  }

  /** A client asks; gives the number of the call. */
  public int begin(K key, String client, I input) {
    lines.add(new Line<>(key, client, input, place++));
    return lines.size() - 1;
  }

  /** A call is answered. One that never is may have taken effect or not. */
  public void end(int number, O output) {
    Line<K, I, O> line = lines.get(number);
    Invariant.hold(line.output == null && !line.nowhere, "call %d ended twice", number);
    line.output = output;
    line.ended = place++;
  }

  /** A client's call is answered: it took no effect, and never will. */
  public void refuse(int number) {
    Line<K, I, O> line = lines.get(number);
    Invariant.hold(line.output == null && !line.nowhere, "call %d ended twice", number);
    line.nowhere = true;
  }

  /** The calls on each object, in the order in which they began. */
  public Map<K, List<HistoryCall<I, O>>> calls() {
    Map<K, List<HistoryCall<I, O>>> calls = new TreeMap<>();
    for (int number = 0; number < lines.size(); number++) {
      Line<K, I, O> line = lines.get(number);
      if (!line.nowhere) {
        calls
            .computeIfAbsent(line.key, key -> new ArrayList<>())
            .add(
                new HistoryCall<>(
                    number, line.client, line.input, line.output, line.began, line.ended));
      }
    }
    return calls;
  }
}
