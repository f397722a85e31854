/**
 * {@code quorate backup} and {@code quorate restore}: tenants to files, and back.
 *
 * <p>Start at {@link io.quorate.cli.backup.Creation} and {@link io.quorate.cli.backup.Restoration};
 * {@code io.quorate.cli.backup.file} has what is in a backup, and {@code
 * io.quorate.cli.backup.store} where files are kept. All that is asked of a cluster passes {@link
 * io.quorate.cli.backup.ClusterCalls}.
 */
@NullMarked
package io.quorate.cli.backup;

import org.jspecify.annotations.NullMarked;
