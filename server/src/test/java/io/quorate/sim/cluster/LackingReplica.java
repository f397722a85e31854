package io.quorate.sim.cluster;

import io.quorate.replication.replica.LaxReplica;
import java.util.EnumSet;
import java.util.Set;

/** Which of the rules that are left out are a replica's. */
final class LackingReplica {
  private LackingReplica() {}

  static Set<LaxReplica.Rule> of(Set<LeftOut> leftOut) {
    Set<LaxReplica.Rule> lacks = EnumSet.noneOf(LaxReplica.Rule.class);
    for (LeftOut rule : leftOut) {
      switch (rule) {
        case DRAIN -> lacks.add(LaxReplica.Rule.DRAIN);
        case PROMISE_OF_A_PURGE -> lacks.add(LaxReplica.Rule.PROMISE);
        case FENCE_OF_EPOCHS -> lacks.add(LaxReplica.Rule.FENCE);
        case DROP_OF_LEFTOVERS -> lacks.add(LaxReplica.Rule.LEFTOVERS);
        case START_OF_TREES -> lacks.add(LaxReplica.Rule.START_OF_TREES);
        default -> {}
      }
    }
    return lacks;
  }
}
