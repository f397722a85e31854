package io.quorate.hash;

import com.google.common.hash.HashFunction;
import com.google.common.hash.Hashing;

/** A hash of bytes that nodes compare: the same everywhere, in every version. */
public final class ContentHash {
  private static final HashFunction FINGERPRINT = Hashing.farmHashFingerprint64();

  private ContentHash() {}

  /** FarmHash's Fingerprint64, which is promised never to change. */
  public static long of(byte[] bytes) {
    return FINGERPRINT.hashBytes(bytes).asLong();
  }
}
