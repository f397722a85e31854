/**
 * The commands {@code quorate backup} and {@code quorate restore}: their options, and what they
 * print.
 *
 * <p>Start at {@link io.quorate.cli.backup.CreateCommand}. What the commands do is in the packages
 * below, each of which uses only those that come after it here:
 *
 * <ul>
 *   <li>{@code create} makes backups, {@code restore} brings tenants back, and {@code inventory}
 *       lists, verifies and deletes backups. None of the three knows another one.
 *   <li>{@code cut} has a cluster make a cut, which holds all keys as of one moment.
 *   <li>{@code run} is what all runs share that ask a cluster: calls, limits, retries, progress.
 *   <li>{@code chain} reads backups that are based on others, {@code file} knows what is in the
 *       files of a backup, and {@code store} where they are kept.
 * </ul>
 */
@NullMarked
package io.quorate.cli.backup;

import org.jspecify.annotations.NullMarked;
