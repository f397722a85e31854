/**
 * Commands on keys: put, get, delete and scan, and those on counters, sets and maps.
 *
 * <p>Start at {@link io.quorate.cli.key.PutCommand}.
 */
@NullMarked
package io.quorate.cli.key;

import org.jspecify.annotations.NullMarked;
