package io.quorate.replication.coordinator;

import io.quorate.version.Hlc;
import io.quorate.version.HybridClock;
import io.quorate.version.Record;
import io.quorate.version.Version;
import org.jspecify.annotations.Nullable;

/**
 * What a client wants written, before it has a version.
 *
 * @param value to store, or null to delete
 * @param ttlMillis how long it is to live; 0: for ever
 */
record Content(byte @Nullable [] value, long ttlMillis) {

  /**
   * Stamps it with a version of this node, above all that it is to replace.
   *
   * @param above the newest version held, or null for none
   * @param promised to readers: nothing at or below it is stamped, on the hybrid clock
   * @return null if there is no time above that: what is to be replaced is at the end of time
   */
  @Nullable Record stamp(Context context, long epoch, @Nullable Version above, long promised) {
    long wall = context.clock().wallMillis();
    long held = above == null || Hlc.isBeyondEnd(above.hlc()) ? 0 : above.hlc();
    long floor = Long.compareUnsigned(held, promised) > 0 ? held : promised;
    long hlc =
        floor == 0
            ? context.hybridClock().stamp(wall)
            : context.hybridClock().stampAbove(floor, wall);
    if (hlc == HybridClock.NO_TIME_LEFT) {
      return null;
    }
    long token = above == null ? 0 : above.token();
    Version version = new Version(token, hlc, context.self(), context.boot());
    context.unanswered().stamped(version);
    return value == null
        ? Record.tombstone(version, epoch)
        : Record.value(version, epoch, expiresAtMillis(context), value);
  }

  /** A time to live beyond what can be counted is as good as none. */
  private long expiresAtMillis(Context context) {
    long now = Hlc.millis(context.hybridClock().read(context.clock().wallMillis()));
    return ttlMillis == 0 || ttlMillis > Long.MAX_VALUE - now ? 0 : now + ttlMillis;
  }
}
