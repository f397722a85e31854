package io.quorate.transport.client;

import io.quorate.cluster.ClusterState;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the updates that streams are sent at present. Each is made once, however many streams go
 * the same way, and few are kept: a stream whose update is dropped before it has read all of it
 * begins with a newer one. So what clients leave unread costs the same memory however many they
 * are. Owned by the lane.
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
   * Returns the update that leads to the newest state. Clients that must be told everything share
   * one, whatever they know.
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
            new Way(known.baseFor(base), known.now().stateVersion()),
            way -> new PlacementPages(known.since(way.base()), pageBytes));
    if (kept.size() > KEPT_MAX) {
      dropOne();
    }
    return pages;
  }

  /**
   * Drops the update that was used least lately, of those of one page if there are any: no stream
   * is in the middle of such a one. Else a stream that reads slowly would never reach the end of a
   * long update while the placement goes on changing.
   */
  private void dropOne() {
    Way dropped = kept.keySet().iterator().next();
    for (Map.Entry<Way, PlacementPages> each : kept.entrySet()) {
      if (each.getValue().isOnePage()) {
        dropped = each.getKey();
        break;
      }
    }
    PlacementPages pages = kept.remove(dropped);
    if (pages != null) {
      pages.drop();
    }
  }

  /**
   * Returns a page of an update that is not dropped. An update counts as used with each of its
   * pages, so that the one that is dropped is the one that has not been read on for longest.
   */
  byte[] page(PlacementPages pages, int number) {
    PlacementPages unused = kept.get(new Way(pages.base(), pages.version()));
    return pages.page(number);
  }

  /** How many updates are kept. */
  int kept() {
    return kept.size();
  }
}
