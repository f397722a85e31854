package io.quorate.client.fake;

import com.google.protobuf.Message;
import io.quorate.proto.v1.AcquireLockRequest;
import io.quorate.proto.v1.AcquireLockResponse;
import io.quorate.proto.v1.ListLocksRequest;
import io.quorate.proto.v1.ListLocksResponse;
import io.quorate.proto.v1.Lock;
import io.quorate.proto.v1.LockGranted;
import io.quorate.proto.v1.LockIsHeld;
import io.quorate.proto.v1.LockWaitOver;
import io.quorate.proto.v1.ReleaseLockRequest;
import io.quorate.proto.v1.ReleaseLockResponse;
import io.quorate.proto.v1.RenewLocksRequest;
import io.quorate.proto.v1.RenewLocksResponse;
import io.quorate.proto.v1.ShowLockRequest;
import io.quorate.proto.v1.ShowLockResponse;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Locks as a cluster keeps them, with one leader that never fails. */
public final class FakeLocks {
  private final LongSupplier nanos;
  private final NavigableMap<String, Hold> held = new TreeMap<>();
  private final Set<String> watched = new HashSet<>();
  private AcquireLockRequest acquired = AcquireLockRequest.getDefaultInstance();
  private long nextToken = 7;

  private record Hold(String owner, long token, long ttlMillis, long untilNanos) {
    Hold until(long nanos) {
      return new Hold(owner, token, ttlMillis, nanos);
    }
  }

  public FakeLocks(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** Answers a request; null: it stands in line. */
  public synchronized @Nullable Message answer(Message ask) {
    held.values().removeIf(hold -> hold.untilNanos() <= nanos.getAsLong());
    if (ask instanceof AcquireLockRequest acquire) {
      acquired = acquire;
      return acquire(acquire);
    } else if (ask instanceof RenewLocksRequest renew) {
      return renew(renew);
    } else if (ask instanceof ReleaseLockRequest release) {
      return ReleaseLockResponse.newBuilder().setWasHeld(release(release)).build();
    } else if (ask instanceof ShowLockRequest show) {
      ShowLockResponse.Builder shown = ShowLockResponse.newBuilder();
      if (show.getWaitMs() > 0) {
        watched.add(show.getName());
      }
      if (held.containsKey(show.getName())) {
        Lock lock = lock(show.getName());
        shown.addHolders(lock).setChanged(lock.getToken());
      }
      return show.getWaitMs() > 0 && show.getSeen() == shown.getChanged()
          ? ShowLockResponse.newBuilder().setUnchanged(true).build()
          : shown.build();
    } else if (ask instanceof ListLocksRequest list) {
      return list(list);
    }
    throw new AssertionError("no request about locks: " + ask);
  }

  /** What is said when the wait for a lock is over. */
  public static AcquireLockResponse waitOver() {
    return AcquireLockResponse.newBuilder().setWaitOver(LockWaitOver.getDefaultInstance()).build();
  }

  public static AcquireLockResponse granted(long token) {
    return AcquireLockResponse.newBuilder()
        .setGranted(LockGranted.newBuilder().setToken(token))
        .build();
  }

  /** Who holds a lock; null: it is free. */
  public synchronized @Nullable String holder(String name) {
    Hold hold = held.get(name);
    return hold == null || hold.untilNanos() <= nanos.getAsLong() ? null : hold.owner();
  }

  /** Whether a request has waited for a change of a lock. */
  public synchronized boolean watched(String name) {
    return watched.contains(name);
  }

  /** The last request to acquire a lock. */
  public synchronized AcquireLockRequest acquired() {
    return acquired;
  }

  /** An owner that does not renew takes a lock, or its end comes. */
  public synchronized void take(String name, String owner, long ttlMillis) {
    held.put(name, new Hold(owner, nextToken++, ttlMillis, until(ttlMillis)));
  }

  public synchronized void free(String name) {
    held.remove(name);
  }

  private long until(long ttlMillis) {
    return nanos.getAsLong() + TimeUnit.MILLISECONDS.toNanos(ttlMillis);
  }

  private @Nullable Message acquire(AcquireLockRequest acquire) {
    Hold hold = held.get(acquire.getName());
    if (hold == null) {
      take(acquire.getName(), acquire.getOwner(), acquire.getTtlMs());
    } else if (!hold.owner().equals(acquire.getOwner())) {
      return acquire.getWaitMs() > 0
          ? null
          : AcquireLockResponse.newBuilder()
              .setIsHeld(LockIsHeld.newBuilder().setOwner(hold.owner()).setToken(hold.token()))
              .build();
    } else {
      held.put(acquire.getName(), hold.until(until(hold.ttlMillis())));
    }
    return granted(lock(acquire.getName()).getToken());
  }

  private Message renew(RenewLocksRequest renew) {
    RenewLocksResponse.Builder renewed = RenewLocksResponse.newBuilder();
    for (String name : List.copyOf(held.keySet())) {
      Hold hold = held.get(name);
      if (hold != null && renew.getOwnersList().contains(hold.owner())) {
        held.put(name, hold.until(until(hold.ttlMillis())));
        renewed.addLocks(lock(name));
      }
    }
    return renewed.build();
  }

  private boolean release(ReleaseLockRequest release) {
    Hold hold = held.get(release.getName());
    return hold != null
        && hold.owner().equals(release.getOwner())
        && hold.token() == release.getToken()
        && held.remove(release.getName()) != null;
  }

  private Message list(ListLocksRequest list) {
    ListLocksResponse.Builder page = ListLocksResponse.newBuilder();
    for (String name : held.tailMap(list.getAfter(), false).keySet()) {
      if (name.startsWith(list.getPrefix())) {
        if (page.getLocksCount() == 2) {
          return page.setMore(true).build();
        }
        page.addLocks(lock(name));
      }
    }
    return page.build();
  }

  private Lock lock(String name) {
    Hold hold = held.get(name);
    if (hold == null) {
      throw new AssertionError(name + " is not held");
    }
    return Lock.newBuilder()
        .setName(name)
        .setOwner(hold.owner())
        .setToken(hold.token())
        .setTtlMs(hold.ttlMillis())
        .setLeftMs(TimeUnit.NANOSECONDS.toMillis(hold.untilNanos() - nanos.getAsLong()))
        .build();
  }
}
