package io.quorate.storage.crypt;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.TinkProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import java.security.GeneralSecurityException;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one tenant on this node: one encrypts, all decrypt.
 *
 * @param keyset null until something is written
 * @param aead of the keyset; null without one
 * @param sinceMillis when the key that encrypts was made
 * @param sealedMax values that the key may have encrypted: those that it has, and those that it may
 *     still encrypt before this is written down again
 */
record TenantKeys(
    @Nullable KeysetHandle keyset, @Nullable Aead aead, long sinceMillis, long sealedMax) {

  /** No keys: what a tenant begins with. */
  static final TenantKeys NONE = new TenantKeys(null, null, 0, 0);

  /** Tells Tink which ciphers there are; without effect the second time. */
  static void register() throws GeneralSecurityException {
    AeadConfig.register();
  }

  private static TenantKeys of(KeysetHandle keyset, long sinceMillis, long sealedMax)
      throws GeneralSecurityException {
    Aead aead = keyset.getPrimitive(RegistryConfiguration.get(), Aead.class);
    return new TenantKeys(keyset, aead, sinceMillis, sealedMax);
  }

  /** With a new key that encrypts from now on, beside those that there are. */
  TenantKeys withNewKey(long nowMillis) {
    try {
      register();
      KeysetHandle.Builder builder =
          keyset == null ? KeysetHandle.newBuilder() : KeysetHandle.newBuilder(keyset);
      builder.addEntry(
          KeysetHandle.generateEntryFromParameters(PredefinedAeadParameters.AES256_GCM)
              .withRandomId()
              .makePrimary());
      return of(builder.build(), nowMillis, 0);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("no key could be made", impossible);
    }
  }

  TenantKeys withSealedMax(long more) {
    return new TenantKeys(keyset, aead, sinceMillis, more);
  }

  /** Whether a key of this id is among them. */
  boolean has(int keyId) {
    for (int i = 0; keyset != null && i < keyset.size(); i++) {
      if (keyset.getAt(i).getId() == keyId) {
        return true;
      }
    }
    return false;
  }

  boolean isPrimary(int keyId) {
    return keyset != null && keyset.getPrimary().getId() == keyId;
  }

  /**
   * @throws GeneralSecurityException if that is not what {@link Wrapping} made by the same master
   *     key for the same tenant
   */
  static TenantKeys unwrap(
      int tenant, byte[] wrapped, MasterKey by, long sinceMillis, long sealedMax)
      throws GeneralSecurityException {
    register();
    return of(
        TinkProtoKeysetFormat.parseEncryptedKeyset(wrapped, by.aead(), boundTo(tenant)),
        sinceMillis,
        sealedMax);
  }

  /** Keys that were moved to another tenant cannot be decrypted. */
  static byte[] boundTo(int tenant) {
    return ("keys of tenant " + tenant).getBytes(UTF_8);
  }
}
