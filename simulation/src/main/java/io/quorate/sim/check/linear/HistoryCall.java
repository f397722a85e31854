package io.quorate.sim.check.linear;

import org.jspecify.annotations.Nullable;

/**
 * One call of one client.
 *
 * @param number in the order in which calls began
 * @param output null if its client got no answer
 * @param began its place among all beginnings and ends
 * @param ended the same of its end; {@link #NEVER} if its client got no answer: it may take effect
 *     at any time after it began, or not at all
 */
public record HistoryCall<I, O>(
    int number, String client, I input, @Nullable O output, long began, long ended) {
  public static final long NEVER = Long.MAX_VALUE;

  public HistoryCall {
    if (began >= ended || (output == null) != (ended == NEVER)) {
      throw new IllegalArgumentException("call " + number + " began " + began + ", ended " + ended);
    }
  }

  boolean isKnown() {
    return ended != NEVER;
  }

  @Override
  public String toString() {
    String told = isKnown() ? " -> " + output : ", never answered";
    return "#%d %s %s%s".formatted(number, client, input, told);
  }
}
