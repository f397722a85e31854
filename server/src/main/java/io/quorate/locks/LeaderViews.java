package io.quorate.locks;

import io.quorate.event.Event;
import io.quorate.locks.LockAnswer.Held;
import io.quorate.locks.LockAnswer.Kind;
import io.quorate.locks.LockAnswer.Listed;
import io.quorate.locks.LockAnswer.Refused;
import io.quorate.locks.LockAnswer.Renewed;
import io.quorate.locks.LockAnswer.Shown;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** What a leader tells of its locks, and for how long each is held. */
final class LeaderViews {
  private final Leases leases;
  private final Consumer<Event> events;

  LeaderViews(Leases leases, Consumer<Event> events) {
    this.leases = leases;
    this.events = events;
  }

  /**
   * Renews all locks of some owners, and tells them.
   *
   * @param askedNanos when the renewal came
   */
  LockAnswer renew(LockTable table, List<String> owners, long askedNanos, long nowNanos) {
    Set<String> each = new LinkedHashSet<>(owners);
    int locks = each.stream().mapToInt(owner -> table.heldBy(owner).size()).sum();
    if (locks > LockLimits.RENEWED_MAX) {
      return new Refused(
          Kind.TOO_MANY,
          "%d owners hold %d locks, which is more than the %d of one renewal: name fewer of them"
              .formatted(each.size(), locks, LockLimits.RENEWED_MAX));
    }
    List<Held> held = new ArrayList<>();
    for (String owner : each) {
      for (String name : table.heldBy(owner)) {
        Hold before = table.hold(name, owner);
        Hold hold = before == null ? null : leases.renew(before.token(), askedNanos, nowNanos);
        if (hold == null) {
          events.accept(LockEvent.RENEWED_TOO_LATE);
        } else {
          held.add(held(table, name, hold, nowNanos));
        }
      }
      events.accept(LockEvent.RENEWED);
    }
    return new Renewed(held);
  }

  LockAnswer shown(LockTable table, String name, long nowNanos) {
    return new Shown(
        holders(table, name, nowNanos),
        table.line(name).stream().map(Waiter::owner).toList(),
        table.changed(name));
  }

  /** A lock is told with all that hold it, or not at all. */
  LockAnswer listed(LockTable table, LockRequest.List list, long nowNanos) {
    int limit = list.limit() == 0 ? LockLimits.LISTED_MAX : list.limit();
    List<Held> held = new ArrayList<>();
    for (String name : table.names(list.prefix(), list.after(), limit + 1)) {
      if (!held.isEmpty() && held.size() + table.holders(name) > limit) {
        return new Listed(held, true);
      }
      held.addAll(holders(table, name, nowNanos));
    }
    return new Listed(held, false);
  }

  private List<Held> holders(LockTable table, String name, long nowNanos) {
    return table.holds(name).stream().map(hold -> held(table, name, hold, nowNanos)).toList();
  }

  private Held held(LockTable table, String name, Hold hold, long nowNanos) {
    return new Held(
        name,
        hold.owner(),
        hold.mode(),
        hold.token(),
        hold.ttlMillis(),
        table.waiting(name),
        leases.leftMillis(hold, nowNanos));
  }
}
