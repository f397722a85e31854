package io.quorate.sim.check.linear;

import io.quorate.sim.check.linear.RegisterModel.Input;
import io.quorate.sim.check.linear.RegisterModel.Output;
import io.quorate.sim.check.linear.RegisterModel.Register;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One key: a value or nothing, which clients put, get, delete, compare and set, and add to, and of
 * which they update fields.
 */
public final class RegisterModel implements SequentialModel<Register, Input, Output> {
  /** The state. */
  public record Register(Optional<String> value) {}

  /** What is asked. */
  public sealed interface Input {}

  /** Stores a value. */
  public record Put(String value) implements Input {}

  /** Reads the value. */
  public record Get() implements Input {}

  /** Takes the value away; it does not matter whether there is one. */
  public record Delete() implements Input {}

  /** Stores a value if there is a certain one, or none if that is empty. */
  public record CompareAndSet(Optional<String> expected, String value) implements Input {}

  /**
   * Adds to a number, which is the value in decimal digits; no value is 0.
   *
   * @param min least sum with which it takes effect
   */
  public record Add(long by, long min) implements Input {}

  /**
   * Updates fields of the value, which is a map as {@link FieldText} writes it; no value is a map
   * without fields.
   *
   * @param conditions all of which must hold
   * @param edits what fields get; empty: they are removed
   */
  public record UpdateFields(
      List<FieldCondition> conditions, SortedMap<String, Optional<String>> edits) implements Input {
    public UpdateFields {
      conditions = List.copyOf(conditions);
      edits = Collections.unmodifiableSortedMap(new TreeMap<>(edits));
    }
  }

  /**
   * What a field must have.
   *
   * @param present whether it is there
   * @param value that it has; empty: any, or none if it is not there
   */
  public record FieldCondition(String field, boolean present, Optional<String> value) {
    boolean holds(SortedMap<String, String> map) {
      String has = map.get(field);
      return present ? has != null && value.map(has::equals).orElse(true) : has == null;
    }
  }

  /** What is answered. */
  public sealed interface Output {}

  /** To a put and a delete. */
  public record Done() implements Output {}

  /** To a get. */
  public record Found(Optional<String> value) implements Output {}

  /** To a compare-and-set: whether what was expected was there, and is replaced. */
  public record Swapped(boolean done) implements Output {}

  /** To an addition: the sum; empty if the value is no number, or the sum too low. */
  public record Sum(Optional<Long> sum) implements Output {}

  /**
   * To an update of fields.
   *
   * @param unmet the first field whose condition does not hold; empty: there is none, and if it is
   *     not done, the value is no map
   */
  public record Updated(boolean done, String unmet) implements Output {}

  @Override
  public Register initial() {
    return new Register(Optional.empty());
  }

  @Override
  public @Nullable Register step(Register register, Input input, @Nullable Output output) {
    Optional<String> value = register.value();
    return switch (input) {
      case Put put -> new Register(Optional.of(put.value()));
      case Delete delete -> new Register(Optional.empty());
      case Get get -> output == null || output.equals(new Found(value)) ? register : null;
      case CompareAndSet swap -> {
        boolean done = swap.expected().equals(value);
        if (output != null && !output.equals(new Swapped(done))) {
          yield null;
        }
        yield done ? new Register(Optional.of(swap.value())) : register;
      }
      case Add add -> {
        Optional<Long> sum = sum(value, add);
        if (output != null && !output.equals(new Sum(sum))) {
          yield null;
        }
        yield sum.isPresent() ? new Register(sum.map(String::valueOf)) : register;
      }
      case UpdateFields update -> {
        Updated updated = updated(value, update);
        if (output != null && !output.equals(updated)) {
          yield null;
        }
        yield updated.done() ? new Register(Optional.of(edited(value, update))) : register;
      }
    };
  }

  /** What an update of fields is answered. */
  static Updated updated(Optional<String> value, UpdateFields update) {
    SortedMap<String, String> map = FieldText.read(value);
    if (map == null) {
      return new Updated(false, "");
    }
    return update.conditions().stream()
        .filter(each -> !each.holds(map))
        .findFirst()
        .map(each -> new Updated(false, each.field()))
        .orElse(new Updated(true, ""));
  }

  /** The value that an update of fields makes, if it is done. */
  static String edited(Optional<String> value, UpdateFields update) {
    SortedMap<String, String> before = FieldText.read(value);
    SortedMap<String, String> map = before == null ? new TreeMap<>() : before;
    update
        .edits()
        .forEach(
            (field, given) ->
                given.ifPresentOrElse(each -> map.put(field, each), () -> map.remove(field)));
    return FieldText.write(map);
  }

  private static Optional<Long> sum(Optional<String> value, Add add) {
    String number = value.orElse("0");
    if (!number.matches("-?[0-9]{1,17}")) {
      return Optional.empty();
    }
    long sum = Long.parseLong(number) + add.by();
    return sum < add.min() ? Optional.empty() : Optional.of(sum);
  }

  @Override
  public boolean changesNothing(Input input, @Nullable Output output) {
    return switch (output) {
      case Swapped(boolean done) -> !done;
      case Sum(Optional<Long> sum) -> sum.isEmpty();
      case Updated updated -> !updated.done();
      case null, default -> input instanceof Get;
    };
  }
}
