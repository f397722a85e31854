package io.quorate.outside;

import java.util.Arrays;
import java.util.function.Consumer;

/**
 * A thread of a load that notes and prints what it throws: it checks nothing any more after that.
 */
final class NotingThread extends Thread {
  private final Consumer<String> wrong;

  /**
   * @param wrong told if the work throws
   */
  NotingThread(String name, Runnable work, Consumer<String> wrong) {
    super(work, name);
    this.wrong = wrong;
  }

  @Override
  public void run() {
    try {
      super.run();
    } catch (RuntimeException | Error thrown) {
      thrown.printStackTrace(); // with its causes
      wrong.accept(
          "%s ended: %s, at %s"
              .formatted(getName(), thrown, Arrays.toString(thrown.getStackTrace())));
    }
  }
}
