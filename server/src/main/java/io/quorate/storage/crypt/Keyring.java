package io.quorate.storage.crypt;

import com.google.crypto.tink.Aead;
import io.quorate.model.ByteFormat;
import io.quorate.runtime.Clock;
import io.quorate.storage.StorageOpenException;
import io.quorate.version.MalformedRecordException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The keys of all tenants on this node, and what is encrypted by them. A key is durable before
 * anything is encrypted by it.
 *
 * <p>What was encrypted begins with a byte that no record begins with, so that it is told from
 * values that were written before encryption was turned on; then comes what Tink makes: a byte, the
 * id of the key (4), a nonce (12), the ciphertext and a tag (16). The tag covers the place, too: a
 * ciphertext that was moved to another key is not what it was.
 *
 * <p>Decrypting may be done on any thread; all that changes keys, on the one thread that writes.
 */
public final class Keyring {
  /** In the place of a tenant: for what is of the node and of no tenant. */
  public static final int NODE = Integer.MIN_VALUE;

  private static final byte SEALED = (byte) ByteFormat.SEALED_RECORD.only();

  /** The byte above, and one of Tink. */
  private static final int KEY_ID_AT = 2;

  /** Bytes that a value has more when it is encrypted. */
  public static final int ADDED = KEY_ID_AT + Integer.BYTES + 12 + 16;

  /**
   * Values that one key encrypts at most: nonces are chosen by chance, and beyond this two of them
   * could be equal (NIST SP 800-38D, section 8.3).
   */
  private static final long SEALED_PER_KEY = 1L << 32;

  /** How many values are encrypted before the number is written down again. */
  private static final long SEALED_PER_NOTE = 1L << 24;

  private final KeysFile file;
  private final long newKeyAfterMillis;
  private final Clock clock;
  private final Map<Integer, TenantKeys> tenants;

  /** Those of which keys are gone on purpose. */
  private volatile ForgottenTenants forgotten;

  private final Wrapping wrapping;

  /** Whether the file is there, and encrypted by the first of the master keys. */
  private boolean current;

  /** Values encrypted by the present key since this process began. */
  private final Map<Integer, Long> sealed = new HashMap<>();

  private Keyring(
      KeysFile file,
      MasterKeys masterKeys,
      long newKeyAfterMillis,
      Clock clock,
      KeysFile.Contents contents,
      boolean current) {
    this.file = file;
    this.wrapping = new Wrapping(masterKeys.first());
    this.newKeyAfterMillis = newKeyAfterMillis;
    this.clock = clock;
    this.tenants = new ConcurrentHashMap<>(contents.tenants());
    this.forgotten = contents.forgotten();
    this.current = current;
  }

  /**
   * Reads the keys of a data directory. Changes nothing.
   *
   * @return null if values are written as they are, or not at all
   * @throws KeysUnusableException if values are encrypted, and the right master key is not there
   * @throws StorageOpenException if the file of keys is damaged
   */
  public static @Nullable Keyring open(Path directory, Encryption encryption, Clock clock)
      throws IOException {
    KeysFile file = KeysFile.in(directory);
    return switch (encryption) {
      case Encryption.Untouched() -> null;
      case Encryption.Off() -> {
        if (file.isThere() && file.hasKeys()) {
          throw areEncrypted(directory);
        }
        yield null;
      }
      case Encryption.On(MasterKeys given, var newKeyAfter) -> {
        boolean there = file.isThere();
        KeysFile.Contents contents =
            there
                ? file.read(given)
                : new KeysFile.Contents(given.first().id(), new TreeMap<>(), ForgottenTenants.NONE);
        boolean current = there && contents.masterKey().equals(given.first().id());
        yield new Keyring(file, given, newKeyAfter.toMillis(), clock, contents, current);
      }
    };
  }

  /** Says that a directory cannot be opened without keys. */
  public static KeysUnusableException areEncrypted(Path directory) {
    return new KeysUnusableException(
        ("values in data directory %s are encrypted, and storage.master_key_file is not"
                + " set. Set it to the file of the master key. To store values without encryption"
                + " again, say `quorate cluster readmit NODE` and start the node with an empty"
                + " directory; it is filled from the others.")
            .formatted(directory));
  }

  /** Whether there are keys on the disk. */
  public boolean isOnDisk() {
    return file.isThere();
  }

  /** Where they are. */
  public Path path() {
    return file.path();
  }

  /**
   * Has them on the disk, encrypted by the first of the master keys, and writes down for all at
   * once that they may encrypt more. To be called before anything else, and once.
   */
  public void begin() throws IOException {
    Map<Integer, TenantKeys> next = new TreeMap<>();
    tenants.forEach(
        (tenant, keys) -> next.put(tenant, keys.withSealedMax(keys.sealedMax() + SEALED_PER_NOTE)));
    if (current && next.isEmpty()) {
      return;
    }
    file.write(next, forgotten, wrapping);
    tenants.forEach((tenant, keys) -> sealed.put(tenant, keys.sealedMax()));
    tenants.putAll(next);
    current = true;
  }

