package io.quorate.transport.admin;

import io.quorate.admin.ClusterAdmin;
import io.quorate.admin.OperatorRequest;
import io.quorate.admin.Refusals;
import io.quorate.admin.RequestTerms;
import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command;
import io.quorate.metadata.CommandOutcome;
import io.quorate.model.Quoted;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.replication.api.BackupPlane;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.runtime.Clock;
import io.quorate.runtime.Lane;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Begins a restore into a tenant that exists, if it holds no key
 * (docs/design/backup.md#into-empty): looks at it while it is open, so that clients of one that is
 * in use do not notice; closes it; looks again, at all replicas under the epochs that came with the
 * closing; and takes it, or opens it again.
 *
 * <p>If this node ends in between, the tenant stays closed. The same restore, or another one,
 * begins again then, and so does this.
 */
final class RestoreIntoEmpty {
  /** Partitions may be given other epochs while they are looked at: by purges, mostly. */
  private static final int LOOKS_MAX = 4;

  /** How many partitions are looked at at a time. */
  private static final int TOGETHER = 16;

  /** A replica that has much to do may refuse to look. */
  private static final int LOOKS_OF_ONE_MAX = 10;

  private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final ClusterAdmin admin;
  private final BackupPlane plane;
  private final Lane lane;
  private final Clock clock;
  private final Command.CloseForRestore close;
  private final long hlc;

  /** Of the look at an open tenant: the one at the closed one is to have as much time. */
  private final long firstLookDeadlineNanos;

  /** Of the look at a closed one, so that there is time to open the tenant again. */
  private final long secondLookDeadlineNanos;

  private final long deadlineNanos;
  private final Predicate<byte[]> mayKnowOfKey;
  private final Consumer<Tenant> done;
  private final Consumer<Failure> failed;
  private int looks;

  /** Told what a look at all partitions found; one of its methods is called, once. */
  private interface Looked {
    void empty();

    void failed(Failure failure);
  }

  /**
   * @param close with the time and the backup of the restore among its settings
   * @param mayKnowOfKey whether the caller may be told that the tenant has a key
   * @param done told of the tenant once it is closed, empty, and may be restored into
   */
  RestoreIntoEmpty(
      ClusterAdmin admin,
      BackupPlane plane,
      Lane lane,
      Clock clock,
      Command.CloseForRestore close,
      long deadlineNanos,
      Predicate<byte[]> mayKnowOfKey,
      Consumer<Tenant> done,
      Consumer<Failure> failed) {
    this.admin = admin;
    this.plane = plane;
    this.lane = lane;
    this.clock = clock;
    this.close = close;
    Long time = close.settings().get(TenantSetting.RESTORING);
    this.hlc = time == null ? 0 : time;
    this.deadlineNanos = deadlineNanos;
    long now = clock.nanos();
    this.firstLookDeadlineNanos = now + (deadlineNanos - now) / 3;
    this.secondLookDeadlineNanos = now + (deadlineNanos - now) / 3 * 2;
    this.mayKnowOfKey = mayKnowOfKey;
    this.done = done;
    this.failed = failed;
  }

  void run(ClusterState state) {
    Tenant tenant = state.tenants().get(close.name());
    if (tenant == null || tenant.isBeingRestored()) {
      closeIt();
      return;
    }
    look(
        state,
        tenant,
        firstLookDeadlineNanos,
        new Looked() {
          @Override
          public void empty() {
            closeIt();
          }

          @Override
          public void failed(Failure failure) {
            failed.accept(failure);
          }
        });
  }

  private void closeIt() {
    propose(
        close,
        failure -> {
          if (failure != null) {
            failed.accept(failure);
          } else {
            lookAgain();
          }
        });
  }

  private void lookAgain() {
    ClusterState state = admin.state();
    Tenant tenant = state == null ? null : state.tenants().get(close.name());
    if (state == null || tenant == null) {
      failed.accept(Failure.unknownTenant(close.name()));
    } else if (tenant.isUnseenByRestore() && tenant.get(TenantSetting.RESTORING) == hlc) {
      looks++;
      List<Command.AtEpoch> lookedAt = epochs(state);
      look(
          state,
          tenant,
          secondLookDeadlineNanos,
          new Looked() {
            @Override
            public void empty() {
              take(new Command.TakeForRestore(tenant.name(), hlc, lookedAt));
            }

            @Override
            public void failed(Failure failure) {
              open(failure);
            }
          });
    } else if (isTaken(tenant)) {
      done.accept(tenant);
    } else {
      failed.accept(overtaken());
    }
  }

  private boolean isTaken(Tenant tenant) {
    return tenant.isBeingRestored()
        && !tenant.isUnseenByRestore()
        && tenant
            .get(TenantSetting.RESTORED_FROM)
            .equals(close.settings().get(TenantSetting.RESTORED_FROM));
  }

  private void take(Command.TakeForRestore take) {
    propose(
        take,
        failure -> {
          ClusterState state = admin.state();
          Tenant tenant = state == null ? null : state.tenants().get(close.name());
          if (failure == null && tenant != null && isTaken(tenant)) {
            done.accept(tenant);
          } else if (failure == null) {
            failed.accept(overtaken());
          } else if (failure.reason() == Reason.FAILED_PRECONDITION && looks < LOOKS_MAX) {
            lookAgain();
          } else {
            open(failure);
          }
        });
  }

  private Failure overtaken() {
    return Failure.refused(
        Reason.FAILED_PRECONDITION,
        "tenant '%s': another restore was begun, or this one given up, meanwhile"
            .formatted(close.name()));
  }

  /** It goes on as it was; the answer is why. */
  private void open(Failure why) {
    propose(
        new Command.GiveUpRestore(close.name(), hlc),
        failure ->
            failed.accept(
                failure == null || failure.reason() == Reason.FAILED_PRECONDITION
                    ? why
                    : why.explained(
                        ("The tenant could not be opened again (%s), and refuses clients until the"
                                + " restore is begun again, or given up with 'quorate backup"
                                + " give-up-restore %s'")
                            .formatted(failure.message(), close.name()))));
  }

  private static List<Command.AtEpoch> epochs(ClusterState state) {
    List<Command.AtEpoch> epochs = new ArrayList<>(state.partitions().size());
    for (int number = 0; number < state.partitions().size(); number++) {
      epochs.add(new Command.AtEpoch(number, state.partitions().get(number).epoch()));
    }
    return epochs;
  }

  private void look(ClusterState state, Tenant tenant, long lookDeadlineNanos, Looked looked) {
    new AllPartitions(tenant, epochs(state), lookDeadlineNanos, looked).next();
  }

  /** Looks at one partition after another, until a key is found. */
  private final class AllPartitions {
    private final Tenant tenant;
    private final List<Command.AtEpoch> all;
    private final long lookDeadlineNanos;
    private final Looked looked;
    private int begun;
    private int ended;
    private boolean over;
    private boolean beginning;

    AllPartitions(Tenant tenant, List<Command.AtEpoch> all, long lookDeadlineNanos, Looked looked) {
      this.tenant = tenant;
      this.all = all;
      this.lookDeadlineNanos = lookDeadlineNanos;
      this.looked = looked;
    }

    void next() {
      if (beginning) {
        return; // one has ended at once
      }
      beginning = true;
      while (!over && begun < all.size() && begun - ended < TOGETHER) {
        new OnePartition(all.get(begun++)).look();
      }
      beginning = false;
      if (!over && ended == all.size()) {
        over = true;
        looked.empty();
      }
    }

    private void empty() {
      ended++;
      next();
    }

    private void found(byte[] key) {
      end(
          Failure.refused(
              Reason.FAILED_PRECONDITION,
              ("tenant '%s' holds keys%s, and is not restored over: restore under another name; or,"
                      + " if its keys are not wanted, delete all of them first with 'quorate tenant"
                      + " truncate %s'")
                  .formatted(
                      tenant.name(),
                      mayKnowOfKey.test(key)
                          ? ", such as " + Quoted.of(new String(key, StandardCharsets.UTF_8))
                          : "",
                      tenant.name())));
    }

    private void failed(Failure failure) {
      end(
          failure.reason() == Reason.DEADLINE_EXCEEDED
              ? failure.explained(
                  ("Whether tenant '%s' is empty was not found out in time, after %d of %d"
                          + " partitions. If nothing in it is wanted, 'quorate tenant truncate %s'"
                          + " takes away deletions, too, which take long to look through")
                      .formatted(tenant.name(), ended, all.size(), tenant.name()))
              : failure.explained(
                  "All replicas of tenant '%s' have to be looked at, for it is restored into only if it is empty"
                      .formatted(tenant.name())));
    }

    private void end(Failure failure) {
      if (!over) {
        over = true;
        looked.failed(failure);
      }
    }

    /** One that cannot be looked at now is looked at again, for a while. */
    private final class OnePartition implements BackupPlane.LookCallback {
      private final Command.AtEpoch at;
      private int times;

      OnePartition(Command.AtEpoch at) {
        this.at = at;
      }

      void look() {
        if (!over) {
          times++;
          plane.look(tenant, at.partition(), at.epoch(), lookDeadlineNanos, this);
        }
      }

      @Override
      public boolean isAwaited() {
        return !over;
      }

      @Override
      public void empty() {
        AllPartitions.this.empty();
      }

      @Override
      public void found(byte[] key) {
        AllPartitions.this.found(key);
      }

      @Override
      public void failed(Failure failure) {
        if (mayPass(failure)
            && times < LOOKS_OF_ONE_MAX
            && clock.nanos() + LOOK_AGAIN_NANOS < lookDeadlineNanos) {
          var unused = lane.schedule(LOOK_AGAIN_NANOS, this::look);
        } else {
          AllPartitions.this.failed(failure);
        }
      }

      private static boolean mayPass(Failure failure) {
        return failure.reason() == Reason.UNAVAILABLE
            || failure.reason() == Reason.OVERLOADED
            || failure.reason() == Reason.NOT_SERVING;
      }
    }
  }

  private void propose(Command command, Consumer<@Nullable Failure> then) {
    new OperatorRequest(
            admin,
            RequestTerms.NONE,
            known -> command,
            deadlineNanos,
            (CommandOutcome outcome) -> then.accept(Refusals.of(outcome, RequestTerms.NONE, admin)))
        .run(Objects.requireNonNull(admin.state()));
  }
}
