/**
 * Which write is newer: the hybrid logical clock, versions, records as they are stored and sent,
 * and their merge. Pure: time arrives as an argument.
 *
 * <p>Start at {@link io.quorate.version.Version}, then {@link io.quorate.version.Record}.
 */
@NullMarked
package io.quorate.version;

import org.jspecify.annotations.NullMarked;
