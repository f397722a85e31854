package io.quorate.sim.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.admin.ClusterAdmin;
import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command;
import io.quorate.metadata.CommandOutcome;
import io.quorate.placement.ReplicationFactor;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.placement.TenantSettings;
import io.quorate.replication.api.BackupPlane;
import io.quorate.replication.api.BackupPlane.Item;
import io.quorate.replication.api.Failure;
import io.quorate.replication.coordinator.Coordinator;
import io.quorate.runtime.Lane;
import io.quorate.sim.check.PromiseBroken;
import io.quorate.sim.check.RestoreChecker.Write;
import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.kernel.SimRandom;
import io.quorate.sim.program.LeftOut;
import io.quorate.transport.admin.BegunRestores;
import io.quorate.version.Record;
import io.quorate.version.Restated;
import io.quorate.version.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One restore into a tenant that exists, as {@code quorate restore} does it: any node is asked for
 * each step, and again or another one if it does not answer. In some the operator loses patience at
 * any step and gives the restore up, or the node dies that was asked.
 */
final class RestoreAttempt {
  private static final int BEGINNINGS_MAX = 3;
  private static final int BATCH = 3;
  private static final int STORES_MAX = 40;
  private static final long REST_NANOS = 100_000_000;
  private static final long LOOK_NANOS = 1_000_000;
  private static final int LATE_WRITES_MAX = 4;

  /** Of the next restore, when another process comes to the end of the one that was given up. */
  private static final long LATE_END_NANOS_MAX = 5_000_000;

  /** Until a node that was killed is started again, at most. */
  private static final long DOWN_NANOS_MAX = 800_000_000;

  private final RestoreScene scene;
  private final SimRandom random;

  /** By which the cluster tells restores apart. */
  private final long backup;

  private final List<Item> items;

  /** Whether the operator goes on to the end, and no node is killed for it. */
  private final boolean patient;

  /** From the same backup, and given up; null if there is none. */
  private final @Nullable RestoreAttempt before;

  private final Ends ends;
  private final Map<String, Write> brought = new HashMap<>();
  private boolean over;
  private boolean ended;
  private int beginnings;
  private int lateWrites;
  private boolean asking;
  private int id;
  private long hlc;
  private int stored;
  private int stores;

  /** Told once how it ended. */
  interface Ends {
    /** All is restored, and the tenant is open. */
    void restored(int id);

    /** It was given up, one way or the other, and the tenant was open. */
    void givenUp(RestoreAttempt attempt);
  }

  /**
   * @param items of the backup
   * @param patient whether the operator goes on to the end, and no node is killed for it
   * @param before from the same backup, and given up; null if there is none
   */
  RestoreAttempt(
      RestoreScene scene,
      long backup,
      List<Item> items,
      boolean patient,
      @Nullable RestoreAttempt before,
      Ends ends) {
    this.before = before;
    this.scene = scene;
    this.random = scene.random();
    this.backup = backup;
    this.items = items;
    this.patient = patient;
    this.ends = ends;
  }

  /** Whether it has come so far that it could store. */
  boolean hasTaken() {
    return id != 0;
  }

  void begin() {
    if (!patient && random.chance(0.15)) {
      later(random.between(0, 250_000_000), () -> giveUp("at any time"));
    }
    ask();
  }

  private void later(long nanos, Runnable action) {
    scene.world().schedule(nanos, "restores", action);
  }

  private void ask() {
    if (over) {
      return;
    }
    beginnings++;
    asking = true;
    SimNode node = scene.anyNode();
    Duration patience = Duration.ofSeconds(random.pick(List.of(1L, 3L)));
    OneAnswer one = new OneAnswer();
    later(
        patience.toNanos() * 5 / 4,
        () -> {
          if (one.isFirst()) {
            scene.count("not answered when it was begun");
            notBegun();
          }
        });
    if (!patient && random.chance(0.2)) {
      later(random.between(0, 150_000_000), () -> kill(node));
    }
    lookForLateNodes();
    node.onOperator(
        (lane, admin, coordinator) -> {
          long deadlineNanos = node.clock().nanos() + patience.toNanos();
          admin.confirm(
              deadlineNanos,
              confirmed -> begin(node, lane, admin, coordinator, confirmed, deadlineNanos, one));
        });
  }

  private void begin(
      SimNode node,
      Lane lane,
      ClusterAdmin admin,
      Coordinator coordinator,
      boolean confirmed,
      long deadlineNanos,
      OneAnswer one) {
    ClusterState state = admin.state();
    long time = admin.hybridTime();
    if (!confirmed || state == null || time == 0) {
      if (one.isFirst()) {
        later(REST_NANOS, this::notBegun);
      }
      return;
    }
    BegunRestores.begin(
        admin,
        looking(coordinator.backups()),
        lane,
        node.clock(),
        state,
        new Command.CloseForRestore(
            scene.tenant(),
            ReplicationFactor.UNSAID,
            TenantSettings.NONE
                .with(TenantSetting.RESTORING, time)
                .with(TenantSetting.RESTORED_FROM, backup)),
        deadlineNanos,
        tenant -> {
          if (one.isFirst()) {
            later(0, () -> taken(tenant));
          }
        },
        failure -> {
          checkOpenedAgain(admin, time, failure);
          if (one.isFirst()) {
            later(REST_NANOS, () -> refused(failure));
          }
        });
  }

