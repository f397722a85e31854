package io.quorate.node.config;

import org.jspecify.annotations.Nullable;

/**
 * One thing that is wrong with a configuration.
 *
 * @param place where to correct it; null if what is to be set stands nowhere yet
 * @param what is wrong, and what would be right
 */
public record ConfigProblem(@Nullable Place place, String what) {
  @Override
  public String toString() {
    return place == null ? what : place + ": " + what;
  }
}
