/**
 * What runs that make a backup, or restore one, have in common: the calls of the cluster, the
 * threads that make them, how fast and for how long they are made, what is counted meanwhile, and
 * the words in which a failure is told.
 *
 * <p>Start at {@link io.quorate.cli.backup.run.ClusterCalls}, through which all that is asked of a
 * cluster passes. Of backups only values of {@code file} are known here, and no files are read or
 * written.
 */
@NullMarked
package io.quorate.cli.backup.run;

import org.jspecify.annotations.NullMarked;