  /** With a rule left out, what is seen before the tenant is closed is enough. */
  private BackupPlane looking(BackupPlane real) {
    if (!scene.cluster().lacks(LeftOut.LOOK_AFTER_CLOSING)) {
      return real;
    }
    return new BackupPlane() {
      @Override
      public void look(
          Tenant tenant, int partition, long epoch, long deadlineNanos, LookCallback callback) {
        if (tenant.isUnseenByRestore()) {
          callback.empty();
        } else {
          real.look(tenant, partition, epoch, deadlineNanos, callback);
        }
      }

      @Override
      public void read(Tenant tenant, Part part, long deadlineNanos, PageCallback callback) {
        real.read(tenant, part, deadlineNanos, callback);
      }

      @Override
      public void store(
          Tenant tenant, List<Item> items, long deadlineNanos, StoreCallback callback) {
        real.store(tenant, items, deadlineNanos, callback);
      }
    };
  }

  /** What is refused leaves the tenant open, or says that it does not. */
  private void checkOpenedAgain(ClusterAdmin admin, long time, Failure failure) {
    ClusterState state = admin.state();
    Tenant now = state == null ? null : state.tenants().get(scene.tenant());
    if (now != null
        && now.isUnseenByRestore()
        && now.get(TenantSetting.RESTORING) == time
        && !failure.message().contains("could not be opened again")) {
      throw new PromiseBroken(
          "restores", "the restore was refused, and has left %s: %s".formatted(now, failure));
    }
  }

  /** Clients that ask a node that has not heard of the closing are not refused by it. */
  private void lookForLateNodes() {
    if (over || !asking || lateWrites == LATE_WRITES_MAX) {
      return;
    }
    Tenant newest = scene.newest();
    if (newest != null && newest.isUnseenByRestore()) {
      for (SimNode node : scene.cluster().nodes()) {
        var known = node.placements();
        Tenant late = known == null || !node.isUp() ? null : known.tenant(scene.tenant());
        if (late != null
            && !late.isBeingRestored()
            && lateWrites < LATE_WRITES_MAX
            && random.chance(0.2)) {
          lateWrites++;
          scene.count("written where the closing was not heard of");
          scene.sessions().writeAt(node);
        }
      }
    }
    later(LOOK_NANOS, this::lookForLateNodes);
  }

  private void kill(SimNode node) {
    if (!over && asking && node.isUp() && node.isPresent()) {
      Tenant newest = scene.newest();
      scene.count(
          newest != null && newest.isUnseenByRestore()
              ? "node killed while it looked"
              : "node killed");
      node.crash();
      later(
          random.between(DOWN_NANOS_MAX / 8, DOWN_NANOS_MAX),
          () -> {
            if (!node.isUp()) {
              node.start();
            }
          });
    }
  }

  private void refused(Failure failure) {
    if (failure.message().contains("holds keys")) {
      RestoreSessions.KEYS.stream()
          .filter(key -> failure.message().contains("'" + key + "'"))
          .forEach(scene.checker()::found);
      scene.count("refused, for there are keys");
    } else {
      scene.count("not begun: " + failure.reason());
      scene.world().note("restores", failure::message);
    }
    notBegun();
  }

  private void notBegun() {
    asking = false;
    if (over) {
      return;
    }
    if (beginnings < BEGINNINGS_MAX && (patient || random.chance(0.5))) {
      later(REST_NANOS, this::ask);
    } else {
      giveUp("before it was begun");
    }
  }

  private void taken(Tenant tenant) {
    asking = false;
    if (over) {
      return;
    }
    scene.count(patient ? "begun when all is well" : "begun");
    if (before != null && random.chance(0.7)) {
      later(random.between(0, LATE_END_NANOS_MAX), before::endLate);
    }
    id = tenant.id();
    hlc = tenant.get(TenantSetting.RESTORING);
    scene.checker().taken(id);
    for (Item item : items) {
      String key = new String(item.key(), UTF_8);
      String value = new String(shown(item.record()).copyValue(), UTF_8);
      brought.put(key, scene.checker().brings(id, key, value, scene.world().nowNanos()));
    }
    storeNext();
  }

  private static Record shown(Record record) {
    return record.isOfRegister()
        ? Objects.requireNonNull(io.quorate.version.Register.shown(record))
        : record;
  }

