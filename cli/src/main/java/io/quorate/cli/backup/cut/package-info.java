/**
 * Cuts: a cluster holds all keys of some tenants as of one moment until the cut is ended.
 *
 * <p>Start at {@link io.quorate.cli.backup.cut.CutMaker}, which has a cluster make a cut, keeps it
 * and ends it. {@link io.quorate.cli.backup.cut.ExactEntries} reads the entries of a cut for an
 * export. Backups are made from cuts in {@code create}; where they are stored is not known here.
 */
@NullMarked
package io.quorate.cli.backup.cut;

import org.jspecify.annotations.NullMarked;
