package io.quorate.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cluster.Command.AlterTenant;
import io.quorate.cluster.Command.AtEpoch;
import io.quorate.cluster.Command.BeginCut;
import io.quorate.cluster.Command.CloseForRestore;
import io.quorate.cluster.Command.CreateTenant;
import io.quorate.cluster.Command.DropTenant;
import io.quorate.cluster.Command.Filled;
import io.quorate.cluster.Command.FinishRestore;
import io.quorate.cluster.Command.GiveUpRestore;
import io.quorate.cluster.Command.PromisePurge;
import io.quorate.cluster.Command.Rebalance;
import io.quorate.cluster.Command.Refill;
import io.quorate.cluster.Command.Requested;
import io.quorate.cluster.Command.TakeForRestore;
import io.quorate.cluster.Command.TruncateTenant;
import io.quorate.cluster.Decision.Accepted;
import io.quorate.cluster.Decision.Rejected;
import io.quorate.cluster.codec.ClusterStateCodec;
import io.quorate.model.NodeId;
import io.quorate.placement.Level;
import io.quorate.placement.Model;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.ReplicationFactor;
import io.quorate.placement.RestoredInto;
import io.quorate.placement.Retries;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.placement.TenantSettings;
import io.quorate.version.Hlc;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What becomes of a tenant that exists, and that a restore goes into if it is empty. */
class RestoringIntoTest {
  private static final long TIME = Hlc.of(5_000, 0);
  private static final long BACKUP = 77;

  /** What the backup has of the tenant. */
  private static final TenantSettings SETTINGS =
      TenantSettings.NONE
          .with(TenantSetting.READ_LEVEL, Level.ONE)
          .with(TenantSetting.DEFAULT_TTL_MILLIS, 9L)
          .with(TenantSetting.MODEL, Model.LAST_WRITE_WINS)
          .with(TenantSetting.RETRIES, Retries.REPEAT);

  private ClusterState state = Genesis.create(Clusters.ID, Clusters.members(5), 4);
  private long index = 1;

  private void accept(Command command) {
    Decision decision = state.apply(command, ++index);
    assertThat(decision).as(command.toString()).isInstanceOf(Accepted.class);
    ClusterState next = ((Accepted) decision).next();
    state = ClusterStateCodec.decode(ClusterStateCodec.encode(next));
    assertThat(state).isEqualTo(next);
  }

  private String refuse(Command command) {
    Decision decision = state.apply(command, ++index);
    assertThat(decision).as(command.toString()).isInstanceOf(Rejected.class);
    return ((Rejected) decision).reason();
  }

  private Tenant tenant(String name) {
    return Objects.requireNonNull(state.tenants().get(name));
  }

  private Tenant tenant() {
    return tenant("default");
  }

  private static CloseForRestore close(long backup, long hlc, TenantSettings settings, int factor) {
    return new CloseForRestore(
        "default",
        ReplicationFactor.of(factor),
        settings.with(TenantSetting.RESTORED_FROM, backup).with(TenantSetting.RESTORING, hlc));
  }

  private static CloseForRestore close() {
    return close(BACKUP, TIME, SETTINGS, 3);
  }

  private TakeForRestore take(long hlc) {
    List<AtEpoch> lookedAt = new ArrayList<>();
    for (int number = 0; number < state.partitions().size(); number++) {
      lookedAt.add(new AtEpoch(number, state.partitions().get(number).epoch()));
    }
    return new TakeForRestore("default", hlc, lookedAt);
  }

  private static FinishRestore finish(int id, TenantSettings settings) {
    return finish("default", id, settings);
  }

  private static FinishRestore finish(String name, int id, TenantSettings settings) {
    TenantSettings kept = TenantSettings.NONE;
    for (TenantSetting<?> each : settings.said()) {
      kept = each.isFixed() ? kept : with(kept, each, settings);
    }
    return new FinishRestore(name, id, ReplicationFactor.UNSAID, kept);
  }

  private static <T> TenantSettings with(
      TenantSettings others, TenantSetting<T> setting, TenantSettings said) {
    return others.with(setting, Objects.requireNonNull(said.get(setting)));
  }

  private boolean isDropped(int id) {
    return state.placements().tenants().dropped().contains(id);
  }

  private List<Long> epochs() {
    return state.partitions().stream().map(PartitionPlacement::epoch).toList();
  }

