package io.quorate.runtime;

/** Threads, for what blocks on a disk. Whatever decides has none: it runs on its {@link Lane}. */
public interface Threads {
  /** A thread that does a task once, from when it is started. */
  Thread unstarted(String name, Runnable task);
}
