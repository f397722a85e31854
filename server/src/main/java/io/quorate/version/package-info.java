/**
 * Which write is newer: the hybrid logical clock, versions, records as they are stored and sent,
 * and the models by which records compare and merge. Pure: time arrives as an argument.
 *
 * <p>Start at {@link io.quorate.version.RecordModel}, then {@link io.quorate.version.Record} and
 * {@link io.quorate.version.Version}.
 */
@NullMarked
package io.quorate.version;

import org.jspecify.annotations.NullMarked;
