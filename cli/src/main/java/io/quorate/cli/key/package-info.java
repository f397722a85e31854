/**
 * Commands on keys: put, get, delete and scan.
 *
 * <p>Start at {@link io.quorate.cli.key.PutCommand}.
 */
@NullMarked
package io.quorate.cli.key;

import org.jspecify.annotations.NullMarked;
