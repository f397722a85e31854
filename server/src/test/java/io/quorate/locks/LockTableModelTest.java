package io.quorate.locks;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.locks.LockCommand.Acquire;
import io.quorate.locks.LockCommand.Expire;
import io.quorate.locks.LockCommand.Lapse;
import io.quorate.locks.LockCommand.Release;
import io.quorate.locks.LockCommand.Withdraw;
import io.quorate.model.NodeId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** The table beside a model that says the same in fewer words: who holds a lock, and the line. */
class LockTableModelTest {
  private static final List<String> NAMES = List.of("x", "y");
  private static final List<String> OWNERS = List.of("a", "b", "c", "d", "e");
  private static final List<LockMode> MODES =
      List.of(
          LockMode.EXCLUSIVE, LockMode.SHARED, LockMode.sharedAmong(1), LockMode.sharedAmong(2));

  /** One lock: modes by owner, of those that hold it and of those that wait. */
  private record Model(Map<String, LockMode> holders, Map<String, LockMode> line) {
    Model() {
      this(new LinkedHashMap<>(), new LinkedHashMap<>());
    }

    boolean takes(LockMode mode) {
      return holders.isEmpty()
          || (mode.shared()
              && !holders.containsValue(LockMode.EXCLUSIVE)
              && (mode.atMost() == 0 || holders.size() < mode.atMost()));
    }

    void acquire(String owner, LockMode mode, boolean waits) {
      if (holders.containsKey(owner)) {
        return;
      }
      if (line.isEmpty() && takes(mode)) {
        holders.put(owner, mode);
      } else if (waits) {
        if (!mode.equals(line.get(owner))) {
          line.remove(owner);
        }
        line.put(owner, mode);
        advance();
      }
    }

    void ends(String owner) {
      holders.remove(owner);
      advance();
    }

    void leaves(String owner) {
      line.remove(owner);
      advance();
    }

    private void advance() {
      while (!line.isEmpty()) {
        var next = line.entrySet().iterator().next();
        if (!takes(next.getValue())) {
          return;
        }
        holders.put(next.getKey(), next.getValue());
        line.remove(next.getKey());
      }
    }
  }

  private final Map<String, Model> models = new TreeMap<>();
  private LockTable table = new LockTable(LockRules.ALL);
  private final Set<Long> tokens = new HashSet<>();
  private long lastToken;
  private long index;

  @Property(tries = 300)
  void theTableIsWhatTheModelSays(@ForAll long seed) {
    Random random = new Random(seed);
    models.clear();
    NAMES.forEach(name -> models.put(name, new Model()));
    table = new LockTable(LockRules.ALL);
    tokens.clear();
    lastToken = 0;
    index = 1;
    for (int step = 0; step < 60; step++) {
      step(random);
      for (String name : NAMES) {
        check(name);
      }
      assertThat(table.held())
          .isEqualTo(models.values().stream().mapToInt(each -> each.holders().size()).sum());
      byte[] bytes = table.encode();
      table = LockTable.decode(bytes, LockRules.ALL);
      assertThat(table.encode()).isEqualTo(bytes);
    }
  }

  private void step(Random random) {
    index += 1 + random.nextInt(3);
    String name = NAMES.get(random.nextInt(NAMES.size()));
    String owner = OWNERS.get(random.nextInt(OWNERS.size()));
    Model model = models.computeIfAbsent(name, each -> new Model());
    Asker asker = new Asker(new NodeId(1), index);
    switch (random.nextInt(7)) {
      case 0, 1, 2 -> {
        LockMode mode = MODES.get(random.nextInt(MODES.size()));
        boolean waits = random.nextInt(3) > 0;
        model.acquire(owner, mode, waits);
        apply(new Acquire(name, owner, 5_000, mode, waits, asker));
      }
      case 3, 4 -> {
        Hold hold = table.hold(name, owner);
        if (hold != null) {
          model.ends(owner);
          apply(new Release(name, owner, hold.token(), asker));
        }
      }
      case 5 -> {
        List<Lapse> lapses = new ArrayList<>();
        for (String each : NAMES) {
          for (Hold hold : table.holds(each)) {
            if (random.nextBoolean()) {
              lapses.add(new Lapse(each, hold.token(), hold.since()));
              models.computeIfAbsent(each, none -> new Model()).ends(hold.owner());
            }
          }
        }
        apply(new Expire(lapses));
      }
      default ->
          table.line(name).stream()
              .filter(waiter -> waiter.owner().equals(owner))
              .findFirst()
              .ifPresent(
                  waiter -> {
                    model.leaves(owner);
                    apply(new Withdraw(name, owner, waiter.asker()));
                  });
    }
  }

  private void apply(LockCommand command) {
    table.apply(command, index, new Grants());
  }

  private void check(String name) {
    Model model = models.computeIfAbsent(name, each -> new Model());
    List<Hold> holds = table.holds(name);
    assertThat(holds).extracting(Hold::owner).containsExactlyElementsOf(model.holders().keySet());
    assertThat(holds).extracting(Hold::mode).containsExactlyElementsOf(model.holders().values());
    assertThat(table.line(name))
        .extracting(Waiter::owner)
        .containsExactlyElementsOf(model.line().keySet());
    assertThat(holds.stream().filter(hold -> !hold.mode().shared()).count())
        .isLessThanOrEqualTo(holds.size() == 1 ? 1 : 0);
    holds.forEach(
        hold -> assertThat(table.heldAlone(hold.token()) != null).isEqualTo(!hold.mode().shared()));
    assertThat(table.changed(name) == 0).isEqualTo(holds.isEmpty());
  }

  /** Each grant has a token above all before it. */
  private final class Grants implements LockTable.Effects {
    @Override
    public void granted(String name, Hold hold, Asker asker) {
      if (tokens.add(hold.token())) {
        assertThat(hold.token()).isGreaterThan(lastToken).isGreaterThanOrEqualTo(index);
        lastToken = hold.token();
      }
    }

    @Override
    public void isHeld(String name, Hold by, Asker asker) {}

    @Override
    public void refused(LockAnswer.Kind kind, String why, Asker asker) {}

    @Override
    public void queued(String name, Waiter waiter) {}

    @Override
    public void released(boolean wasHeld, Asker asker) {}

    @Override
    public void ended(String name, Hold hold) {}
  }
}
