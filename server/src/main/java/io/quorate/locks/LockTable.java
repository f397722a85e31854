package io.quorate.locks;

import io.quorate.bytes.ByteReader;
import io.quorate.bytes.ByteWriter;
import io.quorate.bytes.MalformedBytesException;
import io.quorate.locks.LockCommand.Acquire;
import io.quorate.locks.LockCommand.Expire;
import io.quorate.locks.LockCommand.Lapse;
import io.quorate.locks.LockCommand.Release;
import io.quorate.locks.LockCommand.Withdraw;
import io.quorate.model.ByteFormat;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Who holds which lock, and who waits: what the log of locks decides. The same log gives the same
 * table on every node; it knows no time. Owned by the metadata lane.
 */
final class LockTable {
  private final LockRules rules;
  private final NavigableMap<String, Lock> locks = new TreeMap<>();

  /** Names of the locks that each owner holds. */
  private final Map<String, SortedSet<String>> byOwner = new TreeMap<>();

  /** Tokens of the locks that are held: no two have the same. */
  private final Set<Long> tokens = new HashSet<>();

  private int waiting;

  /** One that is held. */
  private static final class Lock {
    Hold hold;

    /** In the order in which they came, by owner. */
    final Map<String, Waiter> line = new LinkedHashMap<>();

    Lock(Hold hold) {
      this.hold = hold;
    }
  }

  /** What a command has come to. */
  interface Effects {
    /** An owner holds a lock, newly or further. */
    void granted(String name, Hold hold, Asker asker);

    /** A request got nothing, since another one holds the lock. */
    void isHeld(String name, Hold by, Asker asker);

    /** A request got nothing, since there are too many. */
    void isTooMuch(String why, Asker asker);

    /** A request stands in line. */
    void queued(String name, Waiter waiter);

    /** A request to release was carried out. */
    void released(boolean wasHeld, Asker asker);

    /** Nothing holds a lock any more as this did. */
    void ended(String name, Hold hold);
  }

  LockTable(LockRules rules) {
    this.rules = rules;
  }

  int held() {
    return locks.size();
  }

  int waiting() {
    return waiting;
  }

  @Nullable Hold hold(String name) {
    Lock lock = locks.get(name);
    return lock == null ? null : lock.hold;
  }

  /** Whether any lock is held under a token. */
  boolean isHeld(long token) {
    return tokens.contains(token);
  }

  /** Who waits for a lock, the next one first. */
  List<Waiter> line(String name) {
    Lock lock = locks.get(name);
    return lock == null ? List.of() : List.copyOf(lock.line.values());
  }

  /** Names of the locks that an owner holds. */
  SortedSet<String> heldBy(String owner) {
    return Collections.unmodifiableSortedSet(byOwner.getOrDefault(owner, new TreeSet<>()));
  }

  /** Names of locks that are held and begin with a prefix, after a name. */
  List<String> names(String prefix, String after, int max) {
    List<String> names = new ArrayList<>();
    String from = after.compareTo(prefix) > 0 ? after : prefix;
    for (String name : locks.tailMap(from, true).keySet()) {
      if (!name.startsWith(prefix) || names.size() == max) {
        break;
      }
      if (!name.equals(after)) {
        names.add(name);
      }
    }
    return names;
  }

  Iterable<String> names() {
    return locks.keySet();
  }

  // ---- what the log says

  /** Carries out one command, which is at an index of the log. */
  void apply(LockCommand command, long index, Effects effects) {
    switch (command) {
      case Acquire acquire -> acquire(acquire, index, effects);
      case Release release -> release(release, index, effects);
      case Withdraw withdraw -> withdraw(withdraw, index, effects);
      case Expire expire -> {
        for (Lapse lapse : expire.lapses()) {
          Hold hold = hold(lapse.name());
          if (hold != null && hold.token() == lapse.token() && hold.since() == lapse.since()) {
            end(lapse.name(), index, effects);
          }
        }
      }
    }
  }

  private void acquire(Acquire acquire, long index, Effects effects) {
    String name = acquire.name();
    Lock lock = locks.get(name);
    if (lock == null || lock.hold.owner().equals(acquire.owner())) {
      String tooMuch = lock == null ? tooMuchHeld(acquire.owner()) : null;
      if (tooMuch != null) {
        effects.isTooMuch(tooMuch, acquire.asker());
        return;
      }
      Hold hold =
          lock == null
              ? new Hold(acquire.owner(), index, acquire.ttlMillis(), index, acquire.asker())
              : lock.hold.again(acquire.asker(), acquire.ttlMillis(), index);
      hold(name, lock, hold);
      effects.granted(name, hold, acquire.asker());
    } else if (!acquire.waits()) {
      effects.isHeld(name, lock.hold, acquire.asker());
    } else {
      queue(name, lock, acquire, effects);
    }
  }

  private void queue(String name, Lock lock, Acquire acquire, Effects effects) {
    Waiter waiter = new Waiter(acquire.owner(), acquire.ttlMillis(), acquire.asker());
    boolean newcomer = !lock.line.containsKey(waiter.owner());
    if (newcomer
        && (waiting >= LockLimits.WAITING_MAX
            || lock.line.size() >= LockLimits.WAITING_FOR_ONE_MAX)) {
      effects.isTooMuch(
          "%d owners wait for this lock and %d for all; at most %d and %d may"
              .formatted(
                  lock.line.size(),
                  waiting,
                  LockLimits.WAITING_FOR_ONE_MAX,
                  LockLimits.WAITING_MAX),
          acquire.asker());
      return;
    }
    waiting += newcomer ? 1 : 0;
    lock.line.put(waiter.owner(), waiter); // one that asks again keeps its place
    effects.queued(name, waiter);
  }

