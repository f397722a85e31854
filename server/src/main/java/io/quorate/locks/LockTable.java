package io.quorate.locks;

import io.quorate.bytes.ByteReader;
import io.quorate.bytes.ByteWriter;
import io.quorate.bytes.MalformedBytesException;
import io.quorate.locks.LockAnswer.Kind;
import io.quorate.locks.LockCommand.Acquire;
import io.quorate.locks.LockCommand.Expire;
import io.quorate.locks.LockCommand.Lapse;
import io.quorate.locks.LockCommand.Release;
import io.quorate.locks.LockCommand.Withdraw;
import io.quorate.model.ByteFormat;
import io.quorate.model.Quoted;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
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
  private final NavigableMap<String, LockState> locks = new TreeMap<>();

  /** Names of the locks that each owner holds. */
  private final Map<String, SortedSet<String>> byOwner = new TreeMap<>();

  /** Tokens under which locks are held: no two grants have the same. */
  private final Set<Long> tokens = new HashSet<>();

  /** Those of them under which a lock is held exclusively. */
  private final Map<Long, HeldBy> alone = new HashMap<>();

  /** Token of the last grant. */
  private long lastToken;

  private int waiting;

  /** What a command has come to. */
  interface Effects {
    /** An owner holds a lock, newly or further. */
    void granted(String name, Hold hold, Asker asker);

    /** A request got nothing, since another one holds the lock. */
    void isHeld(String name, Hold by, Asker asker);

    /** A request got nothing. */
    void refused(Kind kind, String why, Asker asker);

    /** A request stands in line. */
    void queued(String name, Waiter waiter);

    /** A request stands in line no more, since its owner has come by another one. */
    default void replaced(Asker asker) {}

    /** A request to release was carried out. */
    void released(boolean wasHeld, Asker asker);

    /** An owner holds a lock no more as it did. */
    void ended(String name, Hold hold);
  }

  LockTable(LockRules rules) {
    this.rules = rules;
  }

  /** How many locks are held; one that several owners share counts for each of them. */
  int held() {
    return tokens.size();
  }

  int waiting() {
    return waiting;
  }

  /** Who holds a lock, in the order in which they got it. */
  List<Hold> holds(String name) {
    LockState lock = locks.get(name);
    return lock == null ? List.of() : List.copyOf(lock.holds.values());
  }

  @Nullable Hold hold(String name, String owner) {
    LockState lock = locks.get(name);
    return lock == null ? null : lock.holds.get(owner);
  }

  int holders(String name) {
    LockState lock = locks.get(name);
    return lock == null ? 0 : lock.holds.size();
  }

  /** Log index of the last change of who holds a lock; 0 if it is free. */
  long changed(String name) {
    LockState lock = locks.get(name);
    return lock == null ? 0 : lock.changed;
  }

  /**
   * Who holds a lock exclusively under a token, so that no later grant of that lock can have been
   * made; null if none does.
   */
  @Nullable HeldBy heldAlone(long token) {
    return alone.get(token);
  }

  /** Who waits for a lock, the next one first. */
  List<Waiter> line(String name) {
    LockState lock = locks.get(name);
    return lock == null ? List.of() : List.copyOf(lock.line.values());
  }

  /** How many wait for a lock. */
  int waiting(String name) {
    LockState lock = locks.get(name);
    return lock == null ? 0 : lock.line.size();
  }

  /** Whether an owner stands in line, by any request. */
  boolean waits(String name, String owner) {
    LockState lock = locks.get(name);
    return lock != null && lock.line.containsKey(owner);
  }

  /** Whether a request stands in line for an owner. */
  boolean waits(String name, String owner, Asker asker) {
    LockState lock = locks.get(name);
    Waiter waiter = lock == null ? null : lock.line.get(owner);
    return waiter != null && waiter.asker().equals(asker);
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
          holds(lapse.name()).stream()
              .filter(hold -> hold.token() == lapse.token() && hold.since() == lapse.since())
              .findFirst()
              .ifPresent(hold -> end(lapse.name(), hold, index, effects));
        }
      }
    }
  }

  private void acquire(Acquire acquire, long index, Effects effects) {
    String name = acquire.name();
    LockState lock = locks.get(name);
    Hold own = hold(name, acquire.owner());
    if (own != null) {
      acquireAgain(acquire, own, index, effects);
    } else if (lock == null || passes(acquire.mode(), lock)) {
      String tooMuch = tooMuchHeld(acquire.owner());
      if (tooMuch != null) {
        effects.refused(Kind.TOO_MANY, tooMuch, acquire.asker());
      } else {
        Hold hold =
            grant(
                name, acquire.owner(), acquire.ttlMillis(), acquire.mode(), index, acquire.asker());
        effects.granted(name, hold, acquire.asker());
      }
    } else if (isFull(acquire.mode(), lock)) {
      effects.refused(
          Kind.TOO_MANY,
          "%d owners share lock %s, which is as many as can"
              .formatted(lock.holds.size(), Quoted.of(name)),
          acquire.asker());
    } else if (!acquire.waits()) {
      effects.isHeld(name, lock.holds.values().iterator().next(), acquire.asker());
    } else {
      queue(name, lock, acquire, index, effects);
    }
  }

  /** Whether an owner that comes gets a lock that others hold, at once. */
  private boolean passes(LockMode wanted, LockState lock) {
    return (lock.line.isEmpty() || rules.mayPassLine()) && mayHold(wanted, lock);
  }

  /** Whether an owner may get a lock beside those that hold it. */
  private boolean mayHold(LockMode wanted, LockState lock) {
    return lock.holds.isEmpty()
        || (rules.mayShare(wanted, lock.holds.values())
            && rules.hasRoom(wanted, lock.holds.size()));
  }

  /** Whether an owner that has named no limit finds one: it does not wait for that. */
  private static boolean isFull(LockMode wanted, LockState lock) {
    return wanted.equals(LockMode.SHARED) && lock.holds.size() >= LockLimits.HOLDERS_MAX;
  }

  private void acquireAgain(Acquire acquire, Hold own, long index, Effects effects) {
    if (!own.mode().equals(acquire.mode())) {
      effects.refused(
          Kind.HELD_OTHERWISE,
          "owner %s holds lock %s %s, and cannot acquire it %s: let it release the lock first, or"
                  .formatted(
                      Quoted.of(acquire.owner()),
                      Quoted.of(acquire.name()),
                      own.mode().words(),
                      acquire.mode().words())
              + " acquire it for another owner",
          acquire.asker());
      return;
    }
    Hold hold = own.again(acquire.asker(), acquire.ttlMillis(), index);
    put(acquire.name(), hold);
    effects.granted(acquire.name(), hold, acquire.asker());
  }

  /** One that asks again keeps its place, unless it asks for something else. */
  private void queue(String name, LockState lock, Acquire acquire, long index, Effects effects) {
    Waiter waiter =
        new Waiter(acquire.owner(), acquire.ttlMillis(), acquire.mode(), acquire.asker());
    Waiter before = lock.line.get(waiter.owner());
    if (before == null
        && (waiting >= LockLimits.WAITING_MAX
            || lock.line.size() >= LockLimits.WAITING_FOR_ONE_MAX)) {
      effects.refused(
          Kind.TOO_MANY,
          "%d owners wait for this lock and %d for all; at most %d and %d may"
              .formatted(
                  lock.line.size(),
                  waiting,
                  LockLimits.WAITING_FOR_ONE_MAX,
                  LockLimits.WAITING_MAX),
          acquire.asker());
      return;
    }
    boolean changes = before != null && !before.mode().equals(waiter.mode());
    if (changes) {
      lock.line.remove(waiter.owner());
    }
    waiting += before == null ? 1 : 0;
    lock.line.put(waiter.owner(), waiter);
    if (before != null && !before.asker().equals(waiter.asker())) {
      effects.replaced(before.asker());
    }
    effects.queued(name, waiter);
    if (changes) {
      grantInLine(name, lock, index, effects);
    }
  }

  private @Nullable String tooMuchHeld(String owner) {
    if (held() >= LockLimits.HELD_MAX) {
      return "%d locks are held, which is as many as there can be".formatted(held());
    }
    int own = heldBy(owner).size();
    return own < LockLimits.HELD_BY_OWNER_MAX
        ? null
        : "owner '%s' holds %d locks, which is as many as one may hold".formatted(owner, own);
  }

  private void release(Release release, long index, Effects effects) {
    Hold held =
        holds(release.name()).stream()
            .filter(hold -> rules.mayRelease(hold, release.owner(), release.token()))
            .findFirst()
            .orElse(null);
    if (held != null) {
      end(release.name(), held, index, effects);
    }
    effects.released(held != null, release.asker());
  }

  private void withdraw(Withdraw withdraw, long index, Effects effects) {
    String name = withdraw.name();
    LockState lock = locks.get(name);
    if (lock == null) {
      return;
    }
    Waiter waiter = lock.line.get(withdraw.owner());
    Hold hold = lock.holds.get(withdraw.owner());
    if (waiter != null && waiter.asker().equals(withdraw.asker())) {
      lock.line.remove(withdraw.owner());
      waiting--;
      grantInLine(name, lock, index, effects); // it may have been what the others waited for
    } else if (hold != null && withdraw.asker().equals(hold.creator())) {
      end(name, hold, index, effects);
    }
  }

  /** An owner holds a lock no more; the next in line get it by the entry that says so. */
  private void end(String name, Hold hold, long index, Effects effects) {
    LockState lock = locks.get(name);
    if (lock == null || lock.holds.remove(hold.owner()) == null) {
      return;
    }
    lock.changed = index;
    SortedSet<String> others = byOwner.get(hold.owner());
    if (others != null) {
      others.remove(name);
      if (others.isEmpty()) {
        byOwner.remove(hold.owner());
      }
    }
    tokens.remove(hold.token());
    alone.remove(hold.token());
    effects.ended(name, hold);
    grantInLine(name, lock, index, effects);
  }

  /** Of those in line, from the first one on, as many get the lock as may. */
  private void grantInLine(String name, LockState lock, long index, Effects effects) {
    while (!lock.line.isEmpty()) {
      Waiter next = lock.line.values().iterator().next();
      if (!mayHold(next.mode(), lock)) {
        break;
      }
      lock.line.remove(next.owner());
      waiting--;
      String tooMuch = tooMuchHeld(next.owner());
      if (tooMuch != null) {
        effects.refused(Kind.TOO_MANY, tooMuch, next.asker());
        continue;
      }
      Hold hold = grant(name, next.owner(), next.ttlMillis(), next.mode(), index, next.asker());
      effects.granted(name, hold, next.asker());
    }
    if (lock.holds.isEmpty()) {
      locks.remove(name);
    }
  }

  private Hold grant(
      String name, String owner, long ttlMillis, LockMode mode, long index, Asker asker) {
    lastToken = rules.token(index, lastToken);
    Hold hold = new Hold(owner, lastToken, ttlMillis, mode, index, asker);
    put(name, hold).changed = index;
    return hold;
  }

  private LockState put(String name, Hold hold) {
    LockState lock = locks.computeIfAbsent(name, held -> new LockState());
    lock.holds.put(hold.owner(), hold);
    byOwner.computeIfAbsent(hold.owner(), owner -> new TreeSet<>()).add(name);
    tokens.add(hold.token());
    if (!hold.mode().shared()) {
      alone.put(hold.token(), new HeldBy(name, hold.owner()));
    }
    return lock;
  }

  // ---- snapshots

  /** Format (1 byte), the last token, number of locks, each with its holders and its line. */
  byte[] encode() {
    ByteWriter out = new ByteWriter();
    out.writeByte(ByteFormat.LOCK_TABLE.only());
    out.writeVarint(lastToken);
    out.writeVarint(locks.size());
    locks.forEach(
        (name, lock) -> {
          out.writeString(name);
          out.writeVarint(lock.changed);
          out.writeVarint(lock.holds.size());
          lock.holds.values().forEach(hold -> hold.writeTo(out));
          out.writeVarint(lock.line.size());
          lock.line.values().forEach(waiter -> waiter.writeTo(out));
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
    table.lastToken = in.readNumber();
    for (int left = in.readCount(4 + Hold.BYTES_MIN); left > 0; left--) {
      String name = in.readString();
      if (table.locks.containsKey(name)) {
        throw in.malformed("one lock is named twice");
      }
      LockState lock = new LockState();
      table.locks.put(name, lock);
      lock.changed = in.readNumber();
      for (int more = in.readCount(Hold.BYTES_MIN); more > 0; more--) {
        Hold hold = Hold.read(in);
        if (lock.holds.containsKey(hold.owner())) {
          throw in.malformed("one owner holds a lock twice");
        }
        if (hold.token() > table.lastToken || table.tokens.contains(hold.token())) {
          throw in.malformed("token %d was not granted, or twice".formatted(hold.token()));
        }
        LockState unused = table.put(name, hold);
      }
      if (lock.holds.isEmpty()) {
        throw in.malformed("a lock is held by no owner");
      }
      for (int more = in.readCount(Waiter.BYTES_MIN); more > 0; more--) {
        Waiter waiter = Waiter.read(in);
        if (lock.line.put(waiter.owner(), waiter) != null) {
          throw in.malformed("one owner waits twice for a lock");
        }
        table.waiting++;
      }
    }
    in.expectEnd();
    return table;
  }
}
