package io.quorate.client.admin;

import org.jspecify.annotations.Nullable;

/**
 * Which dead letters are meant.
 *
 * @param target id of the node that refused them; null for all
 * @param partition null for all
 */
public record DeadLetters(@Nullable String target, @Nullable Integer partition) {
  public static final DeadLetters ALL = new DeadLetters(null, null);
}
