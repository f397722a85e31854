/**
 * Where the files of backups are kept: in a directory, or on object storage that speaks S3.
 *
 * <p>Start at {@link io.quorate.cli.backup.store.BackupStore}, which says what is promised of a
 * file that is written; {@link io.quorate.cli.backup.store.DirectoryStore} and {@link
 * io.quorate.cli.backup.store.S3Store} keep that. What is in the files is not known here but for
 * {@linkplain io.quorate.cli.backup.store.FileNames their names}.
 */
@NullMarked
package io.quorate.cli.backup.store;

import org.jspecify.annotations.NullMarked;
