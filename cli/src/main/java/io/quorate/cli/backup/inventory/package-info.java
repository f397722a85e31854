/**
 * Backups that are there: lists, verifies and deletes them. No cluster is asked from here.
 *
 * <p>Start at {@link io.quorate.cli.backup.inventory.BackupSummary}, which a list is made of,
 * {@link io.quorate.cli.backup.inventory.NewestBackup}, and {@link
 * io.quorate.cli.backup.inventory.Verification}.
 */
@NullMarked
package io.quorate.cli.backup.inventory;

import org.jspecify.annotations.NullMarked;
