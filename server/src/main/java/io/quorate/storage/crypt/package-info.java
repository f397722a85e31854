/**
 * Encryption at rest: the keys of a node, and what is done with them to the values that it writes
 * to its disk.
 *
 * <p>Start at {@link io.quorate.storage.crypt.Keyring}. A node has keys of its own for each tenant,
 * by which values are encrypted (AES-256-GCM, by Google Tink). They lie in a file in the data
 * directory, encrypted by a {@link io.quorate.storage.crypt.MasterKey} that an operator keeps
 * elsewhere. No other node knows the keys of this one: replicas hold equal records, and unequal
 * bytes on their disks.
 *
 * <p>Nothing here knows RocksDB: {@code storage.rocks} says what is encrypted, and to which place
 * it belongs. Other packages see {@link io.quorate.storage.crypt.Encryption} only.
 */
@NullMarked
package io.quorate.storage.crypt;

import org.jspecify.annotations.NullMarked;
