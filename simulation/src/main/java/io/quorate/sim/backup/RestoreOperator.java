package io.quorate.sim.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.cluster.Command;
import io.quorate.metadata.CommandOutcome;
import io.quorate.model.NodeId;
import io.quorate.placement.Placements;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSettings;
import io.quorate.replication.api.BackupPlane.Item;
import io.quorate.sim.backup.RestoreSessions.Pace;
import io.quorate.sim.check.RestoreChecker;
import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.kernel.SimRandom;
import io.quorate.sim.program.LeftOut;
import io.quorate.storage.RecordStore;
import io.quorate.version.Record;
import io.quorate.version.Register;
import io.quorate.version.Version;
import io.quorate.version.WriteId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An operator who restores into one tenant again and again: waits while clients write, deletes what
 * there is, in most rounds, and restores.
 */
final class RestoreOperator {
  private static final long BUSY_NANOS = 300_000_000L;
  private static final int DELETIONS_MAX = 20;
  private static final long REST_NANOS = 50_000_000L;
  private static final Duration READ_MAX = Duration.ofSeconds(4);

  private final RestoreScene scene;
  private final SimRandom random;

  /** Whether nodes come and go. */
  private final boolean changing;

  private final boolean ofRegisters;
  private long rounds;

  /** One that was given up is begun again from the same backup. */
  private long backup = 1;

  /** From that backup, once it had taken the tenant; null if there was none. */
  private @Nullable RestoreAttempt givenUp;

  private boolean stopped;
  private boolean working;
  private boolean last;
  private long restored;

  /** A step that ends well or not. */
  private interface Step {
    void ended(boolean well);
  }

  /**
   * @param changing whether nodes come and go
   * @param settings of the tenant
   */
  RestoreOperator(
      SimCluster cluster,
      String tenant,
      TenantSettings settings,
      boolean ofRegisters,
      boolean atOne,
      boolean changing,
      SimRandom random) {
    boolean byContent =
        cluster.lacks(LeftOut.NEXT_ID_OF_THE_TAKEN)
            || cluster.lacks(LeftOut.NEXT_ID_OF_THE_GIVEN_UP);
    RestoreChecker checker =
        new RestoreChecker(ofRegisters, byContent, new OnDisks(cluster, tenant));
    this.random = random;
    this.changing = changing;
    this.ofRegisters = ofRegisters;
    this.scene =
        new RestoreScene(
            cluster,
            checker,
            new RestoreSessions(cluster, checker, tenant, atOne, random.split("sessions")),
            tenant,
            settings,
            random);
  }

  void start() {
    scene.sessions().start();
    round();
  }

  void stop() {
    stopped = true;
    scene.sessions().stop();
  }

  boolean isDone() {
    return !working && scene.sessions().isDone();
  }

  /** How often a restore has come to its end. */
  long restored() {
    return restored;
  }

  private void later(long nanos, Runnable action) {
    scene.world().schedule(nanos, "restores", action);
  }

  private void round() {
    scene.sessions().pace(Pace.BUSY);
    later(
        random.exponential(BUSY_NANOS),
        () -> {
          if (!stopped) {
            working = true;
            prepare();
          }
        });
  }

  private void prepare() {
    if (random.chance(0.15)) {
      attempt(); // which is refused
      return;
    }
    scene.sessions().pace(Pace.QUIET);
    deleteAll(
        0,
        0,
        all -> {
          if (all) {
            scene.sessions().pace(random.chance(0.2) ? Pace.SELDOM : Pace.QUIET);
            attempt();
          } else {
            over();
          }
        });
  }

  /** One more restore, with nothing in its way. */
  void oneMore() {
    last = true;
    working = true;
    giveUpWhatIsLeft();
  }

  /** Restores that were asked for in vain may have closed the tenant since. */
  private void giveUpWhatIsLeft() {
    scene.decide(
        new Command.GiveUpRestore(scene.tenant(), 0),
        (outcome, state) -> {
          if (outcome instanceof CommandOutcome.Accepted) {
            scene.count("given up in the end");
          }
          deleteAll(
              0,
              0,
              all -> {
                if (all) {
                  attempt();
                } else {
                  over();
                }
              });
        });
  }

  private void deleteAll(int key, int attempts, Step step) {
    if (key == RestoreSessions.KEYS.size()) {
      step.ended(true);
    } else if (attempts == DELETIONS_MAX || (stopped && !last)) {
      step.ended(false);
    } else {
      scene
          .sessions()
          .delete(
              scene.anyNode(),
              RestoreSessions.KEYS.get(key),
              done -> {
                if (done) {
                  deleteAll(key + 1, 0, step);
                } else {
                  later(REST_NANOS, () -> deleteAll(key, attempts + 1, step));
                }
              });
    }
  }

  private void attempt() {
    rounds++;
    new RestoreAttempt(
            scene,
            backup,
            items(),
            last,
            givenUp,
            new RestoreAttempt.Ends() {
              @Override
              public void restored(int id) {
                backup++;
                givenUp = null;
                later(1, () -> readAll(id)); // what was restored is acknowledged before
              }

              @Override
              public void givenUp(RestoreAttempt attempt) {
                givenUp = attempt.hasTaken() ? attempt : givenUp;
                over();
              }
            })
        .begin();
  }

  /** A backup of some of the keys, of another cluster. */
  private List<Item> items() {
    List<Item> items = new ArrayList<>();
    long hlc = rounds;
    Version version = new Version(0, hlc, new NodeId(1), 1);
    for (String key : RestoreSessions.KEYS.subList(0, 8)) {
      byte[] value = "%s#%d of %s".formatted(key, rounds, scene.tenant()).getBytes(UTF_8);
      Record record =
          ofRegisters
              ? new Register(hlc, 0, new WriteId(hlc, 1, 1), List.of(), value).toRecord(version)
              : Record.value(version, 0, 0, value);
      items.add(new Item(key.getBytes(UTF_8), record));
    }
    return items;
  }

  private void readAll(int id) {
    scene.sessions().pace(random.pick(List.of(Pace.QUIET, Pace.SELDOM, Pace.BUSY)));
    long begunNanos = scene.world().nowNanos();
    BackupReading.begin(
        scene.cluster(),
        random,
        List.of(scene.tenant()),
        0,
        READ_MAX,
        new BackupReading.Ends() {
          @Override
          public void read(List<BackupReading.Found> items) {
            Tenant now = scene.newest();
            if (now != null && now.id() == id) {
              scene
                  .checker()
                  .checkRead(
                      id, begunNanos, items.stream().map(BackupReading.Found::shown).toList());
              scene.count(changing ? "read while nodes come and go" : "read");
              restored++;
            }
            over();
          }

          @Override
          public void failed(String why) {
            scene.count("not read");
            over();
          }
        });
  }

  private void over() {
    Tenant now = scene.newest();
    if (now != null) {
      scene.checker().checkGone(now.id());
    }
    working = false;
    if (!stopped) {
      round();
    }
  }

  /** Nothing happens any more: nothing is left of before. */
  void checkAtRest() {
    for (SimNode node : scene.cluster().present()) {
      Placements known = node.placements();
      @Nullable Tenant now = known == null ? null : known.tenant(scene.tenant());
      if (known == null || now == null) {
        continue;
      }
      scene.checker().checkGone(now.id());
      for (int partition = 0; partition < known.partitions().size(); partition++) {
        for (RecordStore.Entry entry : node.disk().durableRecords(partition)) {
          if (entry.key().tenant() == now.id()) {
            scene.checker().checkAtRest(now.id(), node.name(), entry.key(), entry.record());
          }
        }
      }
    }
  }
}
