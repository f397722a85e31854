/**
 * What several processes do together, made of locks and keys: {@link
 * io.quorate.client.recipe.Election} has one of them lead, {@link
 * io.quorate.client.recipe.WorkQueue} hands out work, {@link io.quorate.client.recipe.Barrier} has
 * them wait for each other.
 *
 * <p>Only what applications have, too, is used here: {@link io.quorate.client.Locks} and {@link
 * io.quorate.client.KeyValue}. So each of these classes is also an example, and a test may put
 * fakes of the two in their place. No library may enter, and nothing of {@code internal}.
 */
@NullMarked
package io.quorate.client.recipe;

import org.jspecify.annotations.NullMarked;
