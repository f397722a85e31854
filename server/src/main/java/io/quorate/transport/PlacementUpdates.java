package io.quorate.transport;

import io.quorate.cluster.ClusterState;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The updates that streams are sent at present. Each is made once, however many streams go the same
 * way, and few are kept: a stream whose update is dropped before it has read all of it begins with
 * a newer one. So what clients leave unread costs the same memory however many they are. Owned by
 * the lane.
 */
final class PlacementUpdates {
  /** Each may hold all partitions: a megabyte of pages, and as much of an old state. */
  static final int KEPT_MAX = 8;

  /** From which version to which. */
  private record Way(long base, long version) {}

  /** Those used least lately come first. */
  private final Map<Way, PlacementPages> kept = new LinkedHashMap<>(16, 0.75f, true);

  private final int pageBytes;
  private @Nullable PlacementChanges changes;

  PlacementUpdates() {
    this(PlacementPages.PAGE_BYTES);
  }

  PlacementUpdates(int pageBytes) {
    this.pageBytes = pageBytes;
  }

  /** Notes the newest state of the cluster, which may be the one that was noted last. */
  void follow(ClusterState next) {
    ClusterState known = now();
    if (known != null
        && known.stateVersion() == next.stateVersion()
        && known.clusterId().equals(next.clusterId())) {
      return;
    }
    if (changes != null && changes.canFollow(next)) {
      changes.follow(next);
    } else {
      changes = new PlacementChanges(next);
      kept.values().forEach(PlacementPages::drop);
      kept.clear();
    }
  }

  /** The newest state; null before there is any. */
  @Nullable ClusterState now() {
    return changes == null ? null : changes.now();
  }

  /**
   * The update that leads to the newest state.
   *
   * @param base the version that the client has; 0 if it has none
   * @return null if the client knows all
   */
  @Nullable PlacementPages since(long base) {
    PlacementChanges known = changes;
    if (known == null || base >= known.now().stateVersion()) {
      return null;
    }
    PlacementPages pages =
        kept.computeIfAbsent(
            new Way(base, known.now().stateVersion()),
            way -> new PlacementPages(known.since(way.base()), pageBytes));
    if (kept.size() > KEPT_MAX) {
      Iterator<PlacementPages> oldest = kept.values().iterator();
      oldest.next().drop();
      oldest.remove();
    }
    return pages;
  }

  /** How many updates are kept. */
  int kept() {
    return kept.size();
  }
}
