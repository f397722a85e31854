package io.quorate.client;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.pollinterval.IterativePollInterval;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * What tests await they look for after 5 ms, then 10 ms later, 20, 40, and so on up to 100 ms. By
 * itself Awaitility looks after 100 ms first: hundreds of waits, most of which are over at once,
 * are a good part of the time that the tests take.
 */
public final class ShortWaits implements LauncherSessionListener {
  private static final Duration FIRST = Duration.ofMillis(5);
  private static final Duration LONGEST = Duration.ofMillis(100);

  @Override
  public void launcherSessionOpened(LauncherSession session) {
    Awaitility.setDefaultPollDelay(FIRST);
    Awaitility.setDefaultPollInterval(IterativePollInterval.iterative(ShortWaits::next, FIRST));
  }

  private static Duration next(Duration last) {
    Duration twice = last.multipliedBy(2);
    return twice.compareTo(LONGEST) < 0 ? twice : LONGEST;
  }
}
