package io.quorate.locks;

import org.jspecify.annotations.Nullable;

/**
 * That an owner holds a lock.
 *
 * @param token log index of the grant: higher than that of any earlier grant of any lock
 * @param ttlMillis how long it lasts without a renewal
 * @param since log index at which its owner last acquired it; a lapse that was found before that
 *     does not end it
 * @param creator whose request made it; null once its owner has acquired it by another request, for
 *     then the first one does not decide about it any more
 */
public record Hold(String owner, long token, long ttlMillis, long since, @Nullable Asker creator) {
  /** Its time does not become shorter: its owner may rely on what it was told before. */
  Hold again(Asker asker, long askedTtlMillis, long index) {
    return new Hold(
        owner,
        token,
        Math.max(ttlMillis, askedTtlMillis),
        index,
        asker.equals(creator) ? creator : null);
  }
}
