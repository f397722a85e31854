/**
 * Operators who back tenants up while everything else goes on, as of moments that are to come or
 * are over, or of none; and the sessions whose keys these are. Start at {@link
 * io.quorate.sim.backup.SimBackups}; what a backup must show is checked by {@link
 * io.quorate.sim.check.BackupChecker}.
 */
@NullMarked
package io.quorate.sim.backup;

import org.jspecify.annotations.NullMarked;
