package io.quorate.client;

import java.util.List;

/**
 * Makes one value of several that were put concurrently. Only the application knows how: the union
 * of two carts, the sum of two lists of changes, a question to a person.
 *
 * <p>Two clients may resolve the same siblings at the same time, and their results become siblings
 * in turn. So that this ends with the same value everywhere, a resolver should not depend on the
 * order of the siblings, and should take a value back that it made itself: a union does.
 */
@FunctionalInterface
public interface Resolver<V> {
  /**
   * Returns the value that stands for all of these.
   *
   * @param siblings two or more, in the order of their versions
   * @throws RuntimeException if they cannot be resolved here, but by a person, say: then nothing is
   *     written, and the caller gets the exception
   */
  V resolve(List<V> siblings);
}
