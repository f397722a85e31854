package io.quorate.locks;

import io.quorate.model.DurationText;
import io.quorate.model.Quoted;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What names, times and numbers of locks there can be. */
public final class LockLimits {
  /** Locks that are held at a time; one that several owners share counts once for each. */
  public static final int HELD_MAX = 20_000;

  /** Owners that share one lock. */
  public static final int HOLDERS_MAX = 1_000;

  /** Of these, by one owner: a renewal is about all of them. */
  public static final int HELD_BY_OWNER_MAX = 1_000;

  /** Owners that wait, for all locks and for one. */
  public static final int WAITING_MAX = 10_000;

  public static final int WAITING_FOR_ONE_MAX = 1_000;

  /** Requests that wait for a change of who holds a lock, for all locks; how long one may. */
  public static final int WATCHING_MAX = 10_000;

  public static final long WATCH_MILLIS_MAX = 60_000;

  public static final int NAME_BYTES_MAX = 255;
  public static final long TTL_MILLIS_MIN = 100;
  public static final long TTL_MILLIS_MAX = 600_000;

  /** Holders of one answer to a list. One lock may have as many, and is not told in part. */
  public static final int LISTED_MAX = 1_000;

  /** Owners of one renewal, and locks that these hold: the answer names all of them. */
  public static final int RENEWED_OWNERS_MAX = 1_000;

  public static final int RENEWED_MAX = 2_000;

  private LockLimits() {}

  /** Returns what is wrong with the name of a lock or an owner; null if nothing is. */
  static @Nullable String refusalOfName(String what, String name) {
    if (name.isEmpty() || name.getBytes(StandardCharsets.UTF_8).length > NAME_BYTES_MAX) {
      return "%s %s: give 1 to %d bytes".formatted(what, Quoted.of(name), NAME_BYTES_MAX);
    }
    return null;
  }

  static @Nullable String refusalOfTtl(long millis) {
    return millis >= TTL_MILLIS_MIN && millis <= TTL_MILLIS_MAX
        ? null
        : "a lock that is held for %s: give %s to %s"
            .formatted(
                DurationText.ofMillis(millis),
                DurationText.ofMillis(TTL_MILLIS_MIN),
                DurationText.ofMillis(TTL_MILLIS_MAX));
  }
}
