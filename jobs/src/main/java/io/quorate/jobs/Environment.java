package io.quorate.jobs;

import java.time.InstantSource;
import java.util.Random;
import java.util.concurrent.ThreadFactory;
import java.util.random.RandomGenerator;

/**
 * What a scheduler has of the machine that it runs on. Tests give one that they control.
 *
 * @param clock by which times jobs are due
 * @param random has instances that were started together look at different times; for many threads
 * @param threads makes the threads of a scheduler, which names them
 * @param pauses how these threads let time pass
 */
record Environment(
    InstantSource clock, RandomGenerator random, ThreadFactory threads, Pauses pauses) {

  /** Returns what there is in an application. */
  static Environment system() {
    return new Environment(InstantSource.system(), new Random(), Thread::new, Pauses.REAL);
  }

  Environment withClock(InstantSource other) {
    return new Environment(other, random, threads, pauses);
  }
}
