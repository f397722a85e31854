package io.quorate.replication.hint;

import io.quorate.event.Event;
import io.quorate.model.NodeId;
import io.quorate.replication.background.BackgroundBudget;
import io.quorate.runtime.Clock;
import io.quorate.storage.HintStore;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Hints that lack a rule, for tests that must notice it. */
public final class LaxHints {
  private LaxHints() {}

  /** Makes them; a flag that is set leaves its rule out. */
  public static Hints create(
      boolean dropsPastTheBound,
      boolean forgetsTheLatest,
      HintStore store,
      Predicate<NodeId> takesWrites,
      Clock clock,
      Courier courier,
      BackgroundBudget budget,
      HintConfig config,
      Consumer<Event> events) {
    return new Hints(
        store,
        takesWrites,
        clock,
        courier,
        budget,
        config,
        events,
        new HintRules() {
          @Override
          boolean marksPastTheBound() {
            return !dropsPastTheBound;
          }

          @Override
          boolean isAwaited(long stamp, long marker) {
            return forgetsTheLatest ? stamp < marker : super.isAwaited(stamp, marker);
          }
        });
  }
}