  private @Nullable String tooMuchHeld(String owner) {
    if (locks.size() >= LockLimits.HELD_MAX) {
      return "%d locks are held, which is as many as there can be".formatted(locks.size());
    }
    int own = heldBy(owner).size();
    return own < LockLimits.HELD_BY_OWNER_MAX
        ? null
        : "owner '%s' holds %d locks, which is as many as one may hold".formatted(owner, own);
  }

  private void release(Release release, long index, Effects effects) {
    Hold hold = hold(release.name());
    boolean held = hold != null && rules.mayRelease(hold, release.owner(), release.token());
    if (held) {
      end(release.name(), index, effects);
    }
    effects.released(held, release.asker());
  }

  private void withdraw(Withdraw withdraw, long index, Effects effects) {
    Lock lock = locks.get(withdraw.name());
    if (lock == null) {
      return;
    }
    Waiter waiter = lock.line.get(withdraw.owner());
    if (waiter != null && waiter.asker().equals(withdraw.asker())) {
      lock.line.remove(withdraw.owner());
      waiting--;
    } else if (withdraw.asker().equals(lock.hold.creator())
        && lock.hold.owner().equals(withdraw.owner())) {
      end(withdraw.name(), index, effects);
    }
  }

  /** A hold is over, and the next in line gets the lock by the entry that ended it. */
  private void end(String name, long index, Effects effects) {
    Lock lock = locks.get(name);
    if (lock == null) {
      return;
    }
    Hold before = lock.hold;
    SortedSet<String> others = byOwner.get(before.owner());
    if (others != null) {
      others.remove(name);
      if (others.isEmpty()) {
        byOwner.remove(before.owner());
      }
    }
    tokens.remove(before.token());
    effects.ended(name, before);
    while (!lock.line.isEmpty()) {
      Waiter next = lock.line.values().iterator().next();
      lock.line.remove(next.owner());
      waiting--;
      int own = heldBy(next.owner()).size();
      if (own >= LockLimits.HELD_BY_OWNER_MAX) {
        effects.isTooMuch(
            "owner '%s' holds %d locks, which is as many as one may hold"
                .formatted(next.owner(), own),
            next.asker());
        continue;
      }
      Hold hold = new Hold(next.owner(), index, next.ttlMillis(), index, next.asker());
      hold(name, lock, hold);
      effects.granted(name, hold, next.asker());
      return;
    }
    locks.remove(name);
  }

  private void hold(String name, @Nullable Lock lock, Hold hold) {
    if (lock == null) {
      locks.put(name, new Lock(hold));
    } else {
      lock.hold = hold;
    }
    byOwner.computeIfAbsent(hold.owner(), owner -> new TreeSet<>()).add(name);
    tokens.add(hold.token());
  }

  // ---- snapshots

  /** Format (1 byte), number of locks, each with its hold and its line. */
  byte[] encode() {
    ByteWriter out = new ByteWriter();
    out.writeByte(ByteFormat.LOCK_TABLE.only());
    out.writeVarint(locks.size());
    locks.forEach(
        (name, lock) -> {
          out.writeString(name);
          Hold hold = lock.hold;
          out.writeString(hold.owner());
          out.writeVarint(hold.token());
          out.writeVarint(hold.ttlMillis());
          out.writeVarint(hold.since());
          out.writeFlag(hold.creator() != null);
          if (hold.creator() != null) {
            hold.creator().writeTo(out);
          }
          out.writeVarint(lock.line.size());
          for (Waiter waiter : lock.line.values()) {
            out.writeString(waiter.owner());
            out.writeVarint(waiter.ttlMillis());
            waiter.asker().writeTo(out);
          }
        });
    return out.toBytes();
  }

  /**
   * @throws MalformedBytesException if it is not what {@link #encode} writes
   */
  static LockTable decode(byte[] bytes, LockRules rules) {
    ByteReader in = new ByteReader("a snapshot of the locks", bytes);
    in.readFormat(ByteFormat.LOCK_TABLE, io.quorate.model.Release.NEWEST_VERSION);
    LockTable table = new LockTable(rules);
    for (int left = in.readCount(6); left > 0; left--) {
      String name = in.readString();
      Hold hold =
          new Hold(
              in.readString(),
              in.readNumber(),
              in.readNumber(),
              in.readNumber(),
              in.readFlag() ? Asker.read(in) : null);
      if (table.locks.containsKey(name)) {
        throw in.malformed("one lock is named twice");
      }
      table.hold(name, null, hold);
      Lock lock = table.locks.get(name);
      for (int more = in.readCount(18); more > 0; more--) {
        Waiter waiter = new Waiter(in.readString(), in.readNumber(), Asker.read(in));
        if (lock != null && lock.line.put(waiter.owner(), waiter) == null) {
          table.waiting++;
        }
      }
    }
    in.expectEnd();
    return table;
  }
}
