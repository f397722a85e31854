package io.quorate.testkit.internal;

/**
 * What one sends to another is not delivered.
 *
 * @param from number of a node, or {@link Links#CLIENTS}
 * @param to likewise
 */
public record Cut(int from, int to) {}
