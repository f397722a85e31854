package io.quorate.sim.check;

import io.quorate.metadata.MetadataGroup;
import io.quorate.placement.Placements;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a checker may look at inside of a node that runs. */
public interface Inside {
  /** Its part in the metadata group; null if it has none, or none yet. */
  @Nullable MetadataGroup metadata();

  /** The placements that it knows; null while it knows none. */
  @Nullable Placements placements();

  /** Everything in it that grows when more arrives than is done. */
  List<Queue> queues();

  /**
   * A queue, or another bounded count.
   *
   * @param length now
   * @param lengthMax that it never exceeds
   * @param lengthAtRest that it does not exceed when nothing is under way
   */
  record Queue(String name, long length, long lengthMax, long lengthAtRest) {}
}
