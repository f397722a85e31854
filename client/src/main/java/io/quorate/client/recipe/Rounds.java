package io.quorate.client.recipe;

import io.quorate.client.Condition;
import io.quorate.client.ConditionFailedException;
import io.quorate.client.GetResult;
import io.quorate.client.HeldLock;
import io.quorate.client.KeyValue;
import io.quorate.client.Locks;
import io.quorate.client.ReadOptions;
import io.quorate.client.WriteOptions;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The rounds of a barrier in the store, and who holds the locks of them. */
final class Rounds {
  private final Locks locks;
  private final KeyValue store;
  private final ReadOptions read;
  private final WriteOptions write;

  Rounds(Locks locks, KeyValue store, @Nullable String tenant) {
    this.locks = locks;
    this.store = store;
    this.read = tenant == null ? ReadOptions.DEFAULT : ReadOptions.DEFAULT.tenant(tenant);
    this.write = tenant == null ? WriteOptions.DEFAULT : WriteOptions.DEFAULT.tenant(tenant);
  }

  /** Returns null if the round has not begun. */
  @Nullable RoundState state(String round) {
    GetResult found = store.get(round, read);
    return found.found() ? RoundState.parse(found.bytes()) : null;
  }

  /** Whether the round comes to be so; false if it has changed meanwhile. */
  boolean change(String round, @Nullable RoundState before, RoundState after) {
    Condition unchanged = before == null ? Condition.absent() : Condition.value(before.value());
    try {
      var unused = store.put(bytes(round), after.value(), write.onlyIf(unchanged));
      return true;
    } catch (ConditionFailedException changed) {
      return false;
    }
  }

  void forget(String round) {
    var unused = store.delete(bytes(round), write);
  }

  /** Those that hold the lock of the round now. */
  Set<String> holders(String round) {
    Set<String> holders = new TreeSet<>();
    for (HeldLock held : locks.show(round).holders()) {
      holders.add(held.owner());
    }
    return holders;
  }

  private static byte[] bytes(String key) {
    return key.getBytes(StandardCharsets.UTF_8);
  }
}