  @Test
  void tenantIsClosedUnderNewEpochsAndKeepsWhatItHolds() {
    Tenant before = tenant();
    List<Long> epochs = epochs();

    accept(close());

    assertThat(tenant().id()).isEqualTo(before.id());
    assertThat(tenant().isBeingRestored()).isTrue();
    assertThat(tenant().isUnseenByRestore()).isTrue();
    assertThat(tenant().readLevel()).as("its own settings").isEqualTo(before.readLevel());
    assertThat(epochs()).isEqualTo(epochs.stream().map(each -> each + 1).toList());
    assertThat(isDropped(before.id())).isFalse();
  }

  @Test
  void oneThatHoldsAKeyIsOpenAgainAsItWas() {
    Tenant before = tenant();
    accept(close());
    accept(new GiveUpRestore("default", TIME));
    assertThat(tenant()).isEqualTo(before);
    assertThat(isDropped(before.id())).isFalse();
  }

  @Test
  void oneThatIsEmptyGoesOnUnderAnotherIdAndHasTheSettingsOfTheBackupInTheEnd() {
    Tenant before = tenant();
    accept(close());
    accept(take(TIME));
    assertThat(isDropped(before.id())).isTrue();
    assertThat(tenant().id()).isNotEqualTo(before.id());
    assertThat(tenant().isBeingRestored()).isTrue();
    assertThat(tenant().isUnseenByRestore()).isFalse();
    assertThat(tenant().readLevel()).as("its own settings").isEqualTo(before.readLevel());

    int id = tenant().id();
    accept(finish(id, SETTINGS));
    assertThat(tenant().id()).isEqualTo(id);
    assertThat(tenant().isBeingRestored()).isFalse();
    assertThat(tenant().get(TenantSetting.RESTORED_INTO)).isEqualTo(RestoredInto.NEW_TENANT);
    assertThat(tenant().readLevel()).isEqualTo(Level.ONE);
    assertThat(tenant().defaultTtlMillis()).isEqualTo(9);

    // What comes a second time changes nothing that an operator has changed since.
    accept(new AlterTenant("default", null, null, 11L));
    accept(finish(id, SETTINGS));
    assertThat(tenant().defaultTtlMillis()).isEqualTo(11);
  }

  @Test
  void oneThatWasTakenAndIsGivenUpIsEmptyAndHasItsOwnSettings() {
    Tenant before = tenant();
    accept(close());
    accept(take(TIME));
    int taken = tenant().id();
    accept(new GiveUpRestore("default", 0));
    assertThat(tenant().withId(before.id())).isEqualTo(before);
    assertThat(tenant().id()).isNotIn(before.id(), taken);
    assertThat(isDropped(taken)).isTrue();
    assertThat(refuse(new GiveUpRestore("default", 0))).contains("is not being restored");
  }

  @Test
  void oneThatWasCreatedForTheRestoreIsGoneWhenThatIsGivenUp() {
    accept(
        new CreateTenant(
            "copy",
            3,
            TenantSettings.NONE
                .with(TenantSetting.RESTORING, TIME)
                .with(TenantSetting.RESTORED_FROM, BACKUP)));
    int id = tenant("copy").id();
    accept(new GiveUpRestore("copy", 0));
    assertThat(state.tenants()).doesNotContainKey("copy");
    assertThat(isDropped(id)).isTrue();
    assertThat(refuse(new GiveUpRestore("copy", 0))).contains("does not exist");
  }

  /** It was created with the settings of the backup, and may have been given other replicas. */
  @Test
  void oneThatWasCreatedForTheRestoreKeepsItsSettingsWhenItIsOpened() {
    accept(
        new CreateTenant(
            "default-2",
            3,
            TenantSettings.NONE
                .with(TenantSetting.RESTORING, TIME)
                .with(TenantSetting.RESTORED_FROM, BACKUP)));
    Tenant begun = tenant("default-2");
    FinishRestore end = finish("default-2", begun.id(), SETTINGS);
    accept(new FinishRestore(end.name(), end.tenantId(), ReplicationFactor.of(5), end.settings()));
    assertThat(tenant("default-2")).isEqualTo(begun.with(TenantSetting.RESTORING, 0L));
  }

  /** A script that creates its tenants runs again after a restore. */
  @Test
  void oneThatWasRestoredIsThereForThoseWhoCreateIt() {
    accept(
        new CreateTenant(
            "copy",
            3,
            TenantSettings.NONE
                .with(TenantSetting.RESTORING, TIME)
                .with(TenantSetting.RESTORED_FROM, BACKUP)));
    CreateTenant asUsual = new CreateTenant("copy", 3, TenantSettings.NONE);
    assertThat(refuse(asUsual)).contains("is being restored from a backup");
    accept(finish("copy", tenant("copy").id(), TenantSettings.NONE));
    Tenant restored = tenant("copy");

    accept(asUsual);
    assertThat(tenant("copy")).isEqualTo(restored);
    assertThat(refuse(new CreateTenant("copy", 2, TenantSettings.NONE)))
        .contains("exists with other settings");
  }

