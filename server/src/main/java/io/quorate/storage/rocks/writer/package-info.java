/**
 * How writes become durable: all go through the one thread of {@link
 * io.quorate.storage.rocks.writer.GroupWriter}, which syncs once for all that wait, and what became
 * of them is told on the lanes that they came from ({@link
 * io.quorate.storage.rocks.writer.LaneWrites}). What is written is said by the stores, above this
 * package.
 */
@NullMarked
package io.quorate.storage.rocks.writer;

import org.jspecify.annotations.NullMarked;
