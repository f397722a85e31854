package io.quorate.cli.command;

import io.quorate.client.FailureCode;
import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.AsyncCluster;
import io.quorate.client.admin.ClusterStatus;
import io.quorate.client.admin.NodeView;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * What the nodes of a cluster see, each for itself. Every member is asked, also one that the first
 * takes for down: that may be true of the network between those two only.
 *
 * @param first of the node that answered first
 * @param own what each node said that could be asked, by its id
 * @param unheard why each other node could not be asked, by its id
 */
public record Views(
    ClusterStatus first, Map<String, ClusterStatus> own, Map<String, Unheard> unheard) {

  /**
   * Why a node could not be asked.
   *
   * @param why for people
   * @param code what exactly happened, as far as the node told
   */
  public record Unheard(String why, FailureCode code) {
    /** One that told nothing. */
    public Unheard(String why) {
      this(why, FailureCode.NONE);
    }

    private static Unheard of(CompletionException failed) {
      if (failed.getCause() instanceof QuorateException told) {
        return new Unheard(String.valueOf(told.getMessage()), told.info().code());
      }
      throw failed;
    }

    @Override
    public String toString() {
      return why;
    }
  }

  public Views {
    own = Collections.unmodifiableMap(new TreeMap<>(own));
    unheard = Collections.unmodifiableMap(new TreeMap<>(unheard));
  }

  /** Asks one node, and then all others that it knows, together. */
  public static Views of(QuorateClient client) {
    ClusterStatus first = Administration.of(client).cluster().status();
    AsyncCluster cluster = Administration.of(client).asyncCluster();
    List<NodeView> others =
        first.nodes().stream().filter(node -> !node.id().equals(first.answeredBy())).toList();
    List<CompletableFuture<ClusterStatus>> asked = new ArrayList<>();
    others.forEach(node -> asked.add(cluster.statusOf(node.address())));
    Map<String, ClusterStatus> own = new TreeMap<>();
    Map<String, Unheard> unheard = new TreeMap<>();
    own.put(first.answeredBy(), first);
    for (int i = 0; i < others.size(); i++) {
      NodeView node = others.get(i);
      try {
        ClusterStatus said = asked.get(i).join();
        if (said.answeredBy().equals(node.id())) {
          own.put(node.id(), said);
        } else {
          unheard.put(
              node.id(),
              new Unheard("at " + node.address() + " answers node " + said.answeredBy()));
        }
      } catch (CompletionException failed) {
        unheard.put(node.id(), Unheard.of(failed));
      }
    }
    return new Views(first, own, unheard);
  }

  /** What every node that was asked sees of one, itself included. */
  public List<NodeView> about(String id) {
    return own.values().stream()
        .flatMap(status -> status.nodes().stream())
        .filter(node -> node.id().equals(id))
        .toList();
  }

  /** Nodes that were asked and hear a member, beside that member itself. */
  public List<String> hearing(String id) {
    return own.entrySet().stream()
        .filter(asked -> !asked.getKey().equals(id) && hears(asked.getValue(), id))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Whether a node hears a member, or is that member. */
  public static boolean hears(ClusterStatus view, String id) {
    return view.answeredBy().equals(id)
        || view.nodes().stream()
            .anyMatch(
                node ->
                    node.id().equals(id)
                        && node.state() != ClusterStatus.State.DOWN
                        && node.state() != ClusterStatus.State.UNKNOWN);
  }
}
