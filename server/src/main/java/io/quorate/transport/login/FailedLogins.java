package io.quorate.transport.login;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Logins that failed of late, by one thing that they have in common. After some, each further one
 * has to wait, at first for 6 seconds and then twice as long each time, up to 10 minutes. They are
 * forgotten when none fails for an hour. What came longest ago is put out when there are too many.
 */
final class FailedLogins<K> {
  private static final int KEPT_MAX = 10_000;
  private static final int COUNT_MAX = 1_000_000;
  private static final int DOUBLINGS_MAX = 10;
  private static final long FIRST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(6);
  private static final long WAIT_NANOS_MAX = TimeUnit.MINUTES.toNanos(10);
  private static final long KEPT_NANOS = TimeUnit.HOURS.toNanos(1);

  private final int free;
  private final Map<K, Failed> byKey =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<K, Failed> eldest) {
          return size() > KEPT_MAX;
        }
      };

  private record Failed(int count, long lastNanos) {}

  /**
   * @param free how many may fail before any has to wait
   */
  FailedLogins(int free) {
    this.free = free;
  }

  /** How long the next login has to wait; 0 or less: it need not. */
  long waitNanos(K key, long now) {
    Failed failed = byKey.get(key);
    if (failed == null || failed.count < free) {
      return 0;
    }
    int doublings = Math.min(failed.count - free, DOUBLINGS_MAX);
    long wait = Math.min(FIRST_WAIT_NANOS << doublings, WAIT_NANOS_MAX);
    return failed.lastNanos + wait - now;
  }

  void add(K key, long now) {
    Failed failed = byKey.get(key);
    int before = failed == null || now - failed.lastNanos > KEPT_NANOS ? 0 : failed.count;
    byKey.put(key, new Failed(Math.min(before + 1, COUNT_MAX), now));
  }

  void forget(K key) {
    byKey.remove(key);
  }
}
