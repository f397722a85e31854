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
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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

  private final ClusterAdmin admin;
  private final BackupPlane plane;
  private final Command.CloseForRestore close;
  private final long hlc;

  /** For the end of a look, so that there is time to open the tenant again. */
  private final long lookDeadlineNanos;

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
      Clock clock,
      Command.CloseForRestore close,
      long deadlineNanos,
      Predicate<byte[]> mayKnowOfKey,
      Consumer<Tenant> done,
      Consumer<Failure> failed) {
    this.admin = admin;
    this.plane = plane;
    this.close = close;
    Long time = close.settings().get(TenantSetting.RESTORING);
    this.hlc = time == null ? 0 : time;
    this.deadlineNanos = deadlineNanos;
    long now = clock.nanos();
    this.lookDeadlineNanos = now + (deadlineNanos - now) / 2;
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

  private void look(ClusterState state, Tenant tenant, Looked looked) {
    new AllPartitions(tenant, epochs(state), looked).next();
  }

  /** Looks at one partition after another, until a key is found. */
  private final class AllPartitions implements BackupPlane.LookCallback {
    private final Tenant tenant;
    private final List<Command.AtEpoch> all;
    private final Looked looked;
    private int begun;
    private int ended;
    private boolean over;
    private boolean beginning;

    AllPartitions(Tenant tenant, List<Command.AtEpoch> all, Looked looked) {
      this.tenant = tenant;
      this.all = all;
      this.looked = looked;
    }

    void next() {
      if (beginning) {
        return; // one has ended at once
      }
      beginning = true;
      while (!over && begun < all.size() && begun - ended < TOGETHER) {
        Command.AtEpoch each = all.get(begun++);
        plane.look(tenant, each.partition(), each.epoch(), lookDeadlineNanos, this);
      }
      beginning = false;
      if (!over && ended == all.size()) {
        over = true;
        looked.empty();
      }
    }

    @Override
    public void empty() {
      ended++;
      next();
    }

    @Override
    public void found(byte[] key) {
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

    @Override
    public void failed(Failure failure) {
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
