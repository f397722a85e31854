package io.quorate.jobs;

import io.quorate.client.HeldLock;
import io.quorate.client.Lock;
import io.quorate.client.Locks;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What jobs need of {@link Locks}, whose Javadoc says what each operation promises. */
interface JobLocks {
  Optional<Lock> tryAcquire(String name, Duration ttl);

  List<HeldLock> list(String prefix);

  static JobLocks of(Locks all) {
    return new JobLocks() {
      @Override
      public Optional<Lock> tryAcquire(String name, Duration ttl) {
        return all.tryAcquire(name, ttl);
      }

      @Override
      public List<HeldLock> list(String prefix) {
        return all.list(prefix);
      }
    };
  }
}
