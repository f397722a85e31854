/**
 * The open database and its column families: how it is opened, checked, tuned, compacted and
 * closed. Start at {@link io.quorate.storage.rocks.database.Opening}, then {@link
 * io.quorate.storage.rocks.database.Database} and {@link
 * io.quorate.storage.rocks.database.RecordFamily}, which has the records. What they mean is said by
 * the stores, above this package.
 */
@NullMarked
package io.quorate.storage.rocks.database;

import org.jspecify.annotations.NullMarked;
