package io.quorate.client.internal.engine;

import io.quorate.client.InvalidRequestException;
import io.quorate.client.KeyTooLargeException;
import io.quorate.client.QuorateException;
import io.quorate.client.UpdateResult;
import io.quorate.client.WrongModelException;
import io.quorate.client.internal.net.Loop;
import io.quorate.client.internal.update.KeyName;
import io.quorate.client.internal.update.Writers;
import io.quorate.proto.v1.Tenant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Carries what callers change of fields in updates, of which one is under way at a time for each
 * key. What is asked for meanwhile waits, and goes into the next one, so that a key of which many
 * callers count costs a request for each round trip, however many they are. Owned by the loop.
 */
final class Updates {
  /** Carries updates, and ends the calls of those whose changes they have. */
  interface Owner {
    /** Begins to carry an update. */
    void carry(UpdateCall update);

    /** A caller's changes have an outcome. */
    void end(ChangeCall caller, @Nullable UpdateResult result, @Nullable QuorateException failure);
  }

  private final ClusterView view;
  private final Loop loop;
  private final Owner owner;
  private final Writers writers;

  /** By key: the update that is under way, and those that wait for it. */
  private final Map<KeyName, ArrayDeque<UpdateCall>> lines = new HashMap<>();

  /** Updates whose turn it is, while {@link #carry} has another one begun. */
  private final ArrayDeque<UpdateCall> due = new ArrayDeque<>();

  private boolean carrying;

  /** By name: the tenants of which nodes told before the placement did. */
  private final Map<String, Integer> toldTenants = new HashMap<>();

  Updates(ClusterView view, Loop loop, RandomGenerator random, Owner owner) {
    this.view = view;
    this.loop = loop;
    this.owner = owner;
    this.writers = new Writers(view::hlcAbove, random);
  }

  /** Takes over what a caller changes. */
  void add(ChangeCall caller) {
    ArrayDeque<UpdateCall> line = lines.get(caller.name);
    UpdateCall last = line == null ? null : line.peekLast();
    if (last != null && last.admits(caller)) {
      last.join(caller);
      return;
    }
    UpdateCall next = update(caller, caller.key.clone(), true);
    lines.computeIfAbsent(next.name, unused -> new ArrayDeque<>(2)).add(next);
    if (last == null) {
      owner.carry(next);
    }
  }

  private UpdateCall update(ChangeCall first, byte[] key, boolean open) {
    UpdateCall update =
        new UpdateCall(
            first,
            key,
            view.nextRequest(),
            (name, fold) -> writers.make(name, tenantId(first.tenant), fold, loop.nanos()),
            open);
    update.ending = (attempts, result, failure) -> onEnded(update, result, failure);
    return update;
  }

  /**
   * The writer of an update was opened before a purge, and nothing of it was applied: another
   * writer makes it again.
   *
   * @param above what the other writer is to be opened above
   * @param tenantId of the tenant that has the name now; 0: that is not why
   */
  void onWriterTooOld(UpdateCall update, long above, int tenantId) {
    update.onWriterTooOld();
    if (tenantId == 0) {
      writers.renew(above);
    } else {
      toldTenants.merge(update.tenant, tenantId, Math::max);
    }
  }

  /**
   * Ids of tenants, and what was counted, mean nothing in the cluster that is asked from now on.
   */
  void onOtherCluster() {
    toldTenants.clear();
    writers.renew(0);
  }

  /** The tenant that has a name, by what is known of the placement and by refusals; or 0. */
  private int tenantId(String name) {
    RouteTable table = view.table();
    Tenant tenant = table == null ? null : table.tenant(name);
    return Math.max(tenant == null ? 0 : tenant.getId(), toldTenants.getOrDefault(name, 0));
  }

  private void onEnded(
      UpdateCall update, @Nullable UpdateResult result, @Nullable QuorateException failure) {
    if (failure != null && !failure.mayHaveApplied()) {
      update.takeBack();
    }
    ArrayDeque<UpdateCall> line = lines.get(update.name);
    if (line == null) {
      throw new IllegalStateException("an update ended that was not under way");
    }
    line.remove(update);
    List<ChangeCall> callers = waiting(update);
    if (failure != null && callers.size() > 1 && update.hasValues() && mayBeOfOne(failure)) {
      for (int i = callers.size() - 1; i >= 0; i--) {
        line.addFirst(update(callers.get(i), update.key, false));
      }
      callers = List.of();
    }
    while (!line.isEmpty() && line.element().isLeft()) {
      line.remove(); // those who asked for it do not wait any more
    }
    UpdateCall next = line.peek();
    if (next == null) {
      lines.remove(update.name);
    }
    QuorateException told = failure;
    for (ChangeCall caller : callers) {
      caller.attempts = update.attempts;
      owner.end(caller, result, told);
      told = failure == null ? null : Failures.again(failure); // each waits for one of its own
    }
    if (next != null) {
      carry(next);
    }
  }

  /**
   * Has an update begun whose turn it is. Where that ends at once, as when the client is closed, it
   * is the next one's turn: that is begun here, too, and not within the end of the one before, as a
   * line may be longer than the stack is deep.
   */
  private void carry(UpdateCall update) {
    due.add(update);
    if (carrying) {
      return;
    }
    carrying = true;
    try {
      for (UpdateCall next = due.poll(); next != null; next = due.poll()) {
        owner.carry(next);
      }
    } finally {
      carrying = false;
    }
  }

  private static List<ChangeCall> waiting(UpdateCall update) {
    List<ChangeCall> waiting = new ArrayList<>(update.callers.size());
    for (ChangeCall each : update.callers) {
      if (!each.done) {
        waiting.add(each);
      }
    }
    return waiting;
  }

  /** Whether the changes of one caller may be the reason, so that each is to be sent alone. */
  private static boolean mayBeOfOne(QuorateException failure) {
    return failure instanceof KeyTooLargeException
        || (failure instanceof InvalidRequestException
            && !(failure instanceof WrongModelException));
  }
}
