package io.quorate.storage.crypt;

import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.TinkProtoKeysetFormat;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * Encrypts keysets by a master key, each of them once: the file of keys is written as a whole, and
 * a master key is good for 2^32 encryptions. Owned by the thread that writes.
 */
final class Wrapping {
  private final MasterKey by;

  /** By identity: a keyset is not equal to another. */
  private final Map<KeysetHandle, String> known = new WeakHashMap<>();

  Wrapping(MasterKey by) {
    this.by = by;
  }

  String masterKey() {
    return by.id();
  }

  /** Returns a keyset as it lies in a file, in base64. */
  String wrapped(int tenant, KeysetHandle keyset) {
    return known.computeIfAbsent(keyset, each -> wrap(tenant, each));
  }

  private String wrap(int tenant, KeysetHandle keyset) {
    try {
      return Base64.getEncoder()
          .encodeToString(
              TinkProtoKeysetFormat.serializeEncryptedKeyset(
                  keyset, by.aead(), TenantKeys.boundTo(tenant)));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("keys could not be encrypted", impossible);
    }
  }
}
