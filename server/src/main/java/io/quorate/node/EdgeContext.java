package io.quorate.node;

import io.quorate.event.Event;
import io.quorate.model.NodeNames;
import io.quorate.node.config.NodeConfig;
import io.quorate.runtime.Clock;
import io.quorate.runtime.Lane;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What all that meets callers works with.
 *
 * @param settings what the configuration says, in the words of the wire
 * @param names by which people call the nodes; may be asked on any thread
 * @param events told on the lane
 */
record EdgeContext(
    NodeConfig config,
    EdgeSettings settings,
    Clock clock,
    Lane lane,
    Supplier<NodeNames> names,
    Consumer<Event> events) {}
