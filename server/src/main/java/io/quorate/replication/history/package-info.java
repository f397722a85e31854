/**
 * What a replica keeps of versions that were replaced, of tenants with a history: since when all of
 * it is there, and when it goes (docs/design/history.md). It decides; {@link
 * io.quorate.storage.HistoryStore} keeps.
 */
@NullMarked
package io.quorate.replication.history;

import org.jspecify.annotations.NullMarked;
