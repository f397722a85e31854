/**
 * Pages of backups and records of restores, each in its turn, and making way for clients
 * (docs/design/backup.md). Start at {@link io.quorate.replication.coordinator.backup.BackupEntry}.
 * A page is read as one of a scan, or of the images of a cut ({@code ImageRead}), which never
 * change. Which images count is said by {@code SealedCut}: those of the replicas that there were
 * when the cut was sealed.
 */
@NullMarked
package io.quorate.replication.coordinator.backup;

import org.jspecify.annotations.NullMarked;
