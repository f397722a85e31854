package io.quorate.client.internal.update;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;

/** A key of a tenant. */
public record KeyName(String tenant, ByteString key) {
  /**
   * Returns the name of a key.
   *
   * @param key not copied: an array that may be written again gives a name for looking up alone
   */
  public static KeyName of(String tenant, byte[] key) {
    return new KeyName(tenant, UnsafeByteOperations.unsafeWrap(key));
  }
}
