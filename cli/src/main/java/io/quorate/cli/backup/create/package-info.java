/**
 * Makes backups: fuzzy ones, exact ones, and those that are based on another backup.
 *
 * <p>Start at {@link io.quorate.cli.backup.create.Creation}, then {@code PartitionReader}, which is
 * one thread of a backup. All that is written goes to a {@link
 * io.quorate.cli.backup.store.BackupStore}; nothing is restored from here.
 */
@NullMarked
package io.quorate.cli.backup.create;

import org.jspecify.annotations.NullMarked;
