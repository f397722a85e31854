package io.quorate.sim.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.placement.Level;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.sim.cluster.Call;
import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.cluster.SimCluster.Ask;
import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.kernel.SimRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Clients that write and read all the time, each its own keys and one call after the other, at
 * nodes that say that they are ready. They remember what was acknowledged last.
 */
final class SteadyClients {
  private static final int CLIENTS = 6;
  private static final int VALUE_BYTES = 16;
  private static final Duration TIMEOUT = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final long PAUSE_NANOS = 4_000_000L;

  private final SimCluster cluster;
  private final SimRandom random;
  private final int keys;

  /** The value of each key that was acknowledged last; absent where that is not known. */
  private final Map<String, byte[]> acknowledged = new TreeMap<>();

  private final List<String> errors = new ArrayList<>();
  private List<SimNode> asked;
  private long succeeded;
  private int busy;
  private boolean stopped;

  SteadyClients(SimCluster cluster, int keys) {
    this.cluster = cluster;
    this.random = cluster.world().random("steady clients");
    this.keys = keys;
    this.asked = cluster.nodes();
  }

  /** Each key is there. */
  void fill() {
    for (int key = 0; key < keys; key++) {
      Call call = put(0, "k" + key);
      assertThat(cluster.world().runUntil(call::hasEnded, PATIENCE)).isTrue();
      ended(cluster.node(0), "k" + key, call);
    }
    assertThat(errors).isEmpty();
  }

  void start() {
    for (int client = 0; client < CLIENTS; client++) {
      next(client);
    }
  }

  /** From now on they ask these nodes only. */
  void ask(List<SimNode> nodes) {
    asked = nodes;
  }

  /** Whether the clients ask no more, and all their calls have ended. */
  void stop() {
    stopped = true;
    assertThat(cluster.world().runUntil(() -> busy == 0, PATIENCE)).isTrue();
  }

  long succeeded() {
    return succeeded;
  }

  /** What was answered to calls that failed. */
  List<String> errors() {
    return errors;
  }

  /** Each key holds what was acknowledged last, whichever node is asked. */
  void readBack() {
    int turn = 0;
    for (Map.Entry<String, byte[]> each : acknowledged.entrySet()) {
      List<SimNode> present = cluster.present();
      int node = cluster.nodes().indexOf(present.get(turn++ % present.size()));
      Call call = cluster.get(node, each.getKey(), Level.QUORUM, Ask.within(TIMEOUT));
      assertThat(cluster.world().runUntil(call::hasEnded, PATIENCE)).isTrue();
      assertThat(valueOf(call.outcome())).as(each.getKey()).isEqualTo(each.getValue());
    }
  }

  private static byte @Nullable [] valueOf(@Nullable Outcome outcome) {
    return outcome instanceof Outcome.Read read && read.live() != null
        ? read.live().copyValue()
        : null;
  }

  private void next(int client) {
    cluster
        .world()
        .schedule(
            random.between(1, PAUSE_NANOS),
            "client " + client,
            () -> {
              if (!stopped) {
                act(client);
              }
            });
  }

  private void act(int client) {
    List<SimNode> ready = asked.stream().filter(SimNode::isReady).toList();
    if (ready.isEmpty()) {
      next(client);
      return;
    }
    int node = cluster.nodes().indexOf(random.pick(ready));
    int key = client + CLIENTS * random.nextInt((keys - client + CLIENTS - 1) / CLIENTS);
    var turn = new Turn(client, cluster.node(node), "k" + key);
    busy++;
    turn.call = random.chance(0.6) ? put(node, turn.key, turn) : get(node, turn.key, turn);
  }

  private Call put(int node, String key) {
    return put(node, key, () -> {});
  }

  private Call put(int node, String key, Runnable onEnd) {
    return cluster.put(node, key, VALUE_BYTES, Level.QUORUM, new Ask(TIMEOUT, onEnd));
  }

  private Call get(int node, String key, Runnable onEnd) {
    return cluster.get(node, key, Level.QUORUM, new Ask(TIMEOUT, onEnd));
  }

  private void ended(SimNode node, String key, Call call) {
    switch (call.outcome()) {
      case Outcome.Written written -> {
        succeeded++;
        acknowledged.put(key, ((Operation.Put) call.operation()).value());
      }
      case Outcome.Read read -> {
        succeeded++;
        byte[] known = acknowledged.get(key);
        if (known != null) {
          assertThat(valueOf(read)).as(key).isEqualTo(known);
        }
      }
      case null, default -> {
        long millis = cluster.world().nowNanos() / 1_000_000;
        errors.add(
            "%s, after %d ms, at %s: %s".formatted(key, millis, node.name(), call.outcome()));
        if (call.operation() instanceof Operation.Put) {
          acknowledged.remove(key); // it may have been written, or may be yet
        }
      }
    }
  }

  /** One call of one client. */
  private final class Turn implements Runnable {
    final int client;
    final SimNode node;
    final String key;
    @Nullable Call call;

    Turn(int client, SimNode node, String key) {
      this.client = client;
      this.node = node;
      this.key = key;
    }

    /** The end is reported in a later event: a call may end before it is known here. */
    @Override
    public void run() {
      cluster.world().schedule(0, "client " + client, this::heard);
    }

    private void heard() {
      busy--;
      if (call != null) {
        ended(node, key, call);
      }
      next(client);
    }
  }
}
