package io.quorate.client;

import io.quorate.client.FieldChange.Operation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Changes of the fields of a key in a tenant with model MAPS, which {@link Maps#update} makes
 * together. Begin with {@link #EMPTY}; each method returns another update, which has one change
 * more. Immutable.
 *
 * <p>Names of fields have 1 to 256 bytes. A field needs not be created before it is changed. Fields
 * of one name and different kinds are different fields. Values are bytes, or text that is kept as
 * UTF-8; arrays are not copied.
 *
 * <p>What cannot be, such as a counter that is changed by a negative number, is refused by the
 * method that is asked for it, with {@link InvalidRequestException}.
 */
public final class MapUpdate {
  /** Has no change. */
  public static final MapUpdate EMPTY = new MapUpdate(List.of());

  private final List<FieldChange> changes;

  private MapUpdate(List<FieldChange> changes) {
    this.changes = changes;
  }

  /**
   * Adds to a counter.
   *
   * @param by 0 to 2^62 - 1
   */
  public MapUpdate increment(String counter, long by) {
    return with(FieldChange.count(name(counter), FieldKind.COUNTER, Operation.INCREMENT, by));
  }

  /**
   * Takes away from a counter, which may become negative.
   *
   * @param by 0 to 2^62 - 1
   */
  public MapUpdate decrement(String counter, long by) {
    return with(FieldChange.count(name(counter), FieldKind.COUNTER, Operation.DECREMENT, by));
  }

  /**
   * Adds to a counter that only grows.
   *
   * @param by 0 to 2^62 - 1
   */
  public MapUpdate grow(String counter, long by) {
    return with(
        FieldChange.count(name(counter), FieldKind.GROW_ONLY_COUNTER, Operation.INCREMENT, by));
  }

  /** Adds elements to a set. */
  public MapUpdate add(String set, String... elements) {
    return add(set, utf8(elements));
  }

  /** Adds elements to a set. */
  public MapUpdate add(String set, List<byte[]> elements) {
    return withEach(set, Operation.ADD, elements, null);
  }

  /**
   * Removes elements from a set: what a quorum of replicas has of them when the update is carried
   * out. What others add meanwhile stays.
   */
  public MapUpdate remove(String set, String... elements) {
    return remove(set, utf8(elements));
  }

  /** Removes elements from a set: what a quorum of replicas has of them. */
  public MapUpdate remove(String set, List<byte[]> elements) {
    return withEach(set, Operation.REMOVE, elements, null);
  }

  /**
   * Removes elements from a set as they were read: what others have added since stays, an addition
   * of the same value among it. An element that {@code seen} does not have is not removed.
   */
  public MapUpdate remove(String set, SetValue seen, String... elements) {
    return remove(set, seen, utf8(elements));
  }

  /** Removes elements from a set as they were read; what others have added since stays. */
  public MapUpdate remove(String set, SetValue seen, List<byte[]> elements) {
    return withEach(set, Operation.REMOVE, elements, seen);
  }

  /** Gives a register a value. Of several clients, the one whose clock is latest wins. */
  public MapUpdate assign(String register, String value) {
    return assign(register, utf8(value));
  }

  /** Gives a register a value. Of several clients, the one whose clock is latest wins. */
  public MapUpdate assign(String register, byte[] value) {
    return with(
        FieldChange.value(name(register), FieldKind.REGISTER, Operation.ASSIGN, value, null));
  }

  /** Takes the value of a register away. */
  public MapUpdate clear(String register) {
    return with(FieldChange.clear(name(register)));
  }

  /**
   * Gives a multi-value register a value, in the place of those that {@code seen} has of it. Values
   * that others have assigned meanwhile stay beside it, for the next reader to see.
   *
   * @param seen what a read of the key has returned; {@link MapValue#NONE}: the value is kept
   *     beside all that the register has
   */
  public MapUpdate replace(String register, String value, MapValue seen) {
    return replace(register, utf8(value), seen);
  }

  /** Gives a multi-value register a value, in the place of those that {@code seen} has of it. */
  public MapUpdate replace(String register, byte[] value, MapValue seen) {
    return with(
        FieldChange.value(
            name(register),
            FieldKind.MULTI_VALUE_REGISTER,
            Operation.ADD,
            value,
            seen.values(register).stream().map(Element::context).toList()));
  }

  /** Turns a flag on. */
  public MapUpdate enable(String flag, FlagKind kind) {
    return with(FieldChange.flag(name(flag), kind, true));
  }

  /** Turns a flag on. Of an enabling and a disabling at the same time, the enabling wins. */
  public MapUpdate enable(String flag) {
    return enable(flag, FlagKind.ENABLE_WINS);
  }

  /** Turns a flag off. */
  public MapUpdate disable(String flag, FlagKind kind) {
    return with(FieldChange.flag(name(flag), kind, false));
  }

  /** Turns a flag off. Of an enabling and a disabling at the same time, the enabling wins. */
  public MapUpdate disable(String flag) {
    return disable(flag, FlagKind.ENABLE_WINS);
  }

  /** Returns all changes, in the order in which they were added. */
  public List<FieldChange> changes() {
    return changes;
  }

  private MapUpdate withEach(
      String set, Operation operation, List<byte[]> elements, @Nullable SetValue seen) {
    List<FieldChange> more = new ArrayList<>(changes);
    more.addAll(FieldChange.elements(name(set), operation, elements, seen));
    return new MapUpdate(List.copyOf(more));
  }

  private MapUpdate with(FieldChange change) {
    List<FieldChange> more = new ArrayList<>(changes);
    more.add(change);
    return new MapUpdate(List.copyOf(more));
  }

  private static String name(String field) {
    if (field.isEmpty()) {
      throw new InvalidRequestException("the name of a field is empty: give 1 to 256 bytes");
    }
    return field;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static List<byte[]> utf8(String... texts) {
    List<byte[]> all = new ArrayList<>(texts.length);
    for (String text : texts) {
      all.add(utf8(text));
    }
    return all;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof MapUpdate that && changes.equals(that.changes);
  }

  @Override
  public int hashCode() {
    return changes.hashCode();
  }

  @Override
  public String toString() {
    return "MapUpdate" + changes;
  }
}