  /**
   * Encrypts a value.
   *
   * @param place where it is to lie; it can be decrypted there only
   * @throws IOException if a key had to be made and could not be made durable
   */
  public byte[] seal(int tenant, byte[] place, byte[] value) throws IOException {
    TenantKeys keys = keysToSeal(tenant);
    Aead aead = keys.aead();
    if (aead == null) {
      throw new IllegalStateException("tenant " + tenant + " has no key");
    }
    byte[] ciphertext;
    try {
      ciphertext = aead.encrypt(value, place);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("a value could not be encrypted", impossible);
    }
    byte[] all = new byte[1 + ciphertext.length];
    all[0] = SEALED;
    System.arraycopy(ciphertext, 0, all, 1, ciphertext.length);
    return all;
  }

  private TenantKeys keysToSeal(int tenant) throws IOException {
    TenantKeys keys = tenants.getOrDefault(tenant, TenantKeys.NONE);
    long already = sealed.getOrDefault(tenant, keys.sealedMax());
    if (keys.keyset() == null || isOld(keys) || already >= SEALED_PER_KEY) {
      keys = keys.withNewKey(clock.wallMillis());
      already = 0;
    }
    if (already >= keys.sealedMax()) {
      keys = keys.withSealedMax(already + SEALED_PER_NOTE);
      save(tenant, keys);
    }
    sealed.put(tenant, already + 1);
    return keys;
  }

  private boolean isOld(TenantKeys keys) {
    return clock.wallMillis() - keys.sinceMillis() >= newKeyAfterMillis;
  }

  private void save(int tenant, TenantKeys keys) throws IOException {
    Map<Integer, TenantKeys> next = new TreeMap<>(tenants);
    next.put(tenant, keys);
    file.write(next, forgotten, wrapping);
    tenants.put(tenant, keys);
  }

  /** Whether a value was encrypted; if not, it lies there as it is. */
  public static boolean isSealed(byte[] stored) {
    return stored.length > 0 && stored[0] == SEALED;
  }

  /**
   * Decrypts a value; gives it as it is if it was not encrypted.
   *
   * @throws MalformedRecordException if it is not what was encrypted for this place
   * @throws ForgottenKeysException if its key was forgotten
   */
  public byte[] open(int tenant, byte[] place, byte[] stored) {
    if (!isSealed(stored)) {
      return stored;
    }
    if (stored.length < ADDED) {
      throw new MalformedRecordException(
          "an encrypted value of %d bytes, which is too short".formatted(stored.length));
    }
    TenantKeys keys = tenants.getOrDefault(tenant, TenantKeys.NONE);
    try {
      if (keys.aead() != null) {
        return keys.aead().decrypt(Arrays.copyOfRange(stored, 1, stored.length), place);
      }
    } catch (GeneralSecurityException wrong) {
      // Told below.
    }
    int keyId = keyId(stored);
    if (forgotten.contains(tenant) && !keys.has(keyId)) {
      throw new ForgottenKeysException(tenant);
    }
    throw new MalformedRecordException(
        "an encrypted value of %d bytes and key %08x that cannot be decrypted"
            .formatted(stored.length, keyId));
  }

  /** Whether a value is encrypted by the key that encrypts now. */
  public boolean isCurrent(int tenant, byte[] stored) {
    return isSealed(stored)
        && stored.length >= ADDED
        && tenants.getOrDefault(tenant, TenantKeys.NONE).isPrimary(keyId(stored));
  }

  private static int keyId(byte[] stored) {
    return ByteBuffer.wrap(stored).getInt(KEY_ID_AT);
  }

  /**
   * Forgets the keys of some tenants, durably: what was encrypted by them cannot be read any more.
   * What is written later is encrypted by a new key.
   */
  public void forget(IntPredicate which) throws IOException {
    Map<Integer, TenantKeys> next = new TreeMap<>(tenants);
    next.keySet().removeIf(tenant -> tenant != NODE && which.test(tenant));
    Set<Integer> gone = new TreeSet<>(tenants.keySet());
    gone.removeAll(next.keySet());
    if (gone.isEmpty()) {
      return;
    }
    ForgottenTenants all = forgotten.with(gone.stream().mapToInt(Integer::intValue));
    file.write(next, all, wrapping);
    forgotten = all; // before their keys go: what is read meanwhile is not taken for damage
    tenants.keySet().removeAll(gone);
    sealed.keySet().removeAll(gone);
  }
}
