package io.quorate.sim.check;

import com.google.errorprone.annotations.FormatMethod;
import io.quorate.placement.Cut;
import io.quorate.sim.check.BackupChecker.Name;
import io.quorate.version.Hlc;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Checks what backups have of tenants whose records have no moments, key by key, against all that
 * clients did (docs/design/cuts.md#models). A backup as of a cut has each change that was
 * acknowledged before the cut was closed, or one that has taken its place, unless it had expired;
 * it has no change that was begun after the cut was sealed, none twice, and none whose place
 * another one has taken that is in it.
 */
public final class KeyByKeyChecker {
  private final Function<Name, Kind> kinds;

  /** The latest time by which any node may have taken something for expired so far. */
  private final LongSupplier shownMillis;

  private final Map<Name, List<KeyByKeyChange>> changes = new TreeMap<>();

  /** The newest cut that any node has known to be closed, or over. */
  private long closed;

  /** The newest cut that any node has known to be sealed, or over. */
  private long sealed;

  /** How the changes of a key are to each other. */
  public enum Kind {
    /** They are merged; one takes the place of those that its client names. */
    MERGED,
    /** They are made one after the other, and a later one has all before it. */
    IN_ORDER,
    /** They are made one after the other, and the last one is what the key has. */
    LAST
  }

  /**
   * @param shownMillis the latest time by which any node may have taken something for expired so
   *     far, in milliseconds since 1970
   */
  public KeyByKeyChecker(Function<Name, Kind> kinds, LongSupplier shownMillis) {
    this.kinds = kinds;
    this.shownMillis = shownMillis;
  }

  /** Which changes a backup must have, and which it may have. */
  private interface Bounds {
    boolean mustHave(KeyByKeyChange change);

    boolean mayHave(KeyByKeyChange change);

    /** Whether what expires at a time may be gone. */
    boolean mayBeOver(long expiresAtMillis);
  }

  /** Some node knows a cut. */
  public void knows(Cut cut) {
    boolean isSealed = cut.step() == Cut.Step.SEALED || cut.step() == Cut.Step.ENDED;
    sealed = Math.max(sealed, isSealed ? cut.id() : cut.id() - 1);
    boolean isClosed = isSealed || cut.step() == Cut.Step.CLOSED;
    closed = Math.max(closed, isClosed ? cut.id() : cut.id() - 1);
  }

  /** Returns how many changes a key has had. */
  public int count(Name name) {
    return changes.getOrDefault(name, List.of()).size();
  }

  /**
   * Begins a change that adds something, and takes the place of others that its client has seen.
   */
  public KeyByKeyChange begins(Name name, Collection<KeyByKeyChange> seen, long nowNanos) {
    return begins(name, true, seen, nowNanos, KeyByKeyChange.NEVER);
  }

  /**
   * Likewise, and what it adds expires.
   *
   * @param expiresAtMillis in milliseconds since 1970
   */
  public KeyByKeyChange begins(
      Name name, Collection<KeyByKeyChange> seen, long nowNanos, long expiresAtMillis) {
    return begins(name, true, seen, nowNanos, expiresAtMillis);
  }

  /** Begins a change that adds nothing. */
  public KeyByKeyChange ends(Name name, Collection<KeyByKeyChange> seen, long nowNanos) {
    return begins(name, false, seen, nowNanos, KeyByKeyChange.NEVER);
  }

  private KeyByKeyChange begins(
      Name name,
      boolean adds,
      Collection<KeyByKeyChange> seen,
      long nowNanos,
      long expiresAtMillis) {
    List<KeyByKeyChange> all = changes.computeIfAbsent(name, none -> new ArrayList<>());
    KeyByKeyChange change =
        new KeyByKeyChange(name, all.size(), adds, nowNanos, sealed, expiresAtMillis);
    all.add(change);
    seen.forEach(each -> each.endedBy().add(change));
    return change;
  }

  public void acknowledged(KeyByKeyChange change, long nowNanos) {
    if (!change.isAcknowledged()) {
      change.acknowledge(nowNanos, closed);
    }
  }

  /**
   * Checks what a backup as of a cut has of some tenants.
   *
   * @param shown numbers of changes, by key; a number comes as often as the key has the change
   * @throws PromiseBroken if something is missing in it, or too much
   */
  public void checkCut(Cut cut, Set<String> tenants, Map<Name, List<Integer>> shown) {
    check(
        "cut " + cut,
        tenants,
        shown,
        new Bounds() {
          @Override
          public boolean mustHave(KeyByKeyChange change) {
            return change.isAcknowledged() && change.closedBefore() < cut.id();
          }

          @Override
          public boolean mayHave(KeyByKeyChange change) {
            return change.sealedBefore() < cut.id();
          }

          @Override
          public boolean mayBeOver(long expiresAtMillis) {
            return expiresAtMillis <= Hlc.millis(cut.time());
          }
        });
  }

  /**
   * Checks that a key whose parts all expire had not expired at the time of a cut that has it.
   *
   * @param expiresAtMillis when the last of them expires; 0: never
   * @throws PromiseBroken if it had
   */
  public static void checkHadNotExpired(Cut cut, Name name, long expiresAtMillis) {
    demand(
        expiresAtMillis == 0 || expiresAtMillis > Hlc.millis(cut.time()),
        "%s had expired at %d, before the time of cut %s, which has it",
        name,
        expiresAtMillis,
        cut);
  }

  /**
   * Checks what a backup of no moment has of some tenants.
   *
   * @param begunNanos when reading began
   * @throws PromiseBroken if something is missing in it, or too much
   */
  public void checkFuzzy(long begunNanos, Set<String> tenants, Map<Name, List<Integer>> shown) {
    check(
        "the fuzzy backup",
        tenants,
        shown,
        new Bounds() {
          @Override
          public boolean mustHave(KeyByKeyChange change) {
            return change.ackNanos() < begunNanos;
          }

          @Override
          public boolean mayHave(KeyByKeyChange change) {
            return true;
          }

          @Override
          public boolean mayBeOver(long expiresAtMillis) {
            return expiresAtMillis <= shownMillis.getAsLong();
          }
        });
  }

  private void check(
      String backup, Set<String> tenants, Map<Name, List<Integer>> shown, Bounds bounds) {
    shown.forEach(
        (name, numbers) ->
            demand(
                changes.containsKey(name),
                "%s has %s of %s, which no client has changed",
                backup,
                numbers,
                name));
    Map<Name, BitSet> has = new TreeMap<>();
    shown.forEach((name, numbers) -> has.put(name, once(backup, name, numbers)));
    changes.forEach(
        (name, all) -> {
          if (!tenants.contains(name.tenant())) {
            return;
          }
          if (kinds.apply(name) == Kind.LAST) {
            checkLast(backup, name, all, has, bounds);
          } else {
            check(backup, all, has, bounds);
          }
        });
  }

  private BitSet once(String backup, Name name, List<Integer> numbers) {
    BitSet set = new BitSet();
    for (int number : numbers) {
      demand(
          number < count(name),
          "%s has change %s of %s, which was never begun",
          backup,
          number,
          name);
      demand(
          changes.getOrDefault(name, List.of()).get(number).adds(),
          "%s has change %s of %s, which added nothing",
          backup,
          number,
          name);
      demand(!set.get(number), "%s has change %s of %s twice", backup, number, name);
      set.set(number);
    }
    return set;
  }

  private void check(
      String backup, List<KeyByKeyChange> all, Map<Name, BitSet> has, Bounds bounds) {
    for (KeyByKeyChange change : all) {
      if (!change.adds()) {
        continue;
      }
      if (isIn(change, has)) {
        demand(bounds.mayHave(change), "%s has %s, which was begun later", backup, change);
        for (KeyByKeyChange other : change.endedBy()) {
          demand(
              !bounds.mustHave(other) && !(other.adds() && isIn(other, has)),
              "%s has %s, in whose place is %s",
              backup,
              change,
              other);
        }
        checkHasAllBefore(backup, change, all, has);
      } else {
        demand(
            !bounds.mustHave(change)
                || mayBeEnded(change, bounds)
                || bounds.mayBeOver(change.expiresAtMillis()),
            "%s lacks %s",
            backup,
            change);
      }
    }
  }

  /** What is there, be it nothing, was there once no change that must be in it was to come yet. */
  private static void checkLast(
      String backup, Name name, List<KeyByKeyChange> all, Map<Name, BitSet> has, Bounds bounds) {
    List<KeyByKeyChange> shown =
        all.stream().filter(each -> each.adds() && isIn(each, has)).toList();
    demand(shown.size() <= 1, "%s has %s, of which one is the last", backup, shown);
    List<KeyByKeyChange> last =
        shown.isEmpty() ? all.stream().filter(each -> !each.adds()).toList() : shown;
    boolean isOfTheBeginning = shown.isEmpty() && all.stream().noneMatch(bounds::mustHave);
    demand(
        isOfTheBeginning || last.stream().anyMatch(each -> mayBeLast(each, all, bounds)),
        "%s has %s of %s, which was not there any more, or not yet, of %s",
        backup,
        shown,
        name,
        all);
  }

  private static boolean mayBeLast(KeyByKeyChange change, List<KeyByKeyChange> all, Bounds bounds) {
    return bounds.mayHave(change)
        && all.stream().noneMatch(each -> change.isBefore(each) && bounds.mustHave(each));
  }

  private void checkHasAllBefore(
      String backup, KeyByKeyChange change, List<KeyByKeyChange> all, Map<Name, BitSet> has) {
    if (kinds.apply(change.name()) == Kind.IN_ORDER) {
      for (KeyByKeyChange before : all) {
        demand(
            !before.isBefore(change) || isIn(before, has),
            "%s has %s, and lacks what was acknowledged before that was begun: %s",
            backup,
            change,
            before);
      }
    }
  }

  private static boolean mayBeEnded(KeyByKeyChange change, Bounds bounds) {
    return change.endedBy().stream().anyMatch(bounds::mayHave);
  }

  private static boolean isIn(KeyByKeyChange change, Map<Name, BitSet> has) {
    BitSet numbers = has.get(change.name());
    return numbers != null && numbers.get(change.number());
  }

  @FormatMethod
  private static void demand(boolean holds, String format, Object... args) {
    if (!holds) {
      throw new PromiseBroken("backups", format.formatted(args));
    }
  }
}
