package io.quorate.cut;

import io.quorate.model.NodeId;
import io.quorate.placement.Cut;
import io.quorate.placement.Quorum;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;

/** Rules of cuts that a driver may lack, for tests that must notice it. */
public enum LaxCut {
  /** What was said before a cut was armed again counts. */
  ANY_TIME,
  /** A replica counts that began to keep when its clock was past the time of the cut. */
  ARMED_TOO_LATE,
  /** A cut is closed though no clock is past its time. */
  CLOSED_TOO_EARLY,
  /** A cut is closed though some that are up do not keep anything yet. */
  SOME_NOT_READY,
  /** Any replica of a partition is enough. */
  ANY_IS_ENOUGH;

  /** Returns a driver that lacks some rules. */
  public static CutDriver driver(Set<LaxCut> lacks, CutConfig config, Consumer<CutEvent> events) {
    return new CutDriver(config, new Lax(lacks), events);
  }

  private static final class Lax extends CutRules {
    private final Set<LaxCut> lacks = EnumSet.noneOf(LaxCut.class);

    Lax(Set<LaxCut> lacks) {
      this.lacks.addAll(lacks);
    }

    @Override
    boolean isOf(CutReport report, Cut cut) {
      return lacks.contains(ANY_TIME) ? report.cut() == cut.id() : super.isOf(report, cut);
    }

    @Override
    boolean isInTime(CutReport report, Cut cut) {
      return lacks.contains(ARMED_TOO_LATE) || super.isInTime(report, cut);
    }

    @Override
    boolean isPast(long hlc, Cut cut) {
      return lacks.contains(CLOSED_TOO_EARLY) || super.isPast(hlc, cut);
    }

    @Override
    boolean isEveryoneReady(Collection<NodeId> awaited, Collection<NodeId> ready) {
      return lacks.contains(SOME_NOT_READY) || super.isEveryoneReady(awaited, ready);
    }

    @Override
    boolean isEnough(Quorum quorum, Collection<NodeId> replicas) {
      return lacks.contains(ANY_IS_ENOUGH) ? !replicas.isEmpty() : super.isEnough(quorum, replicas);
    }
  }
}
