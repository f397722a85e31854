package io.quorate.replication.background;

import io.quorate.event.Event;
import io.quorate.model.NodeId;
import io.quorate.placement.Placements;
import io.quorate.runtime.Clock;
import java.util.function.Consumer;

/**
 * How many bytes a node's work in the background carries between its region and others in a second:
 * hints, comparisons, copies and fills together, whichever nodes they are with. The network between
 * regions is shared, and clients that wait for their own region only do not feel when it is full
 * (docs/design/regions.md#r8).
 *
 * <p>It bounds nothing within the region, and no request of a client. What is begun while there is
 * room may be larger than the room; that is a debt, which is waited for. Lives on one lane.
 */
public final class RegionBandwidth {
  private final NodeId self;
  private final Pace pace;
  private final Consumer<Event> events;
  private Placements placements;
  private boolean heldBack;

  /**
   * @param bytesPerSecond 0 for no bound
   */
  public RegionBandwidth(
      NodeId self,
      Placements placements,
      Clock clock,
      long bytesPerSecond,
      Consumer<Event> events) {
    this.self = self;
    this.placements = placements;
    this.pace = new Pace(clock, bytesPerSecond);
    this.events = events;
  }

  public void placementsChanged(Placements next) {
    placements = next;
  }

  /** The same budget, and this bound beside it. */
  public BackgroundBudget beside(BackgroundBudget budget) {
    return new BackgroundBudget() {
      @Override
      public boolean isOpen(NodeId with) {
        return hasRoom(with) && budget.isOpen(with);
      }

      @Override
      public void took(NodeId with, int records) {
        budget.took(with, records);
      }

      @Override
      public void carried(NodeId with, long bytes) {
        budget.carried(with, bytes);
        count(with, bytes);
      }
    };
  }

  private boolean isElsewhere(NodeId node) {
    return !placements.regionOf(node).equals(placements.regionOf(self));
  }

  private boolean hasRoom(NodeId with) {
    if (!isElsewhere(with)) {
      return true;
    }
    boolean open = pace.isOpen();
    if (open == heldBack) {
      heldBack = !open;
      if (heldBack) {
        events.accept(BackgroundEvent.Window.HELD_BACK_BETWEEN_REGIONS);
      }
    }
    return open;
  }

  private void count(NodeId with, long bytes) {
    if (bytes > 0 && isElsewhere(with)) {
      pace.took(bytes);
      events.accept(new BackgroundEvent.CarriedBetweenRegions(placements.regionOf(with), bytes));
    }
  }
}
