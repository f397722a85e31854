package io.quorate.placement;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;

/**
 * How many replicas a tenant has of each key: a number; or while it is altered several, one after
 * the other. Each partition comes to an alteration by itself, in a move; until then it has what it
 * had before. So a tenant may be altered again before all partitions have come through.
 *
 * @param factor of partitions that have come through no alteration
 * @param alterations in the order in which they were asked for
 */
public record Replication(ReplicationFactor factor, List<Alteration> alterations) {

  /**
   * A wish for another number.
   *
   * @param since log index of the command
   */
  public record Alteration(long since, ReplicationFactor factor) {
    /** For replicas on any nodes. */
    public Alteration(long since, int factor) {
      this(since, ReplicationFactor.of(factor));
    }
  }

  /**
   * @throws IllegalArgumentException if the alterations are not in order
   */
  public Replication {
    alterations = List.copyOf(alterations);
    long last = 0;
    for (Alteration each : alterations) {
      if (each.since() <= last) {
        throw new IllegalArgumentException("altered at " + each.since() + " after " + last);
      }
      last = each.since();
    }
  }

  /** Of a tenant whose replicas may be on any nodes. */
  public Replication(int factor, List<Alteration> alterations) {
    this(ReplicationFactor.of(factor), alterations);
  }

  /** The different ones that some tenants have, in the order of these. */
  public static Set<Replication> of(Collection<Tenant> tenants) {
    Set<Replication> different = new LinkedHashSet<>();
    tenants.forEach(tenant -> different.add(tenant.replication()));
    return different;
  }

  /** One that is not being altered. */
  public static Replication of(int factor) {
    return of(ReplicationFactor.of(factor));
  }

  /** One that is not being altered. */
  public static Replication of(ReplicationFactor factor) {
    return new Replication(factor, List.of());
  }

  /** The factor in partitions that have come through the alterations up to a log index. */
  public ReplicationFactor at(long through) {
    ReplicationFactor at = factor;
    for (Alteration each : alterations) {
      if (each.since() > through) {
        break;
      }
      at = each.factor();
    }
    return at;
  }

  /** The factor in the end. */
  public ReplicationFactor goal() {
    return alterations.isEmpty() ? factor : alterations.getLast().factor();
  }

  /** All that it has anywhere, or is to have; the one it began with first. */
  public List<ReplicationFactor> all() {
    List<ReplicationFactor> all = new ArrayList<>();
    all.add(factor);
    alterations.forEach(each -> all.add(each.factor()));
    return all;
  }

  /** Fewest replicas that a key has anywhere, or is to have. */
  public int smallest() {
    return all().stream().mapToInt(ReplicationFactor::replicas).min().orElseThrow();
  }

  /** Whether replicas are counted by region anywhere, or are to be. */
  public boolean isByRegion() {
    return factor.isByRegion()
        || (isAltered() && alterations.stream().anyMatch(each -> each.factor().isByRegion()));
  }

  /** Whether there are replicas in a region, counted by region, anywhere, or are to be. */
  public boolean isIn(String region) {
    return all().stream().anyMatch(each -> each.byRegion().containsKey(region));
  }

  public boolean isAltered() {
    return !alterations.isEmpty();
  }

  /** Returns this with another number in the end. */
  public Replication altered(long since, int next) {
    return altered(since, ReplicationFactor.of(next));
  }

  /** Returns this with another factor in the end. */
  public Replication altered(long since, ReplicationFactor next) {
    List<Alteration> all = new ArrayList<>(alterations);
    all.add(new Alteration(since, next));
    return new Replication(factor, all);
  }

  /**
   * The same without what no partition has any more.
   *
   * @param through how far partitions have come, and those lists that they are leaving
   */
  public Replication settled(SortedSet<Long> through) {
    if (!isAltered()) {
      return this;
    }
    ReplicationFactor first = through.isEmpty() ? goal() : at(through.first());
    ReplicationFactor last = first;
    List<Alteration> left = new ArrayList<>();
    for (int i = 0; i < alterations.size(); i++) {
      Alteration each = alterations.get(i);
      boolean isLast = i == alterations.size() - 1;
      boolean isUsed =
          isLast || !through.subSet(each.since(), alterations.get(i + 1).since()).isEmpty();
      if (isUsed && !each.factor().equals(last)) {
        left.add(each);
        last = each.factor();
      }
    }
    return new Replication(first, left);
  }

  @Override
  public String toString() {
    return isAltered() ? factor + " to " + goal() : factor.toString();
  }
}
