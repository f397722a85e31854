package io.quorate.sim.check.linear;

import io.quorate.sim.check.linear.RegisterModel.Input;
import io.quorate.sim.check.linear.RegisterModel.Output;
import io.quorate.sim.check.linear.RegisterModel.Register;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One key: a value or nothing, which clients put, get, delete, and compare and set. */
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

  /** What is answered. */
  public sealed interface Output {}

  /** To a put and a delete. */
  public record Done() implements Output {}

  /** To a get. */
  public record Found(Optional<String> value) implements Output {}

  /** To a compare-and-set: whether what was expected was there, and is replaced. */
  public record Swapped(boolean done) implements Output {}

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
    };
  }

  @Override
  public boolean changesNothing(Input input, @Nullable Output output) {
    return input instanceof Get || (output instanceof Swapped(boolean done) && !done);
  }
}
