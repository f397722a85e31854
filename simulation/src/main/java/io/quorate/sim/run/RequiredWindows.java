package io.quorate.sim.run;

import java.util.ArrayList;
import java.util.List;

/**
 * The dangerous places that a batch must have been in, or it has shown nothing of them: those of a
 * scope, or of what runs in several, are in a file of their own. {@code RequiredWindowsTest} sees
 * to it that what the code under test can say of itself is named in one of them, or in {@link
 * OutOfReach}.
 */
public final class RequiredWindows {
  /** A batch of fewer seeds may miss some by chance: then it is only told. */
  public static final long SEEDS_MIN = Demand.SEEDS_MIN;

  private RequiredWindows() {}

  /**
   * Returns how many seeds a batch of a scope has from which on windows are demanded of it. Fewer
   * may miss some by chance: then that is only told.
   */
  public static long seedsMin(Scope scope) {
    return Math.min(SEEDS_MIN, scope.windowSeeds());
  }

  /** Returns the windows that a batch of this many seeds of one scope must enter. */
  public static List<String> of(Scope scope, long seeds) {
    return demands(scope).stream()
        .filter(demand -> seeds >= demand.seedsMin())
        .flatMap(demand -> demand.windows().stream())
        .distinct()
        .toList();
  }

  private static List<Demand> demands(Scope scope) {
    return switch (scope) {
      case DATA_PLANE ->
          all(DataWindows.DEMANDS, List.of(KindWindows.ofDataPlane()), DataWindows.ALONE);
      case WHOLE_NODES ->
          all(DataWindows.DEMANDS, List.of(KindWindows.ofWholeNodes()), WholeNodeWindows.DEMANDS);
      case TOPOLOGY -> TopologyWindows.DEMANDS;
      case REGIONS -> RegionWindows.DEMANDS;
      case LIARS -> LiarWindows.DEMANDS;
      case TENANTS -> TenantWindows.DEMANDS;
      case BACKUPS -> BackupWindows.DEMANDS;
      case RESTORES -> RestoreWindows.DEMANDS;
    };
  }

  @SafeVarargs
  private static List<Demand> all(List<Demand>... parts) {
    List<Demand> all = new ArrayList<>();
    for (List<Demand> part : parts) {
      all.addAll(part);
    }
    return all;
  }
}
