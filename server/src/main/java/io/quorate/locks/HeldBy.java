package io.quorate.locks;

/** Which lock is held, and by whom. */
public record HeldBy(String lock, String owner) {}
