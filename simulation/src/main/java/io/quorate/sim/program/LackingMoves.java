package io.quorate.sim.program;

import io.quorate.migration.LaxMoves;
import io.quorate.replication.move.LaxCopier;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which of the rules that are left out are those of moves. */
final class LackingMoves {
  private LackingMoves() {}

  /** What the driver lacks; null if nothing. */
  static @Nullable LaxMoves driver(Set<LeftOut> leftOut) {
    for (LeftOut rule : leftOut) {
      switch (rule) {
        case BARRIER -> {
          return LaxMoves.BARRIER_NOT_AWAITED;
        }
        case BARRIER_BEFORE_CLEANUP -> {
          return LaxMoves.BARRIER_BEFORE_CLEANUP_NOT_AWAITED;
        }
        case COPY_BEFORE_CUTOVER -> {
          return LaxMoves.COPY_NOT_AWAITED;
        }
        case HAND_OVER_BEFORE_END -> {
          return LaxMoves.HAND_OVER_NOT_AWAITED;
        }
        default -> {}
      }
    }
    return null;
  }

  static Set<LaxCopier> copier(Set<LeftOut> leftOut) {
    Set<LaxCopier> lacks = EnumSet.noneOf(LaxCopier.class);
    for (LeftOut rule : leftOut) {
      switch (rule) {
        case COPY_FROM_THE_FENCED -> lacks.add(LaxCopier.AFTER_THE_FENCE);
        case COPY_FROM_A_MAJORITY -> lacks.add(LaxCopier.MAJORITY);
        case COPY_TO_THE_STAYING -> lacks.add(LaxCopier.STAYING);
        case REGISTERS_SETTLED -> lacks.add(LaxCopier.REGISTERS);
        case COPY_BY_REGION -> lacks.add(LaxCopier.REGION);
        default -> {}
      }
    }
    return lacks;
  }
}
