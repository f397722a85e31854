package io.quorate.sim.check.linear;

import io.quorate.sim.check.linear.RegisterModel.Add;
import io.quorate.sim.check.linear.RegisterModel.CompareAndSet;
import io.quorate.sim.check.linear.RegisterModel.Delete;
import io.quorate.sim.check.linear.RegisterModel.Done;
import io.quorate.sim.check.linear.RegisterModel.FieldCondition;
import io.quorate.sim.check.linear.RegisterModel.Found;
import io.quorate.sim.check.linear.RegisterModel.Get;
import io.quorate.sim.check.linear.RegisterModel.Input;
import io.quorate.sim.check.linear.RegisterModel.Output;
import io.quorate.sim.check.linear.RegisterModel.Put;
import io.quorate.sim.check.linear.RegisterModel.Sum;
import io.quorate.sim.check.linear.RegisterModel.Swapped;
import io.quorate.sim.check.linear.RegisterModel.UpdateFields;
import io.quorate.sim.check.linear.RegisterModel.Updated;
import io.quorate.sim.kernel.SimRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What clients of a real register saw: each call takes effect once while it is under way. */
final class RandomHistory {
  private final SimRandom random;
  private final History<String, Input, Output> history = new History<>();
  private final List<Running> running = new ArrayList<>();
  private Optional<String> value = Optional.empty();

  /** A call under way. */
  private static final class Running {
    final int number;
    final Input input;
    @Nullable Output output;

    Running(int number, Input input) {
      this.number = number;
      this.input = input;
    }
  }

  private RandomHistory(SimRandom random) {
    this.random = random;
  }

  /** Calls on one register, some of which are never answered, before or after they took effect. */
  static List<HistoryCall<Input, Output>> draw(SimRandom random, int calls, int atOneTime) {
    var drawn = new RandomHistory(random);
    for (int begun = 0; begun < calls || !drawn.running.isEmpty(); ) {
      int choice = random.nextInt(3);
      if (choice == 0 && begun < calls && drawn.running.size() < atOneTime) {
        drawn.begin();
        begun++;
      } else if (!drawn.running.isEmpty()) {
        drawn.goOn(drawn.running.get(random.nextInt(drawn.running.size())));
      }
    }
    return drawn.history.calls().getOrDefault("x", List.of());
  }

  /** Returns this history with another answer to one client. */
  static List<HistoryCall<Input, Output>> mutate(
      SimRandom random, List<HistoryCall<Input, Output>> history) {
    List<HistoryCall<Input, Output>> mutated = new ArrayList<>(history);
    int index = random.nextInt(history.size());
    HistoryCall<Input, Output> call = history.get(index);
    Output told =
        switch (call.output()) {
          case Swapped swapped -> new Swapped(!swapped.done());
          case Found found -> new Found(anyValue(random));
          case Done done -> done;
          case Sum(Optional<Long> sum) -> new Sum(Optional.of(sum.orElse(0L) + 1));
          case Updated updated -> new Updated(!updated.done(), updated.done() ? "a" : "");
          case null -> call.input() instanceof Get ? new Found(anyValue(random)) : null;
        };
    long ended = told == null || call.isKnown() ? call.ended() : call.began() * 2 + 1_001;
    mutated.set(
        index,
        new HistoryCall<>(call.number(), call.client(), call.input(), told, call.began(), ended));
    return mutated;
  }

  private void begin() {
    Input input =
        switch (random.nextInt(10)) {
          case 0 -> new Put("v" + random.nextInt(3));
          case 1 -> new Put(String.valueOf(random.nextInt(3)));
          case 2 -> new Delete();
          case 4, 5 -> new Add(1 - random.nextInt(3), -2);
          case 8, 9 -> anyUpdate(random);
          case 3 -> new CompareAndSet(anyValue(random), "v" + random.nextInt(3));
          default -> new Get();
        };
    running.add(new Running(history.begin("x", "client", input), input));
  }

  private static Optional<String> anyValue(SimRandom random) {
    return random.chance(0.3) ? Optional.empty() : Optional.of("v" + random.nextInt(3));
  }

  private static UpdateFields anyUpdate(SimRandom random) {
    List<FieldCondition> conditions = new ArrayList<>();
    for (String field : List.of("a", "b")) {
      if (random.chance(0.3)) {
        conditions.add(
            new FieldCondition(
                field,
                random.chance(0.7),
                random.chance(0.5) ? Optional.of("v" + random.nextInt(3)) : Optional.empty()));
      }
    }
    SortedMap<String, Optional<String>> edits = new TreeMap<>();
    edits.put(random.chance(0.5) ? "a" : "b", anyValue(random));
    return new UpdateFields(conditions, edits);
  }

  private void goOn(Running call) {
    if (random.chance(0.1)) {
      running.remove(call);
    } else if (call.output == null) {
      call.output = takeEffect(call.input);
    } else {
      history.end(call.number, call.output);
      running.remove(call);
    }
  }

  private Output takeEffect(Input input) {
    return switch (input) {
      case Put put -> {
        value = Optional.of(put.value());
        yield new Done();
      }
      case Delete delete -> {
        value = Optional.empty();
        yield new Done();
      }
      case Get get -> new Found(value);
      case CompareAndSet swap -> {
        boolean done = swap.expected().equals(value);
        value = done ? Optional.of(swap.value()) : value;
        yield new Swapped(done);
      }
      case Add add -> {
        String number = value.orElse("0");
        boolean done =
            !number.startsWith("v")
                && !number.startsWith("{")
                && Long.parseLong(number) + add.by() >= add.min();
        if (done) {
          value = Optional.of(String.valueOf(Long.parseLong(number) + add.by()));
        }
        yield new Sum(done ? value.map(Long::valueOf) : Optional.empty());
      }
      case UpdateFields update -> {
        Updated updated = RegisterModel.updated(value, update);
        value = updated.done() ? Optional.of(RegisterModel.edited(value, update)) : value;
        yield updated;
      }
    };
  }
}
