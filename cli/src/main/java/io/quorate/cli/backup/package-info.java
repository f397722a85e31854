/**
 * Backups of tenants in files: {@link io.quorate.cli.backup.BlockFormat} says how records are
 * written, and {@link io.quorate.cli.backup.BackupStore} where files are kept.
 */
@NullMarked
package io.quorate.cli.backup;

import org.jspecify.annotations.NullMarked;
