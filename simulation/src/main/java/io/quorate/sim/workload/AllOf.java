package io.quorate.sim.workload;

/** Runs something when this many other things are over. */
final class AllOf {
  private final Runnable then;
  private int left;

  AllOf(int count, Runnable then) {
    this.left = count;
    this.then = then;
  }

  void oneLess() {
    if (--left == 0) {
      then.run();
    }
  }
}
