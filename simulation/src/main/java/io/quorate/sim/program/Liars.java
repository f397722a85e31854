package io.quorate.sim.program;

import io.quorate.event.Event;
import io.quorate.model.NodeId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Nodes for which a fault has ever sent lies to the metadata group: a lie may arrive late. A
 * proposal that is refused as a lie must come from one of these.
 */
public final class Liars {
  private final Set<NodeId> nodes = new HashSet<>(); // only looked up, never walked
  private final List<Consumer<Event>> listeners = new ArrayList<>();
  private @Nullable NodeId last;
  private boolean speaking;

  public void add(NodeId node) {
    nodes.add(node);
    last = node;
    speaking = true;
  }

  /** The node that was added last lies no more. */
  public void silent() {
    speaking = false;
  }

  /** Whether the node that was added last has not fallen silent. */
  public boolean isSpeaking() {
    return speaking;
  }

  public boolean isOne(NodeId node) {
    return nodes.contains(node);
  }

  /** The node that was added last, which may lie still; null if there are none. */
  public @Nullable NodeId last() {
    return last;
  }

  boolean areNone() {
    return nodes.isEmpty();
  }

  /** Adds a listener to what nodes tell from now on, the refusals of lies among it. */
  public void listen(Consumer<Event> listener) {
    listeners.add(listener);
  }

  /** Tells listeners what has happened at a node. */
  public void happened(Event event) {
    listeners.forEach(listener -> listener.accept(event));
  }
}
