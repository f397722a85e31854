/**
 * Backups that are based on others: what a key has in one of them, and in those below it.
 *
 * <p>Start at {@link io.quorate.cli.backup.chain.Chain}. All of it is read from {@code
 * io.quorate.cli.backup.store}; no cluster is asked from here.
 */
@NullMarked
package io.quorate.cli.backup.chain;

import org.jspecify.annotations.NullMarked;
