package io.quorate.transport.client;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Member;
import io.quorate.model.NodeId;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Tenant;
import io.quorate.transport.codec.admin.AdminCodec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;

/**
 * Remembers which version of the cluster's state last changed each part of the placement. That is
 * enough to tell what has changed since any version that this process has seen or skipped, and no
 * older state is kept. Owned by the lane.
 */
final class PlacementChanges {
  /** Past this the oldest are forgotten, and callers that know an older version get all. */
  private static final int REMOVED_MAX = 1024;

  private ClusterState now;

  /** What changed before this version is not known. */
  private long horizon;

  /** By partition: the version that last changed its epoch, and its preference list. */
  private final long[] epochChanged;

  private final long[] listChanged;

  /** The version in which each node or tenant last changed, and those in which some were gone. */
  private final Named<NodeId> nodes = new Named<>();

  private final Named<String> tenants = new Named<>();

  PlacementChanges(ClusterState first) {
    now = first;
    horizon = first.stateVersion();
    epochChanged = new long[first.partitions().size()];
    listChanged = new long[first.partitions().size()];
  }

  ClusterState now() {
    return now;
  }

  /**
   * Returns whether a state is a later one of the same history.
   *
   * <p>A recovery of the metadata group begins another history: it goes on from what one survivor
   * knew. A client may know later states than the survivor, of other nodes. What these had changed
   * is no difference between two states that this node has seen, so the client would keep it.
   */
  boolean canFollow(ClusterState next) {
    return next.clusterId().equals(now.clusterId())
        && next.partitions().size() == now.partitions().size()
        && next.recoveries().equals(now.recoveries())
        && next.stateVersion() >= now.stateVersion();
  }

  /** Notes what a later state of the same history has changed. */
  void follow(ClusterState next) {
    long version = next.stateVersion();
    followPartitions(next.partitions(), version);
    nodes.follow(now.members(), next.members(), PlacementChanges::looksTheSame, version);
    tenants.follow(now.tenants(), next.tenants(), Tenant::equals, version);
    horizon = Math.max(horizon, Math.max(nodes.forgotten(), tenants.forgotten()));
    now = next;
  }

  /** A state shares with the one before what it does not change, often all partitions. */
  @SuppressWarnings("ReferenceEquality")
  private void followPartitions(List<PartitionPlacement> after, long version) {
    List<PartitionPlacement> before = now.partitions();
    if (before == after) {
      return;
    }
    for (int i = 0; i < epochChanged.length; i++) {
      PartitionPlacement was = before.get(i);
      PartitionPlacement is = after.get(i);
      if (was != is && !was.equals(is)) {
        noteChange(i, was, is, version);
      }
    }
  }

  private void noteChange(
      int partition, PartitionPlacement was, PartitionPlacement is, long version) {
    if (!AdminCodec.readFirst(was).equals(AdminCodec.readFirst(is))) {
      listChanged[partition] = version;
      epochChanged[partition] = version;
    } else if (was.epoch() != is.epoch()) {
      epochChanged[partition] = version;
    }
  }

  private static boolean looksTheSame(Member one, Member other) {
    return one.addressForClients().equals(other.addressForClients())
        && one.region().equals(other.region())
        && one.zone().equals(other.zone())
        && one.name().equals(other.name());
  }

  /**
   * Returns the version that a delta for a client builds on: the one that the client has, or 0 if
   * what has changed since is not known here, so that the client must be told everything.
   */
  long baseFor(long known) {
    return known < horizon ? 0 : known;
  }

  /**
   * Returns what leads to the newest state.
   *
   * @param base see {@link #baseFor}
   */
  PlacementDelta since(long base) {
    if (base == 0) {
      return new PlacementDelta(
          0,
          now,
          List.copyOf(now.members().values()),
          List.of(),
          IntStream.range(0, epochChanged.length).toArray(),
          List.copyOf(now.tenants().values()),
          List.of());
    }
    int[] changed = new int[16];
    int count = 0;
    for (int i = 0; i < epochChanged.length; i++) {
      if (epochChanged[i] > base) {
        if (count == changed.length) {
          changed = Arrays.copyOf(changed, 2 * count);
        }
        changed[count++] = listChanged[i] > base ? i : ~i;
      }
    }
    return new PlacementDelta(
        base,
        now,
        nodes.changedSince(base, now.members()),
        nodes.goneSince(base).stream().map(NodeId::value).toList(),
        Arrays.copyOf(changed, count),
        tenants.changedSince(base, now.tenants()),
        tenants.goneSince(base));
  }

  /** Versions of things that have a name, and come and go. */
  private static final class Named<K extends Comparable<K>> {
    private final SortedMap<K, Long> changed = new TreeMap<>();
    private final SortedMap<K, Long> gone = new TreeMap<>();
    private long forgotten;

    <V> void follow(
        SortedMap<K, V> before, SortedMap<K, V> after, BiPredicate<V, V> same, long version) {
      after.forEach(
          (name, is) -> {
            V was = before.get(name);
            if (was == null || !same.test(was, is)) {
              changed.put(name, version);
              gone.remove(name);
            }
          });
      for (K name : before.keySet()) {
        if (!after.containsKey(name)) {
          changed.remove(name);
          gone.put(name, version);
        }
      }
      while (gone.size() > REMOVED_MAX) {
        forgetOldest();
      }
    }

    private void forgetOldest() {
      long oldest = gone.values().stream().mapToLong(Long::longValue).min().orElse(0);
      for (Iterator<Map.Entry<K, Long>> each = gone.entrySet().iterator(); each.hasNext(); ) {
        if (each.next().getValue() == oldest) {
          each.remove();
        }
      }
      forgotten = oldest;
    }

    /** Up to this version it is not known what is gone. */
    long forgotten() {
      return forgotten;
    }

    <V> List<V> changedSince(long base, SortedMap<K, V> now) {
      List<V> since = new ArrayList<>();
      changed.forEach(
          (name, version) -> {
            V value = now.get(name);
            if (version > base && value != null) {
              since.add(value);
            }
          });
      return since;
    }

    List<K> goneSince(long base) {
      List<K> since = new ArrayList<>();
      gone.forEach(
          (name, version) -> {
            if (version > base) {
              since.add(name);
            }
          });
      return since;
    }
  }
}
