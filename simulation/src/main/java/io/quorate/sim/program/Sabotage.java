package io.quorate.sim.program;

import io.quorate.metadata.bootstrap.BootstrapConfig;
import io.quorate.metadata.bootstrap.Introductions;
import io.quorate.replication.api.DataPlane;
import io.quorate.sim.kernel.SimNetwork;
import io.quorate.storage.Storage;
import java.util.Set;

/**
 * A classic bug, put between nodes that are otherwise right and their environment: a mutant that
 * the checkers must catch.
 */
public interface Sabotage {
  /** Nothing is broken. */
  Sabotage NONE = new Sabotage() {};

  default Storage storage(Storage real) {
    return real;
  }

  default DataPlane dataPlane(DataPlane real) {
    return real;
  }

  default void network(SimNetwork network) {}

  /** Falsifies what the operator has configured for a whole node. */
  default BootstrapConfig bootstrap(BootstrapConfig real) {
    return real;
  }

  /** Falsifies the way of a whole node to nodes that are known by address only. */
  default Introductions introductions(Introductions real) {
    return real;
  }

  /** Rules that the data planes leave out, if their factory asks for them here. */
  default Set<LeftOut> leftOut() {
    return Set.of();
  }
}
