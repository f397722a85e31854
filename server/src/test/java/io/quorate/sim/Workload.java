package io.quorate.sim;

import io.quorate.placement.Level;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Outcome;
import io.quorate.sim.cluster.Call;
import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.cluster.SimCluster.Ask;
import io.quorate.sim.kernel.SimRandom;
import io.quorate.sim.kernel.SimWorld;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Clients that put, get and delete a few hot keys at any node, one call after another each. A
 * client that hears nothing gives up after its deadline and goes on.
 */
public final class Workload {
  /** Who is refused does not ask again at once: a run is to be more than refusals. */
  private static final long AFTER_REFUSAL_NANOS = 20_000_000;

  private final SimWorld world;
  private final SimCluster cluster;
  private final WorkloadShape shape;
  private boolean stopped;
  private int working;

  public Workload(SimCluster cluster, WorkloadShape shape) {
    this.world = cluster.world();
    this.cluster = cluster;
    this.shape = shape;
  }

  /** Names of the keys worked on. */
  public static List<String> keys(WorkloadShape shape) {
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < shape.keys(); i++) {
      keys.add("k" + i);
    }
    return keys;
  }

  public void start() {
    for (int i = 0; i < shape.clients(); i++) {
      SimRandom random = world.random("client " + i);
      working++;
      world.schedule(random.exponential(shape.thinkNanos()), "client", () -> next(random));
    }
  }

  /** Clients end their calls and make no more. */
  public void stop() {
    stopped = true;
  }

  public boolean isDone() {
    return working == 0;
  }

  private void next(SimRandom random) {
    if (stopped) {
      working--;
      return;
    }
    long timeoutMillis = random.between(shape.timeoutMillis() / 2, shape.timeoutMillis());
    var turn = new Turn(random);
    Ask ask = new Ask(Duration.ofMillis(timeoutMillis), turn::over);
    int node = random.nextInt(cluster.nodes().size());
    String key = random.pick(keys(shape));
    Level level = random.pick(shape.levels());
    int kind = random.nextInt(20);
    if (kind < 9) {
      int bytes = (int) random.between(1, shape.valueBytes());
      turn.call = cluster.put(node, key, bytes, level, ask);
    } else if (kind < 11) {
      turn.call = cluster.delete(node, key, level, ask);
    } else if (kind < 19) {
      turn.call = cluster.get(node, key, level, ask);
    } else {
      cluster.scan(node, "k", level, random.nextInt(3) + 1, ask);
    }
    world.schedule((timeoutMillis + 100) * 1_000_000, "client gives up", turn::over);
  }

  /** One call of a client, and what it does after: exactly once, however the call ends. */
  private final class Turn {
    private final SimRandom random;
    private @Nullable Call call;
    private boolean isOver;

    Turn(SimRandom random) {
      this.random = random;
    }

    void over() {
      if (!isOver) {
        isOver = true;
        long think = Math.max(shape.thinkNanos(), wasRefused() ? AFTER_REFUSAL_NANOS : 0);
        world.schedule(random.exponential(think), "client", () -> next(random));
      }
    }

    private boolean wasRefused() {
      return call != null
          && call.outcome() instanceof Outcome.Failed(Failure failure)
          && !failure.mayHaveApplied();
    }
  }
}
