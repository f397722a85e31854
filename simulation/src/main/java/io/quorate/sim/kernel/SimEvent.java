package io.quorate.sim.kernel;

/** An event at one moment of the virtual time, which may be cancelled. */
public final class SimEvent implements Comparable<SimEvent> {
  private final long atNanos;
  private final long sequence;
  private final String what;
  private final Runnable action;
  private boolean cancelled;

  SimEvent(long atNanos, long sequence, String what, Runnable action) {
    this.atNanos = atNanos;
    this.sequence = sequence;
    this.what = what;
    this.action = action;
  }

  public void cancel() {
    cancelled = true;
  }

  boolean isCancelled() {
    return cancelled;
  }

  long atNanos() {
    return atNanos;
  }

  String what() {
    return what;
  }

  void run() {
    action.run();
  }

  @Override
  public int compareTo(SimEvent that) {
    int byTime = Long.compare(atNanos, that.atNanos);
    return byTime != 0 ? byTime : Long.compare(sequence, that.sequence);
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(sequence);
  }
}
