package io.quorate.cluster;

import static io.quorate.cluster.StateRules.check;

import io.quorate.cluster.Command.AtEpoch;
import io.quorate.cluster.Command.CloseForRestore;
import io.quorate.cluster.Command.FinishRestore;
import io.quorate.cluster.Command.GiveUpRestore;
import io.quorate.cluster.Command.TakeForRestore;
import io.quorate.cluster.Decision.Accepted;
import io.quorate.cluster.Decision.Rejected;
import io.quorate.model.Quoted;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.RestoredInto;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.placement.TenantSettings;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How a restore goes into a tenant that exists (docs/design/backup.md#into-empty), and how any
 * restore ends. The tenant is closed to clients, under new epochs of all partitions; then a node
 * looks whether any replica holds a key of it. If none does, the tenant goes on under another id,
 * and the old id is one of a dropped tenant: tombstones, marks, registers and histories under it
 * cannot meet what is restored. If a key is found, the tenant is opened again, with all that it
 * holds.
 *
 * <p>Its settings stay as they are until the restore is finished, so one that is given up leaves
 * the tenant with the settings it had.
 */
final class RestoringInto {
  private RestoringInto() {}

  /**
   * Closes a tenant. One that is closed already, and has not been found empty, is closed again: for
   * another restore, or after the node died that was looking.
   *
   * @throws IllegalArgumentException if it cannot be restored into; says why
   */
  static Decision close(ClusterState state, CloseForRestore close, long index) {
    Tenant known = state.tenants().get(close.name());
    if (known == null) {
      return unknown(close.name());
    }
    long backup = valueOf(close.settings(), TenantSetting.RESTORED_FROM);
    long hlc = valueOf(close.settings(), TenantSetting.RESTORING);
    check(hlc != 0 && backup != 0, "tenant '%s': no restore is named", known.name());
    if (known.isBeingRestored() && !isUnseen(known)) {
      return goOn(state, known, backup);
    }
    checkQuiet(state, known);
    checkResult(state, known, close);
    Tenant closed =
        known
            .with(TenantSetting.RESTORING, hlc)
            .with(TenantSetting.RESTORED_FROM, backup)
            .with(TenantSetting.RESTORED_INTO, RestoredInto.UNSEEN_TENANT);
    TenantRules.checkRestore(closed, state);
    return new Accepted(
        state
            .next(index)
            .tenants(with(state, closed), state.tenantIds())
            .partitions(CutSteps.underNextEpochs(state))
            .build(),
        List.of());
  }

  /** A restore is begun into a tenant that is being restored. */
  static Decision goOn(ClusterState state, Tenant known, long backup) {
    return known.get(TenantSetting.RESTORED_FROM) == backup
        ? new Accepted(state, List.of())
        : new Rejected(
            ("tenant '%s' is being restored from another backup: let that restore end, or give it"
                    + " up with 'quorate backup give-up-restore %s'")
                .formatted(known.name(), known.name()));
  }

  /** All replicas can be looked at only where none arrives, leaves or is filled. */
  private static void checkQuiet(ClusterState state, Tenant tenant) {
    check(
        !state.cut().isPending(),
        "a backup as of one moment is being prepared: wait until that is done");
    check(
        !tenant.replication().isAltered(),
        "tenant '%s' is coming to another replication factor: wait until it has it",
        tenant.name());
    for (int number = 0; number < state.partitions().size(); number++) {
      CutSteps.checkWhole(number, state.partitions().get(number));
    }
  }

  /** What the tenant is to become must be possible now: at the end it would be too late. */
  private static void checkResult(ClusterState state, Tenant known, CloseForRestore close) {
    for (TenantSetting<?> setting : TenantSetting.ALL) {
      if (setting.given() == TenantSetting.Given.AT_CREATION) {
        checkSame(known, close.settings(), setting);
      }
    }
    Tenant result = known.with(close.settings());
    if (close.replicationFactor().isSaid()
        && !close.replicationFactor().equals(known.replication().goal())) {
      String refusal = Alterations.refusal(state, known, close.replicationFactor());
      if (refusal != null) {
        throw new IllegalArgumentException(refusal);
      }
      result =
          result.with(
              result.replication().altered(state.stateVersion(), close.replicationFactor()));
    }
    TenantRules.check(result);
  }

  private static <T> void checkSame(Tenant known, TenantSettings said, TenantSetting<T> setting) {
    T value = said.get(setting);
    if (value != null) {
      check(
          known.get(setting).equals(value),
          "tenant '%s' has %s %s, which is never changed, and the backup is of one with %s: restore"
              + " under another name",
          known.name(),
          setting.name(),
          known.get(setting),
          value);
    }
  }

  /**
   * Gives a tenant that was found empty another id.
   *
   * @throws IllegalArgumentException if it is not the one that was looked at, or anything was
   *     placed otherwise since; says so
   */
  static Decision take(ClusterState state, TakeForRestore take, long index) {
    Tenant known = state.tenants().get(take.name());
    if (known == null) {
      return unknown(take.name());
    }
    check(
        isUnseen(known) && known.get(TenantSetting.RESTORING) == take.hlc(),
        "tenant '%s' was looked at for a restore that has been given up: begin it again",
        known.name());
    check(
        take.lookedAt().size() == state.partitions().size(),
        "%d partitions were looked at, and there are %d",
        take.lookedAt().size(),
        state.partitions().size());
    for (int number = 0; number < take.lookedAt().size(); number++) {
      AtEpoch looked = take.lookedAt().get(number);
      PartitionPlacement now = state.partitions().get(number);
      check(
          looked.partition() == number && looked.epoch() == now.epoch(),
          "partition %d was placed otherwise while tenant '%s' was looked at: look again",
          number,
          known.name());
      CutSteps.checkWhole(number, now);
    }
    Tenant taken =
        known
            .withId(state.tenantIds().next())
            .with(TenantSetting.RESTORED_INTO, RestoredInto.EMPTY_TENANT);
    return new Accepted(
        state.withTenants(with(state, taken), state.tenantIds().given().without(known.id()), index),
        List.of());
  }

  /**
   * Opens a tenant that was restored.
   *
   * @throws IllegalArgumentException if it is another restore by now; says so
   */
  static Decision finish(ClusterState state, FinishRestore finish, long index) {
    Tenant known = state.tenants().get(finish.name());
    if (known == null) {
      return unknown(finish.name());
    }
    check(
        known.id() == finish.tenantId()
            && known.get(TenantSetting.RESTORED_FROM) != 0
            && !isUnseen(known),
        "tenant '%s' is not being restored by that restore, which was given up, or not begun:"
            + " nothing was changed",
        known.name());
    if (!known.isBeingRestored()) {
      return new Accepted(state, List.of()); // it may have been altered since
    }
    if (known.get(TenantSetting.RESTORED_INTO) == RestoredInto.NEW_TENANT) {
      return new Accepted(state.withTenant(opened(known), index), TenantRules.warnings(known));
    }
    return Alterations.alter(
        state, known, opened(known).with(finish.settings()), finish.replicationFactor(), index);
  }

  private static Tenant opened(Tenant restored) {
    return restored
        .with(TenantSetting.RESTORING, 0L)
        .with(TenantSetting.RESTORED_INTO, RestoredInto.NEW_TENANT);
  }

  /**
   * Gives up a restore: the tenant is as it was before. One that was created for it is gone, and
   * what was stored in one that was empty is gone.
   *
   * @throws IllegalArgumentException if it is another restore by now; says so
   */
  static Decision giveUp(ClusterState state, GiveUpRestore giveUp, long index) {
    Tenant known = state.tenants().get(giveUp.name());
    if (known == null) {
      return unknown(giveUp.name());
    }
    check(
        known.isBeingRestored()
            && (giveUp.hlc() == 0 || known.get(TenantSetting.RESTORING) == giveUp.hlc()),
        "tenant '%s' is not being restored, or not by that restore: nothing was changed",
        known.name());
    Tenant open = opened(known).with(TenantSetting.RESTORED_FROM, 0L);
    return switch (known.get(TenantSetting.RESTORED_INTO)) {
      case NEW_TENANT -> Dropping.drop(state, known.name(), 0, index);
      case UNSEEN_TENANT -> new Accepted(state.withTenant(open, index), List.of());
      case EMPTY_TENANT ->
          new Accepted(
              state.withTenants(
                  with(state, open.withId(state.tenantIds().next())),
                  state.tenantIds().given().without(known.id()),
                  index),
              List.of());
    };
  }

  private static boolean isUnseen(Tenant tenant) {
    return tenant.get(TenantSetting.RESTORED_INTO) == RestoredInto.UNSEEN_TENANT;
  }

  static long valueOf(TenantSettings said, TenantSetting<Long> setting) {
    @Nullable Long value = said.get(setting);
    return value == null ? 0 : value;
  }

  private static SortedMap<String, Tenant> with(ClusterState state, Tenant tenant) {
    SortedMap<String, Tenant> tenants = new TreeMap<>(state.tenants());
    tenants.put(tenant.name(), tenant);
    return tenants;
  }

  private static Rejected unknown(String name) {
    return new Rejected(
        RefusalKind.UNKNOWN_TENANT, "tenant %s does not exist".formatted(Quoted.of(name)));
  }
}