  /** Partitions are to have replicas that no plan has shown before. */
  @Test
  void anEndWithOtherReplicasIsAChangeOfTheTopology() {
    accept(close());
    accept(take(TIME));
    long seen = index;
    assertThat(state.change().id()).isZero();
    FinishRestore end = finish(tenant().id(), SETTINGS);
    accept(new FinishRestore(end.name(), end.tenantId(), ReplicationFactor.of(5), end.settings()));
    assertThat(state.change().id()).isEqualTo(index);
    assertThat(refuse(new Requested(new RequestKey(3, 4), 5, seen, new Rebalance())))
        .contains("the topology was changed meanwhile");
  }

  /** What was acknowledged under another placement may be where nothing was looked at. */
  @Test
  void whatWasLookedAtUnderOtherEpochsIsNotTakenForEmpty() {
    accept(close());
    Command.TakeForRestore early = take(TIME);
    accept(new PromisePurge(List.of(new AtEpoch(2, epochs().get(2))), Hlc.of(100, 0)));
    assertThat(refuse(early)).contains("partition 2 was placed otherwise", "look again");
    accept(take(TIME));
  }

  @Test
  void aLookThatLeavesOutPartitionsIsRefused() {
    accept(close());
    TakeForRestore all = take(TIME);
    assertThat(refuse(new TakeForRestore("default", TIME, all.lookedAt().subList(0, 3))))
        .contains("3 partitions were looked at, and there are 4");
    List<AtEpoch> twice = new ArrayList<>(all.lookedAt());
    twice.set(3, twice.get(2));
    assertThat(refuse(new TakeForRestore("default", TIME, twice))).contains("partition 3");
  }

  /** The node that looks may have died, or only seem so. */
  @Test
  void anotherRestoreClosesItAgainAndTheFirstTakesNothing() {
    List<Long> epochs = epochs();
    accept(close());
    accept(close(BACKUP + 1, TIME + 1, SETTINGS, 3));
    assertThat(epochs()).isEqualTo(epochs.stream().map(each -> each + 2).toList());
    assertThat(refuse(take(TIME))).contains("has been given up");
    assertThat(refuse(new GiveUpRestore("default", TIME))).contains("not by that restore");
    accept(take(TIME + 1));

    Tenant taken = tenant();
    assertThat(refuse(close())).contains("from another backup", "give-up-restore default");
    accept(close(BACKUP + 1, TIME + 2, SETTINGS, 3));
    assertThat(tenant()).as("it goes on").isEqualTo(taken);
    assertThat(refuse(take(TIME + 1))).contains("has been given up");
  }

  @Test
  void nothingIsOpenedByTheEndOfAnotherRestore() {
    assertThat(refuse(finish(tenant().id(), SETTINGS))).contains("not being restored");
    accept(close());
    assertThat(refuse(finish(tenant().id(), SETTINGS))).contains("not begun");
    accept(take(TIME));
    int first = tenant().id();
    accept(new GiveUpRestore("default", 0));
    assertThat(refuse(finish(first, SETTINGS))).contains("given up");
    accept(close());
    accept(take(TIME));
    assertThat(refuse(finish(first, SETTINGS)))
        .as("begun again from the same backup")
        .contains("is not being restored by that restore", "given up");
    assertThat(tenant().isBeingRestored()).isTrue();
    assertThat(refuse(finish("other", first, SETTINGS))).contains("does not exist");
    for (TenantSettings given :
        List.of(
            TenantSettings.NONE.with(TenantSetting.RESTORING, TIME),
            TenantSettings.NONE.with(TenantSetting.RETRIES, Retries.ONCE))) {
      assertThat(
              refuse(new FinishRestore("default", tenant().id(), ReplicationFactor.UNSAID, given)))
          .contains("the end of a restore gives no");
    }
    // Else to give the restore up would drop it.
    TenantSettings asNew =
        TenantSettings.NONE.with(TenantSetting.RESTORED_INTO, RestoredInto.NEW_TENANT);
    assertThat(refuse(new AlterTenant("default", asNew))).contains("restored_into");
  }

