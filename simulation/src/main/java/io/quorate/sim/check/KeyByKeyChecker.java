package io.quorate.sim.check;

import com.google.errorprone.annotations.FormatMethod;
import io.quorate.placement.Cut;
import io.quorate.sim.check.BackupChecker.Name;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Checks what backups have of tenants whose records have no moments, key by key, against all that
 * clients did (docs/design/cuts.md#models). A backup as of a cut has each change that was
 * acknowledged before the cut was closed, or one that has taken its place; it has no change that
 * was begun after the cut was sealed, none twice, and none whose place another one has taken that
 * is in it.
 */
public final class KeyByKeyChecker {
  private static final long NOT_YET = Long.MAX_VALUE;

  /** Whether the changes of a key are made one after the other: a later one has all before it. */
  private final Predicate<Name> inOrder;

  private final Map<Name, List<Change>> changes = new TreeMap<>();

  /** The newest cut that any node has known to be closed, or over. */
  private long closed;

  /** The newest cut that any node has known to be sealed, or over. */
  private long sealed;

  /**
   * @param inOrder whether the changes of a key are made one after the other
   */
  public KeyByKeyChecker(Predicate<Name> inOrder) {
    this.inOrder = inOrder;
  }

  /** What a client does to a key: it adds something, or ends what was added before, or both. */
  public static final class Change {
    private final Name name;
    private final int number;
    private final boolean adds;
    private final long begunNanos;
    private final long sealedBefore;

    /** Changes that may have taken its place. */
    private final List<Change> endedBy = new ArrayList<>();

    private long ackNanos = NOT_YET;
    private long closedBefore;

    private Change(Name name, int number, boolean adds, long begunNanos, long sealedBefore) {
      this.name = name;
      this.number = number;
      this.adds = adds;
      this.begunNanos = begunNanos;
      this.sealedBefore = sealedBefore;
    }

    /** As which a backup shows it: among the changes of its key. */
    public int number() {
      return number;
    }

    public boolean isAcknowledged() {
      return ackNanos != NOT_YET;
    }

    @Override
    public String toString() {
      return "%s%d of %s%s"
          .formatted(
              adds ? "#" : "end ",
              number,
              name,
              isAcknowledged() ? ", acknowledged at " + ackNanos : "");
    }
  }

  /** Which changes a backup must have, and which it may have. */
  private interface Bounds {
    boolean mustHave(Change change);

    boolean mayHave(Change change);
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
  public Change begins(Name name, Collection<Change> seen, long nowNanos) {
    return begins(name, true, seen, nowNanos);
  }

  /** Begins a change that adds nothing. */
  public Change ends(Name name, Collection<Change> seen, long nowNanos) {
    return begins(name, false, seen, nowNanos);
  }

  private Change begins(Name name, boolean adds, Collection<Change> seen, long nowNanos) {
    List<Change> all = changes.computeIfAbsent(name, none -> new ArrayList<>());
    Change change = new Change(name, all.size(), adds, nowNanos, sealed);
    all.add(change);
    seen.forEach(each -> each.endedBy.add(change));
    return change;
  }

  public void acknowledged(Change change, long nowNanos) {
    if (!change.isAcknowledged()) {
      change.ackNanos = nowNanos;
      change.closedBefore = closed;
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
          public boolean mustHave(Change change) {
            return change.isAcknowledged() && change.closedBefore < cut.id();
          }

          @Override
          public boolean mayHave(Change change) {
            return change.sealedBefore < cut.id();
          }
        });
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
          public boolean mustHave(Change change) {
            return change.ackNanos < begunNanos;
          }

          @Override
          public boolean mayHave(Change change) {
            return true;
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
          if (tenants.contains(name.tenant())) {
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
      demand(!set.get(number), "%s has change %s of %s twice", backup, number, name);
      set.set(number);
    }
    return set;
  }

  private void check(String backup, List<Change> all, Map<Name, BitSet> has, Bounds bounds) {
    for (Change change : all) {
      if (!change.adds) {
        continue;
      }
      if (isIn(change, has)) {
        demand(bounds.mayHave(change), "%s has %s, which was begun later", backup, change);
        for (Change other : change.endedBy) {
          demand(
              !bounds.mustHave(other) && !(other.adds && isIn(other, has)),
              "%s has %s, in whose place is %s",
              backup,
              change,
              other);
        }
        checkHasAllBefore(backup, change, all, has);
      } else {
        demand(
            !bounds.mustHave(change) || mayBeEnded(change, bounds), "%s lacks %s", backup, change);
      }
    }
  }

  private void checkHasAllBefore(
      String backup, Change change, List<Change> all, Map<Name, BitSet> has) {
    if (inOrder.test(change.name)) {
      for (Change before : all) {
        demand(
            before.ackNanos >= change.begunNanos || isIn(before, has),
            "%s has %s, and lacks what was acknowledged before that was begun: %s",
            backup,
            change,
            before);
      }
    }
  }

  private static boolean mayBeEnded(Change change, Bounds bounds) {
    return change.endedBy.stream().anyMatch(bounds::mayHave);
  }

  private static boolean isIn(Change change, Map<Name, BitSet> has) {
    BitSet numbers = has.get(change.name);
    return numbers != null && numbers.get(change.number);
  }

  @FormatMethod
  private static void demand(boolean holds, String format, Object... args) {
    if (!holds) {
      throw new PromiseBroken("backups", format.formatted(args));
    }
  }
}
