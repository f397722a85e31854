/**
 * The files of a data directory, as they are before RocksDB opens them: whether another process
 * uses them, and whether all is there that was synced, which RocksDB itself does not know. Start at
 * {@link io.quorate.storage.rocks.files.Inventory}. A directory that lacks something is left as it
 * is.
 */
@NullMarked
package io.quorate.storage.rocks.files;

import org.jspecify.annotations.NullMarked;