  /** At the end of hours of restoring it would be too late to find that out. */
  @Test
  void whatItCannotBecomeIsRefusedAtOnce() {
    Tenant before = tenant();
    assertThat(refuse(close(BACKUP, TIME, SETTINGS.with(TenantSetting.MODEL, Model.SIBLINGS), 3)))
        .contains("model LAST_WRITE_WINS, which is never changed", "SIBLINGS");
    assertThat(refuse(close(BACKUP, TIME, SETTINGS.with(TenantSetting.RETRIES, Retries.ONCE), 3)))
        .contains("retries REPEAT, which is never changed");
    assertThat(refuse(close(BACKUP, TIME, SETTINGS, 6))).contains("there are 5 nodes");
    assertThat(
            refuse(
                close(
                    BACKUP, TIME, SETTINGS.with(TenantSetting.READ_LEVEL, new Level.Count(4)), 3)))
        .contains("needs 4 replicas");
    assertThat(tenant()).isEqualTo(before);
    accept(close(BACKUP, TIME, SETTINGS, 5));
  }

  @Test
  void itIsNotTakenWhereNotAllReplicasCanBeLookedAt() {
    NodeId node = state.partitions().get(2).preferenceList().getFirst();
    accept(new Refill(node, 2, 1));
    assertThat(refuse(close())).contains("partition 2", "are being filled");
    accept(new Filled(node, List.of(new Filled.Place(2, epochs().get(2)))));
    accept(close());
    accept(new Refill(node, 2, epochs().get(2)));
    assertThat(refuse(take(TIME))).contains("partition 2", "are being filled");
  }

  @Test
  void itWaitsForCutsAndAlterations() {
    accept(new BeginCut(new TreeSet<>(List.of("default")), TIME));
    assertThat(refuse(close())).contains("as of one moment");
    accept(new Command.EndCut(state.cut().id(), ""));
    accept(new AlterTenant("default", TenantSettings.NONE, 5));
    assertThat(refuse(close())).contains("is coming to another replication factor");
  }

  /** A purged deletion would not be there to lose against what is restored below it. */
  @Test
  void itIsRestoredAbovePurgesThatWerePromised() {
    accept(new PromisePurge(List.of(new AtEpoch(1, epochs().get(1))), TIME));
    assertThat(refuse(close())).contains("a purge up to");
    accept(close(BACKUP, TIME + 1, SETTINGS, 3));
    assertThat(refuse(new PromisePurge(List.of(new AtEpoch(2, epochs().get(2))), TIME + 1)))
        .contains("is being restored");
  }

  /** A restore that went on would open it with the rest alone. */
  @Test
  void itIsNotTruncatedMeanwhile() {
    accept(close());
    assertThat(refuse(new TruncateTenant("default"))).contains("give-up-restore default");
    accept(take(TIME));
    assertThat(refuse(new TruncateTenant("default"))).contains("give-up-restore default");
    assertThat(refuse(new DropTenant("default"))).contains("never dropped");
  }

  @Test
  void nobodyElseGivesWhatARestoreGives() {
    TenantSettings into =
        TenantSettings.NONE.with(TenantSetting.RESTORED_INTO, RestoredInto.EMPTY_TENANT);
    assertThat(refuse(new AlterTenant("default", into))).contains("restored_into");
    assertThat(refuse(new CreateTenant("new", 3, into))).contains("there is no restore");
    assertThat(refuse(new CreateTenant("new", 3, into.with(TenantSetting.RESTORING, TIME))))
        .contains("does not exist");
    assertThat(refuse(new CloseForRestore("default", ReplicationFactor.UNSAID, SETTINGS)))
        .contains("no restore is named");
    assertThat(refuse(new CloseForRestore("other", ReplicationFactor.UNSAID, SETTINGS)))
        .contains("does not exist");
    assertThat(refuse(new TakeForRestore("other", TIME, List.of()))).contains("does not exist");
  }

  /** Nodes of the release before know neither the commands nor the setting. */
  @Test
  void olderClusterRefusesIt() {
    state = Clusters.ofTheReleaseBefore();
    for (Command each :
        List.of(
            close(),
            new CreateTenant(
                "new",
                3,
                SETTINGS
                    .with(TenantSetting.MAX_VALUE_BYTES, 0L)
                    .with(TenantSetting.RESTORING, TIME)),
            take(TIME),
            finish(1, TenantSettings.NONE),
            new GiveUpRestore("default", 0))) {
      assertThat(refuse(each)).contains("tenants are restored since cluster version 2");
      assertThat(CommandRules.isTakenAt(each, 1)).isFalse();
      assertThat(CommandRules.isTakenAt(each, 2)).isTrue();
    }
  }
}
