/**
 * What is in the files of a backup, and how it is written there.
 *
 * <p>{@link io.quorate.cli.backup.file.Manifest} says what a backup is, and {@link
 * io.quorate.cli.backup.file.Progress} how far an unfinished one is; both name files of records,
 * which {@link io.quorate.cli.backup.file.BlockFormat} describes. Files are read and written in a
 * {@link io.quorate.cli.backup.store.BackupStore}; no cluster is asked from here.
 */
@NullMarked
package io.quorate.cli.backup.file;

import org.jspecify.annotations.NullMarked;
