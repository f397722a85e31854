package io.quorate.sim.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is promised of keys of which the last write wins, and which are written and read at QUORUM,
 * some under the tokens of locks (docs/design/fencing.md#promise-of-records). Each value is put
 * once.
 *
 * <ul>
 *   <li>After a put, a delete or a read under a token is acknowledged, nothing under a lower token
 *       that begins later is.
 *   <li>A read that begins after that shows no value that was put under a lower token, unless it is
 *       the one that the read under the token had found.
 *   <li>A read shows nothing that is older than what was acknowledged before it began.
 *   <li>What a read under a token finds is not older than what is acknowledged under a lower one,
 *       before or later.
 * </ul>
 */
public final class TokenOrder {
  private static final String NAME = "token order";
  private static final long NEVER = Long.MAX_VALUE;

  private final Map<String, List<Call>> keys = new TreeMap<>();

  /** Counts beginnings and ends, in their order. */
  private long now;

  /** One call of a client. */
  public final class Call {
    private final String key;
    private final boolean isWrite;
    private final long token;

    /** What is put; null for a deletion. Of a read what it found. */
    private @Nullable String value;

    private final long begun;

    /** When it was acknowledged; {@link #NEVER} if it was not, and may take effect at any time. */
    private long ended = NEVER;

    private boolean refused;

    private Call(String key, boolean isWrite, long token) {
      this.key = key;
      this.isWrite = isWrite;
      this.token = token;
      this.begun = ++now;
    }

    /** The value that a write puts; null: it deletes. */
    public void puts(@Nullable String put) {
      value = put;
    }

    /** It was not applied, and never will be. */
    public void refused() {
      refused = true;
    }

    /** A put or a delete was acknowledged. */
    public void acknowledged() {
      ended = ++now;
      judge(this);
    }

    /** A read was answered. */
    public void found(@Nullable String shown) {
      value = shown;
      ended = ++now;
      judge(this);
    }

    private boolean hasEnded() {
      return ended != NEVER;
    }

    private boolean endedBefore(Call other) {
      return ended < other.begun;
    }

    @Override
    public String toString() {
      return "%s of %s%s of %s (%d to %s)"
          .formatted(
              isWrite ? "write" : "read",
              value == null ? "nothing" : value,
              token == 0 ? "" : " under token " + token,
              key,
              begun,
              hasEnded() ? ended : "?");
    }
  }

  /** A put or a delete begins. */
  public Call writes(String key, long token) {
    return begins(new Call(key, true, token));
  }

  /** A read begins. */
  public Call reads(String key, long token) {
    return begins(new Call(key, false, token));
  }

  private Call begins(Call call) {
    keys.computeIfAbsent(call.key, unseen -> new ArrayList<>()).add(call);
    return call;
  }

  private void judge(Call call) {
    List<Call> all = keys.getOrDefault(call.key, List.of());
    for (Call other : all) {
      if (other == call || !other.hasEnded()) {
        continue;
      }
      if (call.token != 0 && other.token > call.token && other.endedBefore(call)) {
        throw broken(call + " was acknowledged after " + other);
      }
    }
    if (!call.isWrite) {
      judgeWhatIsShown(call, all);
    }
    for (Call read : all) {
      if (!read.isWrite && read.hasEnded() && read != call && isOvertaken(read, call, all)) {
        throw broken(read + " missed " + call);
      }
    }
  }

  /** Whether a write under a lower token is acknowledged that a read under a higher one missed. */
  private boolean isOvertaken(Call read, Call write, List<Call> all) {
    return write.isWrite
        && write.token != 0
        && read.token > write.token
        && isOlder(read.value, write, all);
  }

  private void judgeWhatIsShown(Call read, List<Call> all) {
    Call shown = read.value == null ? null : writer(read.value, all);
    if (read.value != null && shown == null) {
      throw broken(read + " shows what was not put");
    }
    for (Call other : all) {
      if (other == read || !other.hasEnded()) {
        continue;
      }
      boolean before = other.endedBefore(read);
      if (shown != null
          && before
          && shown.token != 0
          && shown.token < other.token
          && (other.isWrite || !Objects.equals(shown.value, other.value))) {
        throw broken(read + " shows " + shown + " after " + other);
      }
      boolean hadToBeSeen =
          other.isWrite && (before || (other.token != 0 && other.token < read.token));
      if (hadToBeSeen && isOlder(read.value, other, all)) {
        throw broken(read + " missed " + other);
      }
    }
  }

  /** Whether what a read shows was overwritten when a write began that is acknowledged by now. */
  private boolean isOlder(@Nullable String shown, Call write, List<Call> all) {
    if (shown != null) {
      Call by = writer(shown, all);
      return by != null && by != write && by.endedBefore(write);
    }
    // Nothing is shown: then a delete that need not be before the write must be there.
    return write.value != null
        && all.stream()
            .noneMatch(
                each ->
                    each.isWrite
                        && each.value == null
                        && !each.refused
                        && !each.endedBefore(write));
  }

  private static @Nullable Call writer(String value, List<Call> all) {
    for (Call each : all) {
      if (each.isWrite && value.equals(each.value)) {
        return each;
      }
    }
    return null;
  }

  private static PromiseBroken broken(String what) {
    return new PromiseBroken(NAME, what);
  }
}
