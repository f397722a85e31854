package io.quorate.replication.coordinator.operation;

import io.quorate.model.Invariant;
import io.quorate.replication.coordinator.track.Census;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The requests under way, by id. An id names a slot, the slot's use, and the boot of this node, so
 * that an answer that comes late, to an earlier round, another request or an earlier start of this
 * node, finds no operation: counted for the wrong request, it would acknowledge a write that is
 * nowhere.
 */
public final class OperationTable {
  private static final int SLOT_BITS = 20;
  private static final int USE_BITS = 28;
  private static final long USE_MASK = (1L << USE_BITS) - 1;

  private final long bootPart;
  private final @Nullable InFlight[] slots;
  private final long[] uses;

  /** Slots not in use; the first {@code freeCount} entries. */
  private final int[] free;

  private int freeCount;

  /** No slot from here on was ever in use. */
  private int slotsUsed;

  OperationTable(int boot, int operationsMax) {
    Invariant.hold(operationsMax <= 1 << SLOT_BITS, "%d operations at most", 1 << SLOT_BITS);
    bootPart = (long) boot << (SLOT_BITS + USE_BITS);
    slots = new InFlight[operationsMax];
    uses = new long[operationsMax];
    free = new int[operationsMax];
    for (int i = 0; i < operationsMax; i++) {
      free[i] = operationsMax - 1 - i; // low slots first: a sweep then touches few of them
    }
    freeCount = operationsMax;
  }

  /** Whether no more operations can be added. */
  public boolean isFull() {
    return freeCount == 0;
  }

  /** Whether so many operations are under way that those which can wait should end. */
  public boolean isCrowded() {
    return freeCount < slots.length / 2;
  }

  /** Operations under way. */
  public int size() {
    return slots.length - freeCount;
  }

  /** The table must not be full. */
  public long add(InFlight operation) {
    Invariant.hold(freeCount > 0, "the operation table is full");
    int slot = free[--freeCount];
    slots[slot] = operation;
    slotsUsed = Math.max(slotsUsed, slot + 1);
    return nextId(slot);
  }

  /** A new id for the same request: answers to the old one are dropped from now on. */
  public long renew(long id) {
    return nextId(slot(id));
  }

  private long nextId(int slot) {
    uses[slot] = uses[slot] + 1 & USE_MASK;
    return bootPart | uses[slot] << SLOT_BITS | slot;
  }

  /** The operation that waits under an id; null if none does, or does so under a later one. */
  public @Nullable InFlight get(long id) {
    int slot = slot(id);
    boolean current = slot < slots.length && id == (bootPart | uses[slot] << SLOT_BITS | slot);
    return current ? slots[slot] : null;
  }

  /** Lets another take over an id, and the answers to it. */
  void replace(long id, InFlight operation) {
    int slot = slot(id);
    Invariant.hold(slots[slot] != null, "slot %d was left already", slot);
    slots[slot] = operation;
  }

  /** Takes an operation out, which must be there. */
  public void remove(long id) {
    int slot = slot(id);
    Invariant.hold(slots[slot] != null, "slot %d was left twice", slot);
    slots[slot] = null;
    free[freeCount++] = slot;
  }

  private static int slot(long id) {
    return (int) id & (1 << SLOT_BITS) - 1;
  }

  /** Has everything that is under way tell which replicas owe the answer to a write. */
  public void census(Census census) {
    forEach(operation -> operation.census(census));
  }

  /** Visits what is there; the visitor may remove and add. */
  public void forEach(Consumer<InFlight> visitor) {
    for (int slot = 0; slot < slotsUsed; slot++) {
      InFlight operation = slots[slot];
      if (operation != null) {
        visitor.accept(operation);
      }
    }
  }
}
