/**
 * Restores tenants, users and roles from a backup.
 *
 * <p>Start at {@link io.quorate.cli.backup.restore.Restoration}, then {@code FileRestorer}, which
 * is one thread of a restore. Backups are only read here.
 */
@NullMarked
package io.quorate.cli.backup.restore;

import org.jspecify.annotations.NullMarked;
