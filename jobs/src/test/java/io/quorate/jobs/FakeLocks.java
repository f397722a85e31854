package io.quorate.jobs;

import io.quorate.client.HeldLock;
import io.quorate.client.Lock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** Locks in memory, which end when a test says so. */
final class FakeLocks implements JobLocks {
  private final Map<String, FakeLock> held = new TreeMap<>();
  private long tokens;
  int acquisitions;

  @Override
  public synchronized Optional<Lock> tryAcquire(String name, Duration ttl) {
    acquisitions++;
    if (held.containsKey(name)) {
      return Optional.empty();
    }
    FakeLock lock = new FakeLock(name, ++tokens, ttl);
    held.put(name, lock);
    return Optional.of(lock);
  }

  /** Ends a lease that was not renewed; its owner sees that if it is awake. */
  void expire(String name, boolean ownerSees) {
    FakeLock lost;
    synchronized (this) {
      lost = held.remove(name);
    }
    if (lost != null && ownerSees) {
      lost.lose();
    }
  }

  synchronized boolean isHeld(String name) {
    return held.containsKey(name);
  }

  @Override
  public synchronized List<HeldLock> list(String prefix) {
    return held.values().stream()
        .filter(each -> each.name().startsWith(prefix))
        .map(
            each -> HeldLock.of(each.name(), "", each.token(), each.ttl(), each.ttl(), 0, false, 0))
        .toList();
  }

  private synchronized boolean free(FakeLock lock) {
    return held.remove(lock.name(), lock);
  }

  private final class FakeLock implements Lock {
    private final String name;
    private final long token;
    private final Duration ttl;
    private final List<Runnable> onLost = new ArrayList<>();
    private boolean isHeld = true;

    FakeLock(String name, long token, Duration ttl) {
      this.name = name;
      this.token = token;
      this.ttl = ttl;
    }

    void lose() {
      List<Runnable> tasks;
      synchronized (this) {
        isHeld = false;
        tasks = List.copyOf(onLost);
      }
      tasks.forEach(Runnable::run);
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public String owner() {
      return "owner-" + token;
    }

    @Override
    public long token() {
      return token;
    }

    @Override
    public Duration ttl() {
      return ttl;
    }

    @Override
    public synchronized boolean isHeld() {
      return isHeld;
    }

    @Override
    public Duration remaining() {
      return isHeld() ? ttl : Duration.ZERO;
    }

    @Override
    public void onLost(Runnable task) {
      synchronized (this) {
        if (isHeld) {
          onLost.add(task);
          return;
        }
      }
      task.run();
    }

    @Override
    public boolean release() {
      synchronized (this) {
        isHeld = false;
      }
      return free(this);
    }

    @Override
    public CompletableFuture<Boolean> releaseAsync() {
      return CompletableFuture.completedFuture(release());
    }

    @Override
    public void close() {
      boolean unused = release();
    }
  }
}
