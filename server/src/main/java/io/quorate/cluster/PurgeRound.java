package io.quorate.cluster;

import com.google.errorprone.annotations.FormatMethod;
import io.quorate.cluster.Command.AtEpoch;
import io.quorate.cluster.Decision.Accepted;
import io.quorate.cluster.Decision.Rejected;
import io.quorate.placement.Cut;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.PurgeMarks;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.version.Hlc;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.function.UnaryOperator;

/**
 * The two steps of a purge, each under an epoch of its own: what was sent before it is refused
 * after it (docs/design/purge.md#f8). A round is given up by promising more before it is confirmed.
 */
final class PurgeRound {
  private PurgeRound() {}

  /** Has partitions take the first step. */
  static Decision promise(ClusterState state, List<AtEpoch> wanted, long mark, long index) {
    return each(
        state, wanted, partition -> promise(partition, mark, state.tenants(), state.cut()), index);
  }

  /** Has partitions take the second step. */
  static Decision confirm(ClusterState state, List<AtEpoch> wanted, long mark, long index) {
    return each(state, wanted, partition -> confirm(partition, mark, state.cut()), index);
  }

  /** Those that cannot take the step are passed over, with the reason as a warning. */
  private static Decision each(
      ClusterState state,
      List<AtEpoch> wanted,
      UnaryOperator<PartitionPlacement> step,
      long index) {
    List<PartitionPlacement> changed = new ArrayList<>(state.partitions());
    List<String> refusals = new ArrayList<>();
    for (AtEpoch each : wanted) {
      try {
        check(
            each.partition() >= 0 && each.partition() < changed.size(),
            "there is no partition %d",
            each.partition());
        PartitionPlacement now = changed.get(each.partition());
        check(
            now.epoch() == each.epoch(),
            "partition %d is at epoch %d, and this was decided at epoch %d",
            each.partition(),
            now.epoch(),
            each.epoch());
        changed.set(each.partition(), step.apply(now));
      } catch (IllegalArgumentException refused) {
        refusals.add(String.valueOf(refused.getMessage()));
      }
    }
    if (refusals.size() == wanted.size()) {
      return new Rejected(refusals.isEmpty() ? "no partitions are named" : refusals.getFirst());
    }
    return new Accepted(state.next(index).partitions(changed).build(), refusals);
  }

  /**
   * @throws IllegalArgumentException if the partition cannot take this step now; says why
   */
  static PartitionPlacement promise(
      PartitionPlacement partition, long mark, SortedMap<String, Tenant> tenants, Cut cut) {
    checkNoCut(cut);
    checkWhole(partition);
    checkBelowRestores(mark, tenants);
    PurgeMarks marks = partition.purge();
    check(
        !Hlc.isBeyondEnd(mark),
        "a purge up to %s is asked for, a time that no clock shows",
        Hlc.toString(mark));
    check(
        Long.compareUnsigned(mark, marks.promised()) >= 0
            && Long.compareUnsigned(mark, marks.purged()) > 0,
        "a purge up to %s was promised, and one up to %s is asked for",
        Hlc.toString(marks.promised()),
        Hlc.toString(mark));
    return next(partition, new PurgeMarks(mark, marks.purged()));
  }

  /**
   * @throws IllegalArgumentException if the partition cannot take this step now; says why
   */
  static PartitionPlacement confirm(PartitionPlacement partition, long mark, Cut cut) {
    checkNoCut(cut);
    checkWhole(partition);
    PurgeMarks marks = partition.purge();
    check(
        marks.isOpen() && marks.promised() == mark,
        "a purge up to %s is to be confirmed, and up to %s one is promised",
        Hlc.toString(mark),
        marks.isOpen() ? Hlc.toString(marks.promised()) : "nothing");
    return next(partition, new PurgeMarks(mark, mark));
  }

  /**
   * What is restored arrives below what was stamped meanwhile: above a purge, it may lie on a key
   * of which a deletion has gone.
   */
  private static void checkBelowRestores(long mark, SortedMap<String, Tenant> tenants) {
    for (Tenant tenant : tenants.values()) {
      long restoring = tenant.get(TenantSetting.RESTORING);
      check(
          restoring == 0 || Long.compareUnsigned(mark, restoring) < 0,
          "tenant '%s' is being restored as of %s, and a purge up to %s is asked for",
          tenant.name(),
          Hlc.toString(restoring),
          Hlc.toString(mark));
    }
  }

  /** Its step would make the cut void, and it takes seconds only: rounds wait. */
  private static void checkNoCut(Cut cut) {
    check(!cut.isPending(), "cut %d is being made", cut.id());
  }

  /**
   * A replica that is being filled, or arrives, may lack a newer record of what would be taken
   * away.
   */
  private static void checkWhole(PartitionPlacement partition) {
    check(partition.filling().isEmpty(), "nodes %s are being filled", partition.filling());
    check(partition.move() == null, "it is on the move");
  }

  private static PartitionPlacement next(PartitionPlacement partition, PurgeMarks marks) {
    return new PartitionPlacement(
        partition.epoch() + 1,
        partition.preferenceList(),
        marks,
        partition.filling(),
        null,
        partition.alteredThrough());
  }

  @FormatMethod
  private static void check(boolean fact, String format, Object... args) {
    if (!fact) {
      throw new IllegalArgumentException(format.formatted(args));
    }
  }
}
