/**
 * What lies in the column families, byte for byte: keys, values, and what a value is encrypted to.
 * Functions of values, without I/O. {@link io.quorate.storage.rocks.format.DataKey} and {@link
 * io.quorate.storage.rocks.format.Seal} have records, the others what their names say.
 */
@NullMarked
package io.quorate.storage.rocks.format;

import org.jspecify.annotations.NullMarked;
