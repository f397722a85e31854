package io.quorate.runtime;

/** The only source of chance. Owned by one lane. */
public interface Randomness {
  long nextLong();

  /** From 0 to {@code bound - 1}. */
  int nextInt(int bound);
}
