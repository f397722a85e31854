package io.quorate.locks;

/** An owner in the line for a lock. */
record Waiter(String owner, long ttlMillis, Asker asker) {}
