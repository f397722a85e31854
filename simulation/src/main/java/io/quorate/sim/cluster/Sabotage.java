package io.quorate.sim.cluster;

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

  /** Of whole nodes: what the operator said about one. */
  default BootstrapConfig bootstrap(BootstrapConfig real) {
    return real;
  }

  /** Of whole nodes: the way to those known by address only. */
  default Introductions introductions(Introductions real) {
    return real;
  }

  /** Rules that data planes leave out, where who makes them takes them from here. */
  default Set<LeftOut> leftOut() {
    return Set.of();
  }
}
