package io.quorate.client.recipe;

import io.quorate.client.ClientClosedException;
import io.quorate.client.FailureInfo;
import io.quorate.client.HeldLock;
import io.quorate.client.Lock;
import io.quorate.client.LockOptions;
import io.quorate.client.LockStatus;
import io.quorate.client.LockWatch;
import io.quorate.client.Locks;
import io.quorate.client.OutcomeUnknownException;
import io.quorate.client.UnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Locks as a cluster keeps them, and clients of it that renew, by a clock that is moved by hand.
 */
final class MemoryLocks {
  private final HandClock clock;
  private final Map<String, List<Hold>> held = new TreeMap<>();
  private final List<Waiter> line = new ArrayList<>();
  private final List<Watch> watches = new ArrayList<>();
  private long nextToken = 7;

  /** Requests to acquire a lock so far. */
  final AtomicInteger acquisitions = new AtomicInteger();

  /** Those of them that found it held. */
  final AtomicInteger refused = new AtomicInteger();

  private record Hold(
      String name, String owner, long token, Duration ttl, int atMost, long untilNanos) {
    Hold until(long nanos) {
      return new Hold(name, owner, token, ttl, atMost, nanos);
    }
  }

  private record Waiter(
      String name,
      String owner,
      Duration ttl,
      LockOptions options,
      CompletableFuture<Long> granted) {}

  private record Watch(Process process, String name, Consumer<LockStatus> listener) {}

  MemoryLocks(HandClock clock) {
    this.clock = clock;
    clock.onStep(this::tick);
  }

  /** Another process, with a client of its own. */
  Process process() {
    return new Process();
  }

  private final List<Process> processes = new ArrayList<>();

  private void tick() {
    List<Process> all;
    synchronized (this) {
      all = List.copyOf(processes);
    }
    all.forEach(Process::renew);
    expire();
    all.forEach(Process::tellLost);
  }

  private synchronized void expire() {
    for (String name : List.copyOf(held.keySet())) {
      List<Hold> holds = holds(name);
      if (holds.removeIf(hold -> hold.untilNanos() <= clock.nanos())) {
        changed(name);
      }
    }
  }

  private List<Hold> holds(String name) {
    return held.computeIfAbsent(name, key -> new ArrayList<>());
  }

  private void changed(String name) {
    for (Waiter waiter : List.copyOf(line)) {
      if (waiter.name().equals(name)) {
        Hold hold = grant(name, waiter.owner(), waiter.ttl(), waiter.options());
        if (hold == null) {
          break;
        }
        line.remove(waiter);
        waiter.granted().complete(hold.token());
      }
    }
    LockStatus status = status(name);
    for (Watch watch : List.copyOf(watches)) {
      if (watch.name().equals(name) && !watch.process().cut) {
        watch.listener().accept(status);
      }
    }
  }

  private @Nullable Hold grant(String name, String owner, Duration ttl, LockOptions options) {
    List<Hold> holds = holds(name);
    for (Hold hold : holds) {
      if (hold.owner().equals(owner)) {
        return hold;
      }
    }
    boolean shared = options.isShared();
    boolean free =
        holds.isEmpty()
            || (shared
                && holds.get(0).atMost() > 0
                && holds.size() < Math.max(1, options.atMost()));
    if (!free) {
      return null;
    }
    Hold hold =
        new Hold(name, owner, nextToken++, ttl, options.atMost(), clock.nanos() + ttl.toNanos());
    holds.add(hold);
    return hold;
  }

  private LockStatus status(String name) {
    return LockStatus.of(
        holds(name).stream().map(this::shown).toList(),
        line.stream().filter(it -> it.name().equals(name)).map(Waiter::owner).toList());
  }

  private HeldLock shown(Hold hold) {
    return HeldLock.of(
        hold.name(),
        hold.owner(),
        hold.token(),
        hold.ttl(),
        Duration.ofNanos(hold.untilNanos() - clock.nanos()),
        0,
        hold.atMost() > 0,
        hold.atMost());
  }

  private synchronized boolean end(String name, String owner, long token) {
    boolean was = holds(name).removeIf(hold -> hold.owner().equals(owner) && hold.token() == token);
    if (was) {
      changed(name);
    }
    return was;
  }

  private synchronized boolean extend(String name, String owner, long token) {
    List<Hold> holds = holds(name);
    for (int i = 0; i < holds.size(); i++) {
      Hold hold = holds.get(i);
      if (hold.owner().equals(owner) && hold.token() == token) {
        holds.set(i, hold.until(clock.nanos() + hold.ttl().toNanos()));
        return true;
      }
    }
    return false;
  }

  synchronized @Nullable String holder(String name) {
    expire();
    return holds(name).isEmpty() ? null : holds(name).get(0).owner();
  }

  synchronized int waiting() {
    return line.size();
  }

  /** One process. */
  final class Process implements Locks {
    private final List<MemoryLock> mine = new ArrayList<>();

    /** Whether no node can be reached. */
    volatile boolean cut;

    /** Whether it renews nothing, and its clock does not tell it so yet: it is stopped. */
    volatile boolean stopped;

    volatile boolean closed;

    Process() {
      synchronized (MemoryLocks.this) {
        processes.add(this);
      }
    }

    private void reach() {
      if (closed) {
        throw new ClientClosedException("closed");
      }
      if (cut) {
        throw new UnavailableException("cut off", FailureInfo.NONE, null);
      }
    }

