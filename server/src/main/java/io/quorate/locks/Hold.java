package io.quorate.locks;

import io.quorate.bytes.ByteReader;
import io.quorate.bytes.ByteWriter;
import org.jspecify.annotations.Nullable;

/**
 * That an owner holds a lock.
 *
 * @param token higher than that of any earlier grant of any lock
 * @param ttlMillis how long it lasts without a renewal
 * @param since log index at which its owner last acquired it; a lapse that was found before that
 *     does not end it
 * @param creator whose request made it; null once its owner has acquired it by another request, for
 *     then the first one does not decide about it any more
 */
public record Hold(
    String owner, long token, long ttlMillis, LockMode mode, long since, @Nullable Asker creator) {
  /** Its time does not become shorter: its owner may rely on what it was told before. */
  Hold again(Asker asker, long askedTtlMillis, long index) {
    return new Hold(
        owner,
        token,
        Math.max(ttlMillis, askedTtlMillis),
        mode,
        index,
        asker.equals(creator) ? creator : null);
  }

  /** No encoding is shorter. */
  static final int BYTES_MIN = 6;

  void writeTo(ByteWriter out) {
    out.writeString(owner);
    out.writeVarint(token);
    out.writeVarint(ttlMillis);
    mode.writeTo(out);
    out.writeVarint(since);
    out.writeFlag(creator != null);
    if (creator != null) {
      creator.writeTo(out);
    }
  }

  static Hold read(ByteReader in) {
    return new Hold(
        in.readString(),
        in.readNumber(),
        in.readNumber(),
        LockMode.read(in),
        in.readNumber(),
        in.readFlag() ? Asker.read(in) : null);
  }
}