  private void storeNext() {
    if (over) {
      return;
    }
    boolean early = stored > 0 && scene.cluster().lacks(LeftOut.ALL_STORED_BEFORE_OPENING);
    if (stored >= items.size() || early) {
      finish();
      return;
    }
    if (++stores > STORES_MAX) {
      giveUp("as it did not go on");
      return;
    }
    if (!patient && random.chance(0.08)) {
      giveUp("while it stored");
      return;
    }
    List<Item> batch = items.subList(stored, Math.min(items.size(), stored + BATCH));
    OneAnswer one = new OneAnswer();
    later(RestoreScene.ANSWER_MAX.toNanos() * 3 / 2, () -> answered(one, batch, false));
    SimNode node = scene.anyNode();
    node.onOperator(
        (lane, admin, coordinator) -> {
          long deadlineNanos = node.clock().nanos() + RestoreScene.ANSWER_MAX.toNanos();
          Tenant known = tenant(admin);
          if (known != null && isTaken(known)) {
            store(coordinator, known, batch, deadlineNanos, one);
          } else {
            admin.confirm(
                deadlineNanos,
                confirmed -> {
                  Tenant now = tenant(admin);
                  if (now != null && isTaken(now)) {
                    store(coordinator, now, batch, deadlineNanos, one);
                  } else if (confirmed && one.isFirst()) {
                    later(0, () -> giveUp("as it is another one by now"));
                  }
                });
          }
        });
  }

  private @Nullable Tenant tenant(ClusterAdmin admin) {
    ClusterState state = admin.state();
    return state == null ? null : state.tenants().get(scene.tenant());
  }

  private boolean isTaken(Tenant tenant) {
    return isBeingFilled(tenant) && tenant.id() == id;
  }

  private static boolean isBeingFilled(Tenant tenant) {
    return tenant.isBeingRestored() && !tenant.isUnseenByRestore();
  }

  private void store(
      Coordinator coordinator, Tenant known, List<Item> batch, long deadlineNanos, OneAnswer one) {
    List<Item> restated = new ArrayList<>();
    for (Item item : batch) {
      restated.add(new Item(item.key(), Objects.requireNonNull(Restated.at(hlc, item.record()))));
    }
    coordinator
        .backups()
        .store(
            known,
            restated,
            deadlineNanos,
            new BackupPlane.StoreCallback() {
              @Override
              public void stored() {
                later(0, () -> answered(one, batch, true));
              }

              @Override
              public void failed(Failure failure) {
                later(REST_NANOS, () -> answered(one, batch, false));
              }
            });
  }

  private void answered(OneAnswer one, List<Item> batch, boolean all) {
    if (one.isFirst()) {
      if (all) {
        stored += batch.size();
      }
      storeNext();
    }
  }

  private void finish() {
    if (!patient && random.chance(0.1)) {
      later(random.between(0, 30_000_000), () -> giveUp("at its end"));
    }
    scene.decide(
        end(),
        (outcome, state) -> {
          if (!over) {
            over = true;
            settle(state, "as it is another one at its end");
          }
        });
  }

  private Command end() {
    return new Command.FinishRestore(
        scene.tenant(), id, ReplicationFactor.UNSAID, TenantSettings.NONE);
  }

  /**
   * Another process than the one that gave it up went on, and comes to the end of it while the next
   * one goes on.
   */
  private void endLate() {
    scene.decide(
        end(),
        (outcome, state) -> {
          Tenant now = state.tenants().get(scene.tenant());
          if (now != null
              && isBeingFilled(now)
              && now.id() != id
              && now.get(TenantSetting.RESTORED_FROM) == backup) {
            scene.count("given up, and ended while the next one went on");
          }
        });
  }

  private void giveUp(String when) {
    if (over) {
      return;
    }
    over = true;
    giveUpNow(when);
  }

  private void giveUpNow(String when) {
    scene.decide(
        new Command.GiveUpRestore(scene.tenant(), 0),
        (outcome, state) -> {
          if (outcome instanceof CommandOutcome.Accepted) {
            scene.count("given up " + when);
            scene.count(id == 0 ? "given up" : "given up with what was stored");
          }
          settle(state, when);
        });
  }

  /** The operator goes by what the cluster says of the tenant. */
  private void settle(ClusterState state, String when) {
    Tenant now = state.tenants().get(scene.tenant());
    if (ended || now == null) {
      return;
    }
    if (now.isBeingRestored()) { // it was closed late, for what was asked before
      giveUpNow(when);
      return;
    }
    ended = true;
    checkSettings(now);
    if (id != 0 && now.id() == id && now.get(TenantSetting.RESTORED_FROM) == backup) {
      Version version = version();
      brought
          .values()
          .forEach(each -> scene.checker().acknowledged(each, version, scene.world().nowNanos()));
      scene.count(patient ? "finished when all is well" : "finished");
      ends.restored(id);
    } else {
      if (id != 0) {
        scene.checker().givenUp(id, now.id(), brought.values());
      }
      ends.givenUp(this);
    }
  }

  private Version version() {
    return Objects.requireNonNull(Restated.at(hlc, items.getFirst().record())).version();
  }

  private void checkSettings(Tenant now) {
    for (TenantSetting<?> setting : scene.settings().said()) {
      if (!Objects.equals(now.get(setting), scene.settings().get(setting))) {
        throw new PromiseBroken(
            "restores", "%s has another %s than before".formatted(now, setting.name()));
      }
    }
  }
}
