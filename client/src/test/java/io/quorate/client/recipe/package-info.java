/**
 * What recipes promise, on locks and keys in memory and a clock that is moved by hand. Start at
 * {@link io.quorate.client.recipe.MemoryLocks} and {@link io.quorate.client.recipe.HandClock}.
 */
@NullMarked
package io.quorate.client.recipe;

import org.jspecify.annotations.NullMarked;
