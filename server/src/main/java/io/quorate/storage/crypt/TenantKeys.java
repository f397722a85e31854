package io.quorate.storage.crypt;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.TinkProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import java.security.GeneralSecurityException;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one tenant on this node: one encrypts, all decrypt.
 *
 * @param keyset null after they were forgotten, until something is written again
 * @param aead of the keyset; null without one
 * @param sinceMillis when the key that encrypts was made
 * @param sealedMax values that the key may have encrypted: those that it has, and those that it may
 *     still encrypt before this is written down again
 * @param forgotten ids of keys that are gone on purpose
 */
record TenantKeys(
    @Nullable KeysetHandle keyset,
    @Nullable Aead aead,
    long sinceMillis,
    long sealedMax,
    Set<Integer> forgotten) {

  /** No keys: what a tenant begins with. */
  static final TenantKeys NONE = new TenantKeys(null, null, 0, 0, Set.of());

  TenantKeys {
    forgotten = Set.copyOf(forgotten);
  }

  /** Tells Tink which ciphers there are; without effect the second time. */
  static void register() throws GeneralSecurityException {
    AeadConfig.register();
  }

  private static TenantKeys of(
      KeysetHandle keyset, long sinceMillis, long sealedMax, Set<Integer> forgotten)
      throws GeneralSecurityException {
    Aead aead = keyset.getPrimitive(RegistryConfiguration.get(), Aead.class);
    return new TenantKeys(keyset, aead, sinceMillis, sealedMax, forgotten);
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
      return of(builder.build(), nowMillis, 0, forgotten);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("no key could be made", impossible);
    }
  }

  TenantKeys withSealedMax(long more) {
    return new TenantKeys(keyset, aead, sinceMillis, more, forgotten);
  }

  /** Without any key, but with the ids of those that there were. */
  TenantKeys withoutKeys() {
    Set<Integer> gone = new TreeSet<>(forgotten);
    for (int i = 0; keyset != null && i < keyset.size(); i++) {
      gone.add(keyset.getAt(i).getId());
    }
    return new TenantKeys(null, null, 0, 0, gone);
  }

  boolean isPrimary(int keyId) {
    return keyset != null && keyset.getPrimary().getId() == keyId;
  }

  /**
   * @throws GeneralSecurityException if that is not what {@link Wrapping} made by the same master
   *     key for the same tenant
   */
  static TenantKeys unwrap(
      int tenant,
      byte[] wrapped,
      MasterKey by,
      long sinceMillis,
      long sealedMax,
      Set<Integer> forgotten)
      throws GeneralSecurityException {
    register();
    return wrapped.length == 0
        ? new TenantKeys(null, null, sinceMillis, sealedMax, forgotten)
        : of(
            TinkProtoKeysetFormat.parseEncryptedKeyset(wrapped, by.aead(), boundTo(tenant)),
            sinceMillis,
            sealedMax,
            forgotten);
  }

  /** Keys that were moved to another tenant cannot be decrypted. */
  static byte[] boundTo(int tenant) {
    return ("keys of tenant " + tenant).getBytes(UTF_8);
  }
}
