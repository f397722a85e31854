package io.quorate.sim.check;

import io.quorate.placement.Level;
import io.quorate.placement.Overlap;
import io.quorate.placement.Placements;
import io.quorate.placement.Replication;
import io.quorate.placement.ReplicationFactor;
import io.quorate.placement.Tenant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How many replicas each key of a tenant may have. Those of a tenant that is replicated by region
 * may change: while they do, only what its levels promise before and afterwards is promised.
 */
final class Factors {
  private final String tenant;

  /** Those in force somewhere now. */
  private final Set<ReplicationFactor> possible = new LinkedHashSet<>();

  /** All there have been. */
  private final Set<ReplicationFactor> ever = new LinkedHashSet<>();

  private final boolean byRegion;
  private boolean altered;
  private long stateVersion = -1;

  private Factors(String tenant, List<ReplicationFactor> first) {
    this.tenant = tenant;
    this.byRegion = first.getFirst().isByRegion();
    possible.addAll(first);
    ever.addAll(first);
  }

  static Factors of(Tenant tenant, ReplicationFactor first) {
    return new Factors(tenant.name(), List.of(first));
  }

  static Factors of(int replicas) {
    return new Factors("", List.of(ReplicationFactor.of(replicas)));
  }

  boolean isByRegion() {
    return byRegion;
  }

  Set<ReplicationFactor> ever() {
    return ever;
  }

  /**
   * A node knows placements.
   *
   * @return whether an alteration has come to its end
   */
  boolean learns(Placements placements) {
    Tenant now = byRegion ? placements.tenant(tenant) : null;
    if (now == null || placements.stateVersion() < stateVersion) {
      return false;
    }
    stateVersion = placements.stateVersion();
    Replication replication = now.replication();
    List<ReplicationFactor> all =
        replication.all().stream().filter(ReplicationFactor::isByRegion).toList();
    boolean settles = altered && !replication.isAltered();
    if (settles) {
      possible.clear();
    }
    altered = replication.isAltered();
    possible.addAll(all);
    ever.addAll(all);
    return settles;
  }

  /**
   * Returns a level as its promises are counted for a request to a node in a region. If the region
   * may have no replicas, another one carries out what is asked at a local level, and nothing is
   * promised that ONE does not.
   */
  Level promised(Level asked, String region) {
    Level there = asked.in(region);
    return there instanceof Level.InRegion && !has(region) ? Level.ONE : there;
  }

  /** Whether a region has replicas, and had them ever since an alteration began. */
  boolean has(String region) {
    return possible.stream().allMatch(each -> each.byRegion().containsKey(region));
  }

  /** Whether a region has had replicas at all times. */
  boolean hadAlways(String region) {
    return ever.stream().allMatch(each -> each.byRegion().containsKey(region));
  }

  /** How many replicas at least answer at a level. */
  int least(Level level) {
    return possible.stream().mapToInt(each -> least(level, each)).min().orElse(1);
  }

  private static int least(Level level, ReplicationFactor factor) {
    if (level instanceof Level.InRegion in && factor.isByRegion()) {
      return level.required(factor.byRegion().getOrDefault(in.region(), 1));
    }
    if (level.equals(Level.EACH_QUORUM) && factor.isByRegion()) {
      return factor.byRegion().values().stream().mapToInt(level::required).sum();
    }
    return Math.min(level.required(factor.replicas()), factor.replicas());
  }

  /** Whether a read sees what is held as a write at a level is. */
  boolean meets(Level read, Level write) {
    if (byRegion && altered && read.equals(Level.ALL)) {
      // What replicas that leave alone hold is handed over later.
      return meets(Level.QUORUM, write) || meets(Level.EACH_QUORUM, write);
    }
    return possible.stream().noneMatch(each -> Overlap.mayMiss(read, write, each));
  }

  /** Returns what is known of a version that was acknowledged at a level just now. */
  Level heldAs(Level level) {
    return level instanceof Level.InRegion in && !has(in.region()) ? Level.ONE : level;
  }

  /**
   * Returns the level at which something is held once an alteration is over; null if it may be
   * missed at any. What a region had acknowledged that has no replicas any more is seen everywhere
   * (docs/design/regions.md#r4).
   */
  @Nullable Level afterAlteration(Level level) {
    if (level instanceof Level.InRegion in) {
      boolean isQuorum = in.local() == Level.Named.LOCAL_QUORUM;
      return !isQuorum ? null : has(in.region()) ? level : Level.QUORUM;
    }
    return isOfMajority(level) ? level : null;
  }

  /** Whether what is held so is left when one disk is lost. */
  boolean survivesDisk(Level level) {
    if (!byRegion) {
      return possible.stream()
          .allMatch(
              each -> level.required(each.replicas()) >= Level.QUORUM.required(each.replicas()));
    }
    if (level instanceof Level.InRegion in) {
      return in.local() == Level.Named.LOCAL_QUORUM
          && possible.stream().allMatch(each -> each.byRegion().getOrDefault(in.region(), 0) > 1);
    }
    return isOfMajority(level);
  }

  /** Whether what is held so is left when all replicas of a region are given up. */
  boolean survivesRegion(Level level) {
    return byRegion && isOfMajority(level);
  }

  private static boolean isOfMajority(Level level) {
    return level.equals(Level.QUORUM) || level.equals(Level.EACH_QUORUM) || level.equals(Level.ALL);
  }
}
