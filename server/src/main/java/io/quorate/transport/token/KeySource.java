package io.quorate.transport.token;

/** Where the provider's keys are read from. */
@FunctionalInterface
public interface KeySource {
  /**
   * Reads them, which takes as long as a file or a network does, and 15 s at most.
   *
   * @throws NoTokenKeysException if they were read, and none verifies tokens
   * @throws TokenKeysException if they cannot be had
   */
  TokenKeys read() throws TokenKeysException;
}
