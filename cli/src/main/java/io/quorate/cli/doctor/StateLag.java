package io.quorate.cli.doctor;

import io.quorate.cli.command.Views;
import io.quorate.client.QuorateClient;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.AsyncCluster;
import io.quorate.client.admin.ClusterStatus;
import io.quorate.client.admin.NodeView;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * How many changes of the cluster each node lacks. While changes are made, each node is behind for
 * a moment: so a node that is behind is asked again, and what it must have by then is what the most
 * advanced node had when all were asked first. What was changed since does not count.
 */
final class StateLag {
  /** From the first answer of a node to its last one: 2 s. */
  private static final int ASKS_MAX = 10;

  private static final Duration PAUSE = Duration.ofMillis(200);

  private StateLag() {}

  /** Asks nodes again. */
  @FunctionalInterface
  interface Again {
    /**
     * Returns the versions of the state that these nodes have; without those that do not answer.
     */
    Map<String, Long> versions(Set<String> ids);
  }

  /** Lets time pass. */
  @FunctionalInterface
  interface Pause {
    void pause(Duration howLong) throws InterruptedException;
  }

  /** Asks the nodes that were behind again, and returns what those lack that still are. */
  static SortedMap<String, Long> of(QuorateClient client, Views seen) throws InterruptedException {
    AsyncCluster cluster = Administration.of(client).asyncCluster();
    return of(
        seen,
        ids -> versions(cluster, seen, ids),
        howLong -> TimeUnit.NANOSECONDS.sleep(howLong.toNanos()));
  }

  static SortedMap<String, Long> of(Views seen, Again again, Pause pause)
      throws InterruptedException {
    long newest = seen.own().values().stream().mapToLong(StateLag::version).max().orElse(0);
    SortedMap<String, Long> missing = new TreeMap<>();
    seen.own().forEach((id, status) -> put(missing, id, newest - version(status)));
    // A node that does not answer again is not waited for again: it stays as it was.
    Set<String> asked = new TreeSet<>(missing.keySet());
    for (int i = 0; i < ASKS_MAX && !asked.isEmpty(); i++) {
      pause.pause(PAUSE);
      Map<String, Long> now = again.versions(Set.copyOf(asked));
      now.forEach((id, version) -> put(missing, id, newest - version));
      asked.removeIf(id -> !now.containsKey(id) || !missing.containsKey(id));
    }
    return Collections.unmodifiableSortedMap(missing);
  }

  private static void put(Map<String, Long> missing, String id, long changes) {
    if (changes > 0) {
      missing.put(id, changes);
    } else {
      missing.remove(id);
    }
  }

  private static long version(ClusterStatus status) {
    return status.report().stateVersion();
  }

  private static Map<String, Long> versions(AsyncCluster cluster, Views seen, Set<String> ids) {
    Map<String, CompletableFuture<ClusterStatus>> asked = new HashMap<>();
    for (NodeView node : seen.first().nodes()) {
      if (ids.contains(node.id())) {
        asked.put(node.id(), cluster.statusOf(node.address()));
      }
    }
    Map<String, Long> versions = new HashMap<>();
    asked.forEach(
        (id, answer) -> {
          try {
            ClusterStatus said = answer.join();
            if (said.answeredBy().equals(id)) {
              versions.put(id, version(said));
            }
          } catch (CompletionException notHeard) {
            // It is left out: what it said before is all that is known.
          }
        });
    return versions;
  }
}
