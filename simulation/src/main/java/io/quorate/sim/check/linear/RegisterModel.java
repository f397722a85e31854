package io.quorate.sim.check.linear;

import io.quorate.sim.check.linear.RegisterModel.Input;
import io.quorate.sim.check.linear.RegisterModel.Output;
import io.quorate.sim.check.linear.RegisterModel.Register;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One key: a value or nothing, which clients put, get, delete, compare and set, and add to. */
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
    };
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
      case null, default -> input instanceof Get;
    };
  }
}