    @Override
    public Optional<Lock> acquire(
        String name, Duration ttl, Duration waitAtMost, LockOptions options) {
      acquisitions.incrementAndGet();
      reach();
      long sent = clock.nanos();
      String owner = String.valueOf(options.owner());
      Waiter waiter = new Waiter(name, owner, ttl, options, new CompletableFuture<>());
      Long token;
      synchronized (MemoryLocks.this) {
        expire();
        Hold hold = grant(name, owner, ttl, options);
        token = hold == null ? null : hold.token();
        if (token == null && !waitAtMost.isZero()) {
          line.add(waiter);
        } else if (token != null) {
          changed(name);
        }
      }
      if (token == null && !waitAtMost.isZero()) {
        try {
          clock.await(waiter.granted(), waitAtMost.toNanos());
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          Long granted = leave(waiter);
          if (granted != null) {
            boolean unused = end(name, owner, granted);
          }
          throw new OutcomeUnknownException("interrupted", FailureInfo.NONE, e);
        }
        token = leave(waiter);
        sent = clock.nanos();
      }
      if (token == null) {
        refused.incrementAndGet();
        return Optional.empty();
      }
      MemoryLock lock = new MemoryLock(this, name, owner, token, ttl, sent, options.renewed());
      synchronized (MemoryLocks.this) {
        mine.add(lock);
      }
      return Optional.of(lock);
    }

    private @Nullable Long leave(Waiter waiter) {
      synchronized (MemoryLocks.this) {
        line.remove(waiter);
        return waiter.granted().getNow(null);
      }
    }

    private List<MemoryLock> locks() {
      synchronized (MemoryLocks.this) {
        return List.copyOf(mine);
      }
    }

    private void renew() {
      if (!cut && !stopped) {
        locks().forEach(MemoryLock::renewIfDue);
      }
    }

    private void tellLost() {
      if (!stopped) {
        locks().forEach(MemoryLock::tellIfLost);
      }
    }

    /** As when a client is closed: what it renews is released, and no one is told. */
    void close() {
      closed = true;
      locks().forEach(MemoryLock::closed);
    }

    @Override
    public LockStatus show(String name) {
      reach();
      synchronized (MemoryLocks.this) {
        expire();
        return status(name);
      }
    }

    @Override
    public LockWatch watch(String name, Consumer<LockStatus> listener) {
      Watch watch = new Watch(this, name, listener);
      synchronized (MemoryLocks.this) {
        watches.add(watch);
        if (!cut) {
          listener.accept(status(name));
        }
      }
      return new LockWatch() {
        @Override
        public CompletableFuture<Void> ended() {
          return new CompletableFuture<>();
        }

        @Override
        public void close() {
          synchronized (MemoryLocks.this) {
            watches.remove(watch);
          }
        }
      };
    }

    @Override
    public List<HeldLock> list(String prefix) {
      reach();
      synchronized (MemoryLocks.this) {
        expire();
        return held.values().stream()
            .flatMap(List::stream)
            .filter(hold -> hold.name().startsWith(prefix))
            .map(MemoryLocks.this::shown)
            .toList();
      }
    }

    @Override
    public List<HeldLock> renew(String owner) {
      reach();
      List<HeldLock> renewed = new ArrayList<>();
      synchronized (MemoryLocks.this) {
        expire();
        for (Hold hold : held.values().stream().flatMap(List::stream).toList()) {
          if (hold.owner().equals(owner) && extend(hold.name(), owner, hold.token())) {
            renewed.add(shown(hold));
          }
        }
      }
      return renewed;
    }

    @Override
    public boolean release(String name, String owner, long token) {
      reach();
      return end(name, owner, token);
    }
  }

  private final class MemoryLock implements Lock {
    private final Process process;
    private final String name;
    private final String owner;
    private final long token;
    private final Duration ttl;
    private final boolean renewed;
    private final List<Runnable> onLost = new ArrayList<>();
    private long sentNanos;
    private boolean released;
    private boolean lost;

    MemoryLock(
        Process process,
        String name,
        String owner,
        long token,
        Duration ttl,
        long sentNanos,
        boolean renewed) {
      this.process = process;
      this.name = name;
      this.owner = owner;
      this.token = token;
      this.ttl = ttl;
      this.sentNanos = sentNanos;
      this.renewed = renewed;
    }

    private synchronized void renewIfDue() {
      if (renewed && isHeld() && clock.nanos() - sentNanos >= ttl.toNanos() / 3) {
        long now = clock.nanos();
        if (extend(name, owner, token)) {
          sentNanos = now;
        } else {
          lost = true;
        }
      }
    }

    private void tellIfLost() {
      List<Runnable> tasks;
      synchronized (this) {
        if (isHeld() || released) {
          return;
        }
        lost = true;
        tasks = List.copyOf(onLost);
        onLost.clear();
      }
      tasks.forEach(Runnable::run);
    }

    private void closed() {
      synchronized (this) {
        if (!renewed) {
          return;
        }
        released = true;
      }
      boolean unused = end(name, owner, token);
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public String owner() {
      return owner;
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
    public boolean isHeld() {
      return !remaining().isZero();
    }

    @Override
    public synchronized Duration remaining() {
      long left = sentNanos + ttl.toNanos() / 100 * 99 - clock.nanos();
      return released || lost || left <= 0 ? Duration.ZERO : Duration.ofNanos(left);
    }

    @Override
    public void onLost(Runnable task) {
      synchronized (this) {
        onLost.add(task);
      }
    }

    @Override
    public boolean release() {
      boolean was;
      synchronized (this) {
        was = isHeld();
        released = true;
      }
      process.reach();
      return end(name, owner, token) && was;
    }

    @Override
    public CompletableFuture<Boolean> releaseAsync() {
      try {
        return CompletableFuture.completedFuture(release());
      } catch (RuntimeException failure) {
        return CompletableFuture.failedFuture(failure);
      }
    }

    @Override
    public void close() {
      CompletableFuture<Boolean> unused = releaseAsync();
    }
  }
}
