package io.quorate.replication.hint;

import io.quorate.event.Event;
import io.quorate.model.NodeId;
import io.quorate.replication.background.BackgroundBudget;
import io.quorate.runtime.Clock;
import io.quorate.storage.HintStore;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** What the parts of {@link Hints} work with. */
record HintDependencies(
    HintStore store,
    Predicate<NodeId> takesWrites,
    Clock clock,
    Courier courier,
    BackgroundBudget budget,
    HintConfig config,
    Consumer<Event> events,
    HintRules rules) {}
