package io.quorate.storage.crypt;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.crypto.tink.AccessesPartialKey;
import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.aead.AesGcmKey;
import com.google.crypto.tink.aead.AesGcmParameters;
import com.google.crypto.tink.subtle.Random;
import com.google.crypto.tink.util.SecretBytes;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;

/** A key that encrypts the keys of tenants, and nothing else: AES-256-GCM. */
public final class MasterKey {
  public static final int BYTES = 32;

  private static final int ID_BYTES = 8;
  private static final int IV_BYTES = 12;
  private static final int TAG_BYTES = 16;

  private final String id;
  private final Aead aead;

  /**
   * @param secret 32 bytes, chosen by chance; they are copied
   */
  public MasterKey(byte[] secret) {
    if (secret.length != BYTES) {
      throw new IllegalArgumentException(
          "a master key has %d bytes, and not %d".formatted(BYTES, secret.length));
    }
    try {
      this.id = idOf(secret);
      this.aead = aeadOf(secret);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("this Java has no AES-256-GCM", impossible);
    }
  }

  /** Returns bytes for another key, chosen by chance. */
  public static byte[] newSecret() {
    return Random.randBytes(BYTES);
  }

  /** By which people and files tell keys apart: the beginning of a hash of the key, in hex. */
  public String id() {
    return id;
  }

  Aead aead() {
    return aead;
  }

  private static String idOf(byte[] secret) throws GeneralSecurityException {
    MessageDigest hash = MessageDigest.getInstance("SHA-256");
    hash.update("master key of quorate".getBytes(UTF_8));
    return HexFormat.of().formatHex(Arrays.copyOf(hash.digest(secret), ID_BYTES));
  }

  @AccessesPartialKey
  private static Aead aeadOf(byte[] secret) throws GeneralSecurityException {
    TenantKeys.register();
    AesGcmKey key =
        AesGcmKey.builder()
            .setParameters(
                AesGcmParameters.builder()
                    .setKeySizeBytes(BYTES)
                    .setIvSizeBytes(IV_BYTES)
                    .setTagSizeBytes(TAG_BYTES)
                    .setVariant(AesGcmParameters.Variant.NO_PREFIX)
                    .build())
            .setKeyBytes(SecretBytes.copyFrom(secret, InsecureSecretKeyAccess.get()))
            .build();
    return KeysetHandle.newBuilder()
        .addEntry(KeysetHandle.importKey(key).withRandomId().makePrimary())
        .build()
        .getPrimitive(RegistryConfiguration.get(), Aead.class);
  }

  @Override
  public String toString() {
    return "master key " + id;
  }
}
