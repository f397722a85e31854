package io.quorate.sim.workload;

import io.quorate.model.NodeId;
import io.quorate.replication.coordinator.Coordinator;
import io.quorate.replication.hint.Hints;
import io.quorate.replication.hint.LettersCallback;
import io.quorate.replication.repair.RepairRun;
import io.quorate.replication.repair.RepairScope;
import io.quorate.sim.check.PromiseBroken;
import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.cluster.SimNode;
import io.quorate.storage.HintStore;
import io.quorate.storage.RecordStore.PutCallback;
import io.quorate.storage.StorageFault;
import io.quorate.storage.memory.MemoryDisk;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Operators look at hints and have replicas compared, at any node. When an operator that waited is
 * answered that the hints are gone, they are.
 */
final class Operators implements Workload {
  private static final long TURN_NANOS = 300_000_000;
  private static final long LOOK_EVERY_NANOS = 20_000_000;
  private static final int LOOKS_MAX = 150;

  /** Used where no answer is needed. */
  private static final PutCallback NOBODY =
      new PutCallback() {
        @Override
        public void stored() {}

        @Override
        public void failed(StorageFault fault) {}
      };

  @Override
  public void turn(Client client, Runnable done) {
    SimNode node = client.node(client.anyNode());
    int kind = client.random().nextInt(10);
    if (kind == 3 || kind == 4) {
      client.nodes().forEach(each -> decideAboutLetters(client, each, kind == 3));
      client.later(client.random().between(1, TURN_NANOS), done);
      return;
    }
    node.onCoordinator(
        coordinator -> {
          switch (kind) {
            case 0 -> pause(client, coordinator.hints());
            case 1, 2 -> {
              client.counts("hints resumed");
              coordinator.hints().resume(null, NOBODY);
            }
            case 5, 6 -> repair(client, node, coordinator);
            default -> new Waiting(client, node, coordinator.hints()).look();
          }
        });
    client.later(client.random().between(1, TURN_NANOS), done);
  }

  private static LettersCallback decided(Client client, String what) {
    return new LettersCallback() {
      @Override
      public void settled(int letters) {
        client.counts((letters > 0 ? "dead letters " : "no dead letters ") + what);
      }

      @Override
      public void failed(StorageFault fault) {
        client.counts("dead letters not " + what);
      }
    };
  }

  /** Operators decide about the dead letters of all nodes. */
  private static void decideAboutLetters(Client client, SimNode node, boolean replay) {
    node.onCoordinator(
        coordinator -> {
          Hints hints = coordinator.hints();
          if (replay) {
            hints.replayDeadLetters(null, null, decided(client, "replayed"));
          } else {
            hints.dropDeadLetters(null, null, false, decided(client, "dropped"));
          }
        });
  }

  private static void pause(Client client, Hints hints) {
    NodeId target = client.random().chance(0.5) ? null : client.node(client.anyNode()).knownId();
    client.counts(target == null ? "hints paused" : "hints for one node paused");
    hints.pause(target, NOBODY);
  }

  private static void repair(Client client, SimNode node, Coordinator coordinator) {
    TreeSet<Integer> partitions = new TreeSet<>();
    if (client.random().chance(0.5)) {
      partitions.add(client.random().nextInt(SimCluster.PARTITIONS));
    }
    RepairRun run =
        coordinator
            .antiEntropy()
            .repair(
                new RepairScope(partitions, null, null),
                progress -> {
                  if (progress.over()) {
                    client.counts(
                        progress.failed().isEmpty()
                            ? "repair found all equal"
                            : "repair gave something up");
                  }
                });
    if (client.random().chance(0.3)) {
      client.later(
          client.random().between(1, TURN_NANOS),
          () ->
              node.onCoordinator(
                  same -> {
                    client.counts("repair called off");
                    run.cancel();
                  }));
    }
  }

  /** An operator that waits until the hints of one moment are gone. */
  private static final class Waiting {
    /** Until what was taken away is off a slow disk, too. */
    private static final long SETTLED_NANOS = 1_500_000_000;

    private final Client client;
    private final SimNode node;
    private final MemoryDisk disk;
    private final SimNode.Trouble before;
    private final long marker;
    private final List<HintStore.Kept> awaited = new ArrayList<>();
    private int looks;

    Waiting(Client client, SimNode node, Hints hints) {
      this.client = client;
      this.node = node;
      this.disk = node.disk();
      this.before = node.trouble();
      // A disk that refuses writes may keep the hint of a delivered record, which is then sent
      // again.
      if (before.refusals() == 0) {
        for (Hints.Standing standing : hints.standings()) {
          awaited.addAll(disk.durableHints(standing.target()));
        }
      }
      this.marker = hints.setMarker();
    }

    void look() {
      node.onCoordinator(coordinator -> look(coordinator.hints()));
      if (++looks < LOOKS_MAX) {
        client.later(LOOK_EVERY_NANOS, this::look);
      }
    }

    private void look(Hints hints) {
      long left = hints.standings(marker).stream().mapToLong(Hints.Standing::beforeMarker).sum();
      if (left == 0 && looks < LOOKS_MAX) {
        looks = LOOKS_MAX;
        client.counts(awaited.isEmpty() ? "waited for no hints" : "waited for hints");
        client.later(SETTLED_NANOS, this::check);
      }
    }

    private void check() {
      if (!before.equals(node.trouble())) {
        return; // what was taken away may be there again
      }
      for (HintStore.Kept kept : awaited) {
        if (disk.durableHints(kept.hint().target()).contains(kept)) {
          throw new PromiseBroken(
              "hints waited for",
              "%s says that its hints are gone, and has %s".formatted(node.name(), kept));
        }
      }
    }
  }
}
