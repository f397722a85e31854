package io.quorate.transport.client;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells the clients that have a Pipe open whether the node is draining, so that they send what is
 * next to other nodes before any of it is refused. Owned by the lane.
 */
public final class PipeNews {
  /** A client that has a Pipe open. */
  public interface Listener {
    /** Tells the client whether the node is draining, behind the answers that it has by now. */
    void tell(boolean draining);
  }

  private final Set<Listener> open = new LinkedHashSet<>();

  /** What clients were told last; null if the node was never drained. */
  private @Nullable Boolean draining;

  /** A client has asked before it opened this, and may have been told what is over. */
  public void opened(Listener client) {
    open.add(client);
    if (draining != null) {
      client.tell(draining);
    }
  }

  void ended(Listener client) {
    open.remove(client);
  }

  /** Tells all clients, and those that come later. */
  public void tell(boolean nowDraining) {
    draining = nowDraining;
    List.copyOf(open).forEach(each -> each.tell(nowDraining));
  }

  public boolean isDraining() {
    return draining != null && draining;
  }

  /** Whether a client may have sent something before it was told. */
  public boolean hasListeners() {
    return !open.isEmpty();
  }
}
