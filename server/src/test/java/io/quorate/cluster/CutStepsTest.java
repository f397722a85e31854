package io.quorate.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.cluster.Command.AlterTenant;
import io.quorate.cluster.Command.AtEpoch;
import io.quorate.cluster.Command.BeginCut;
import io.quorate.cluster.Command.BeginPastCut;
import io.quorate.cluster.Command.CloseCut;
import io.quorate.cluster.Command.ConfirmPurge;
import io.quorate.cluster.Command.CreateTenant;
import io.quorate.cluster.Command.DropTenant;
import io.quorate.cluster.Command.EndCut;
import io.quorate.cluster.Command.Filled;
import io.quorate.cluster.Command.GiveUpNodes;
import io.quorate.cluster.Command.Join;
import io.quorate.cluster.Command.MarkDown;
import io.quorate.cluster.Command.MoveStep;
import io.quorate.cluster.Command.NodeStarted;
import io.quorate.cluster.Command.PlanChange;
import io.quorate.cluster.Command.PromisePurge;
import io.quorate.cluster.Command.RearmCut;
import io.quorate.cluster.Command.Rebalance;
import io.quorate.cluster.Command.Refill;
import io.quorate.cluster.Command.Requested;
import io.quorate.cluster.Command.SealCut;
import io.quorate.cluster.Command.StepMoves;
import io.quorate.cluster.Command.TruncateTenant;
import io.quorate.cluster.Decision.Accepted;
import io.quorate.cluster.Decision.Rejected;
import io.quorate.cluster.codec.ClusterStateCodec;
import io.quorate.model.NodeId;
import io.quorate.model.Releases;
import io.quorate.placement.Cut;
import io.quorate.placement.Cut.Cause;
import io.quorate.placement.Cut.Step;
import io.quorate.placement.Model;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Retries;
import io.quorate.placement.TenantSetting;
import io.quorate.placement.TenantSettings;
import io.quorate.version.Hlc;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What takes a cut from step to step, what is refused, and what makes it void. */
class CutStepsTest {
  private static final long TIME = Hlc.of(5_000, 3);
  private static final long LATER = Hlc.of(7_000, 0);

  private ClusterState state = Genesis.create(Clusters.ID, Clusters.members(5), 4);
  private long index = 1;

  private static final TenantSettings HISTORY =
      TenantSettings.NONE.with(TenantSetting.HISTORY_MILLIS, 3_600_000L);

  private void accept(Command command) {
    Decision decision = state.apply(command, ++index);
    assertThat(decision).as(command.toString()).isInstanceOf(Accepted.class);
    state = ((Accepted) decision).next();
    assertThat(ClusterStateCodec.decode(ClusterStateCodec.encode(state))).isEqualTo(state);
  }

  private Rejected refuse(Command command) {
    Decision decision = state.apply(command, ++index);
    assertThat(decision).as(command.toString()).isInstanceOf(Rejected.class);
    return (Rejected) decision;
  }

  private String reason(Command command) {
    return refuse(command).reason();
  }

  private static SortedSet<String> names(String... names) {
    return new TreeSet<>(List.of(names));
  }

  private static BeginCut begin(long time, String... names) {
    return new BeginCut(names(names), time);
  }

  private void create(String name, TenantSettings settings) {
    accept(new CreateTenant(name, 3, settings));
  }

  private int id(String tenant) {
    return Objects.requireNonNull(state.tenants().get(tenant)).id();
  }

  /** Armed, of tenant "a"; there is also a tenant "b". */
  private long armed() {
    create("a", TenantSettings.NONE);
    create("b", TenantSettings.NONE);
    accept(begin(TIME, "a"));
    return index;
  }

  private long closed() {
    long id = armed();
    accept(new CloseCut(id));
    return id;
  }

  private List<SortedSet<NodeId>> majorities() {
    List<SortedSet<NodeId>> counted = new ArrayList<>();
    for (PartitionPlacement each : state.partitions()) {
      counted.add(new TreeSet<>(each.preferenceList().subList(0, 2)));
    }
    return counted;
  }

  private List<Long> epochs() {
    return state.partitions().stream().map(PartitionPlacement::epoch).toList();
  }

  private static List<Long> next(List<Long> epochs) {
    return epochs.stream().map(each -> each + 1).toList();
  }

  @Test
  void aClusterBeginsWithoutOne() {
    assertThat(state.cut()).isEqualTo(Cut.NONE);
    assertThat(state.placements().cut()).isEqualTo(Cut.NONE);
  }

  @Test
  void itIsArmedUnderNewEpochsOfAllPartitions() {
    create("a", TenantSettings.NONE);
    accept(new PromisePurge(List.of(new AtEpoch(1, 1)), Hlc.of(3, 0)));
    List<PartitionPlacement> before = state.partitions();
    List<Long> epochs = epochs();

    accept(begin(TIME, "default", "a"));

    assertThat(state.cut())
        .isEqualTo(
            new Cut(index, TIME, Step.ARMED, new TreeSet<>(List.of(1, id("a"))), List.of(), 0, ""));
    assertThat(state.placements().cut()).isEqualTo(state.cut());
    assertThat(epochs()).isEqualTo(next(epochs));
    for (int number = 0; number < before.size(); number++) {
      PartitionPlacement was = before.get(number);
      PartitionPlacement now = state.partitions().get(number);
      assertThat(now.preferenceList()).isEqualTo(was.preferenceList());
      assertThat(now.purge()).isEqualTo(was.purge());
      assertThat(now.alteredThrough()).isEqualTo(was.alteredThrough());
    }
  }

  @Test
  void itIsClosedUnderNewEpochsAndItsTimeIsTheFloor() {
    long id = armed();
    List<Long> epochs = epochs();

    accept(new CloseCut(id));

    assertThat(epochs()).isEqualTo(next(epochs));
    assertThat(state.cut().step()).isEqualTo(Step.CLOSED);
    assertThat(state.cut().floor()).isEqualTo(TIME);
    assertThat(reason(new CloseCut(id))).contains("is to be closed, and is CLOSED, not ARMED");
    assertThat(reason(new RearmCut(id, LATER))).contains("is CLOSED, not ARMED");
  }

  @Test
  void oneOfThePastIsClosedAtOnceUnderNewEpochs() {
    create("a", HISTORY);
    List<Long> epochs = epochs();

    accept(new BeginPastCut(names("a"), TIME));

    assertThat(state.cut())
        .isEqualTo(
            new Cut(
                index,
                TIME,
                Step.CLOSED,
                true,
                new TreeSet<>(List.of(id("a"))),
                List.of(),
                TIME,
                ""));
    assertThat(state.cut().isOfPast()).isTrue();
    assertThat(epochs()).isEqualTo(next(epochs));
    assertThat(reason(new RearmCut(index, LATER))).contains("is CLOSED, not ARMED");
    accept(new SealCut(state.cut().id(), majorities()));
    assertThat(state.cut().past()).isTrue();
    assertThat(state.cut().isOfPast()).as("images are fixed at the close only").isFalse();
    accept(new EndCut(state.cut().id(), ""));
    assertThat(state.cut().past()).isTrue();
  }

  /** It is about what was, and the floor never falls. */
  @Test
  void oneOfThePastMayBeBeforeTheFloor() {
    create("h", HISTORY);
    accept(new EndCut(closed(), ""));
    assertThat(state.cut().floor()).isEqualTo(TIME);

    accept(new BeginPastCut(names("h"), TIME - 5));

    assertThat(state.cut().time()).isEqualTo(TIME - 5);
    assertThat(state.cut().floor()).isEqualTo(TIME);
  }

  @Test
  void oneOfThePastIsOfTenantsWithAHistoryOnly() {
    create("h", HISTORY);
    create("plain", TenantSettings.NONE);
    assertThat(reason(new BeginPastCut(names("h", "plain"), TIME)))
        .contains("tenant 'plain' has no history", "quorate tenant alter plain --history");
    assertThat(refuse(new BeginPastCut(names("h", "plain"), TIME)).kind())
        .isEqualTo(RefusalKind.NO_HISTORY);
    assertThat(reason(new BeginPastCut(names("h", "none"), TIME))).contains("does not exist");
    assertThat(reason(new BeginPastCut(names("h"), Hlc.END))).contains("that no clock shows");
    assertThat(CommandRules.refusalOf(new BeginPastCut(names(), TIME), 2))
        .contains("no tenant is named");
    assertThat(CommandRules.refusalOf(new BeginPastCut(names("h"), TIME), 1)).contains("finalize");
    accept(new BeginPastCut(names("h"), TIME));
    assertThat(reason(new BeginPastCut(names("h"), TIME))).contains("there is one at a time");
  }

  @Test
  void aHistoryNeedsAModelOfWhichTheLastWriteWins() {
    TenantSettings siblings = HISTORY.with(TenantSetting.MODEL, Model.SIBLINGS);
    assertThat(reason(new CreateTenant("s", 3, siblings)))
        .contains("a history does not go with model SIBLINGS");
  }

  @Test
  void aChangeOfTheHistoryMakesTheCutVoid() {
    create("h", HISTORY);
    accept(new BeginPastCut(names("h"), TIME));
    accept(new AlterTenant("h", TenantSettings.NONE.with(TenantSetting.HISTORY_MILLIS, 0L)));
    assertThat(state.cut().step()).isEqualTo(Step.ENDED);
    assertThat(state.cut().reason()).contains("was altered");
  }

  @Test
  void itIsArmedAgainAtALaterTimeOnly() {
    long id = armed();
    List<Long> epochs = epochs();
    assertThat(reason(new RearmCut(id, TIME))).contains("give a later time");
    assertThat(reason(new RearmCut(id, TIME - 1))).contains("give a later time");
    assertThat(reason(new RearmCut(id, Hlc.END))).contains("that no clock shows");
    assertThat(reason(new RearmCut(id - 1, LATER))).contains("the newest one is cut " + id);

    accept(new RearmCut(id, LATER));

    assertThat(epochs()).isEqualTo(next(epochs));
    assertThat(state.cut())
        .isEqualTo(
            new Cut(id, LATER, Step.ARMED, new TreeSet<>(List.of(id("a"))), List.of(), 0, ""));
  }

  @Test
  void whatCountsIsOfEveryPartitionAndOfItsOwners() {
    long id = armed();
    assertThat(reason(new SealCut(id, majorities()))).contains("is ARMED, not CLOSED");
    accept(new CloseCut(id));
    List<SortedSet<NodeId>> counted = majorities();
    assertThat(reason(new SealCut(id, counted.subList(0, 3))))
        .contains("images of 3 partitions are to count, and there are 4");
    List<SortedSet<NodeId>> lacking = new ArrayList<>(counted);
    lacking.set(2, new TreeSet<>());
    assertThat(reason(new SealCut(id, lacking))).contains("partition 2");
    List<SortedSet<NodeId>> strangers = new ArrayList<>(counted);
    strangers.set(3, new TreeSet<>(List.of(new NodeId(99))));
    assertThat(reason(new SealCut(id, strangers))).contains("partition 3");
    assertThat(reason(new SealCut(id + 1, counted))).contains("the newest one is cut " + id);
    List<Long> epochs = epochs();

    accept(new SealCut(id, counted));

    assertThat(state.cut().step()).isEqualTo(Step.SEALED);
    assertThat(state.cut().counted()).isEqualTo(counted);
    assertThat(epochs()).as("none is needed").isEqualTo(epochs);
  }

  @Test
  void itEndsOnceAndItsFloorStays() {
    long id = closed();
    accept(new SealCut(id, majorities()));
    assertThat(reason(new EndCut(id - 1, ""))).contains("the newest one is cut " + id);

    accept(new EndCut(id, ""));

    assertThat(state.cut())
        .isEqualTo(
            new Cut(id, TIME, Step.ENDED, new TreeSet<>(List.of(id("a"))), List.of(), TIME, ""));
    assertThat(reason(new EndCut(id, ""))).contains("has ended already");
  }

  @Test
  void onlyOneOfThePastEndsAsAHistoryBeginsAfterItsMoment() {
    create("h", HISTORY);
    accept(begin(TIME, "h"));
    assertThat(reason(new EndCut(index, Cause.BEFORE_HISTORY, "kept since")))
        .contains("it is not of the past");
    accept(new EndCut(state.cut().id(), ""));
    accept(new BeginPastCut(names("h"), TIME));
    assertThat(state.cut().cause()).isEqualTo(Cause.OTHER);

    accept(new EndCut(index, Cause.BEFORE_HISTORY, "kept since"));

    assertThat(state.cut().cause()).isEqualTo(Cause.BEFORE_HISTORY);
    assertThat(state.cut().reason()).isEqualTo("kept since");
    assertThat(state.cut().past()).isTrue();
    accept(new BeginPastCut(names("h"), TIME));
    assertThat(state.cut().cause()).as("of the next one").isEqualTo(Cause.OTHER);
  }

  @Test
  void itMayEndAtAnyStepForAReason() {
    long first = armed();
    accept(new EndCut(first, "it is too late"));
    assertThat(state.cut().step()).isEqualTo(Step.ENDED);
    assertThat(state.cut().reason()).isEqualTo("it is too late");
    assertThat(state.cut().floor()).as("never closed").isZero();

    accept(begin(TIME, "a"));
    long second = index;
    accept(new CloseCut(second));
    accept(new EndCut(second, "too few"));
    assertThat(state.cut().floor()).isEqualTo(TIME);
    assertThat(reason(begin(TIME, "a"))).contains("give a later time");
    accept(begin(TIME + 1, "a"));
    assertThat(state.cut().floor()).isEqualTo(TIME);
    assertThat(state.cut().reason()).isEmpty();
    assertThat(refuse(new EndCut(index, "x".repeat(2_000))).kind()).isEqualTo(RefusalKind.INVALID);
    assertThat(refuse(new EndCut(index, "\ud800")).kind()).isEqualTo(RefusalKind.INVALID);
  }

  @Test
  void thereIsOneAtATime() {
    long id = armed();
    assertThat(reason(begin(LATER, "b")))
        .contains("cut " + id + " is ARMED", "'quorate backup end-cut'");
    accept(new CloseCut(id));
    assertThat(reason(begin(LATER, "b"))).contains("is CLOSED");
    assertThat(refuse(begin(LATER, "b")).kind()).isEqualTo(RefusalKind.OTHER_CUT);
    accept(new SealCut(id, majorities()));
    assertThat(reason(begin(LATER, "b"))).contains("is SEALED");
    accept(new EndCut(id, ""));
    accept(begin(LATER, "b"));
  }

  @Test
  void tenantsThatItCannotBeOfAreRefused() {
    assertThat(refuse(begin(TIME)).kind()).isEqualTo(RefusalKind.INVALID);
    assertThat(refuse(begin(TIME, "Not A Name")).kind()).isEqualTo(RefusalKind.INVALID);
    Rejected unknown = refuse(begin(TIME, "default", "unknown"));
    assertThat(unknown.kind()).isEqualTo(RefusalKind.UNKNOWN_TENANT);
    assertThat(unknown.reason()).contains("tenant 'unknown'");
    create("once", TenantSettings.NONE.with(TenantSetting.RETRIES, Retries.ONCE));
    create("restored", TenantSettings.NONE.with(TenantSetting.RESTORING, Hlc.of(4_000, 0)));
    assertThat(reason(begin(TIME, "restored"))).contains("is being restored");
    accept(begin(TIME, "once"));
  }

  private String named(Model model) {
    String name = model.name().toLowerCase(Locale.ROOT).replace('_', '-');
    create(name, TenantSettings.NONE.with(TenantSetting.MODEL, model));
    return name;
  }

  @Test
  void itIsOfTenantsOfAllModels() {
    String[] names = Stream.of(Model.values()).map(this::named).toArray(String[]::new);
    accept(begin(TIME, names));
    assertThat(state.cut().tenants()).hasSize(names.length);
  }

  /** What a replica held at a moment that has passed is known of records with moments alone. */
  @Test
  void ofAPastMomentItIsOfTenantsWhoseLastWriteWinsAlone() {
    for (Model model : Model.values()) {
      String name = named(model);
      String reason = reason(new BeginPastCut(new TreeSet<>(Set.of(name)), TIME));
      if (model == Model.LAST_WRITE_WINS) {
        assertThat(reason).contains("has no history");
      } else {
        assertThat(reason)
            .contains("tenant '" + name + "' is of model " + model, "an exact backup takes it");
      }
    }
  }

  @Test
  void timesThatItCannotBeAtAreRefused() {
    assertThat(reason(begin(Hlc.END, "default"))).contains("that no clock shows");
    assertThat(reason(begin(-1, "default"))).contains("that no clock shows");
    assertThat(reason(begin(0, "default"))).contains("give a later time");
  }

  @Test
  void itWaitsForMovesAndFills() {
    NodeId node = state.partitions().get(2).preferenceList().getFirst();
    accept(new Refill(node, 2, 1));
    assertThat(reason(begin(TIME, "default"))).contains("partition 2", "are being filled");
    accept(new Filled(node, List.of(new Filled.Place(2, epochs().get(2)))));
    accept(begin(TIME, "default"));
    accept(new EndCut(index, ""));

    moves();
    assertThat(reason(begin(TIME, "default"))).contains("partition 1", "on the move");
  }

  /** An image of a replica that lacks something would be counted, whatever the model is. */
  @Test
  void ofOtherModelsItWaitsForMovesAndFillsTooAndAMoveMakesItVoid() {
    String name = named(Model.COUNTERS);
    NodeId node = state.partitions().get(2).preferenceList().getFirst();
    accept(new Refill(node, 2, 1));
    assertThat(reason(begin(TIME, name))).contains("partition 2", "are being filled");
    accept(new Filled(node, List.of(new Filled.Place(2, epochs().get(2)))));
    accept(begin(TIME, name));
    long id = index;

    moves();

    isVoid(id, "partition 1 took a step of a move");
    assertThat(reason(begin(LATER, name))).contains("partition 1", "on the move");
  }

  /** Partition 1 sets out. */
  private void moves() {
    plan();
    step();
  }

  private void plan() {
    accept(new Rebalance());
    List<NodeId> target = new ArrayList<>(state.partitions().get(1).preferenceList());
    Collections.reverse(target);
    TreeMap<Integer, List<NodeId>> targets = new TreeMap<>();
    targets.put(1, target);
    accept(new PlanChange(state.change().wishedAt(), targets));
  }

  private void step() {
    accept(new StepMoves(List.of(new MoveStep(1, epochs().get(1), MoveStep.Kind.BEGIN))));
  }

  @Test
  void purgesWaitUntilItIsSealed() {
    create("a", TenantSettings.NONE);
    accept(new PromisePurge(List.of(new AtEpoch(0, 1)), Hlc.of(3, 0)));
    accept(begin(TIME, "a"));
    long id = index;
    purgesAreRefused();
    accept(new CloseCut(id));
    purgesAreRefused();
    assertThat(state.cut().step()).isEqualTo(Step.CLOSED);

    accept(new SealCut(id, majorities()));
    accept(new ConfirmPurge(List.of(new AtEpoch(0, epochs().get(0))), Hlc.of(3, 0)));
    accept(new PromisePurge(List.of(new AtEpoch(1, epochs().get(1))), Hlc.of(3, 0)));
    assertThat(state.cut().step()).isEqualTo(Step.SEALED);
  }

  private void purgesAreRefused() {
    assertThat(reason(new ConfirmPurge(List.of(new AtEpoch(0, epochs().get(0))), Hlc.of(3, 0))))
        .contains("is being made");
    assertThat(reason(new PromisePurge(List.of(new AtEpoch(1, epochs().get(1))), Hlc.of(3, 0))))
        .contains("is being made");
  }

  @Test
  void aMoveMakesItVoid() {
    long id = armed();
    plan();
    assertThat(state.cut().step()).as("nothing has set out").isEqualTo(Step.ARMED);

    step();

    isVoid(id, "partition 1 took a step of a move");
    assertThat(state.partitions().get(1).move()).isNotNull();
  }

  @Test
  void aClosedOneIsVoidLikewise() {
    long id = closed();
    NodeId node = state.partitions().get(2).preferenceList().getFirst();
    accept(new Refill(node, 2, epochs().get(2)));
    isVoid(id, "partition 2");
    assertThat(state.cut().floor()).as("stays").isEqualTo(TIME);
  }

  @Test
  void nodesThatAreGivenUpMakeItVoid() {
    long id = armed();
    accept(
        new GiveUpNodes(
            new TreeSet<>(state.partitions().getFirst().preferenceList().subList(0, 2)), true));
    isVoid(id, "partition");
  }

  @Test
  void whateverBecomesOfOneOfItsTenantsMakesItVoid() {
    List<Command> changes =
        List.of(
            new DropTenant("a"),
            new TruncateTenant("a"),
            new AlterTenant("a", null, null, 77L),
            new AlterTenant("a", TenantSettings.NONE, 5),
            new Requested(new RequestKey(1, 2), 3, 0, new DropTenant("a")));
    for (Command change : changes) {
      state = Genesis.create(Clusters.ID, Clusters.members(5), 4);
      index = 1;
      long id = armed();
      accept(change);
      isVoid(id, "tenant 'a' was altered, dropped or truncated");
    }
  }

  private void isVoid(long id, String why) {
    assertThat(state.cut().id()).isEqualTo(id);
    assertThat(state.cut().step()).isEqualTo(Step.ENDED);
    assertThat(state.cut().reason()).contains(why);
    assertThat(state.cut().counted()).isEmpty();
    assertThat(state.stateVersion()).isEqualTo(index);
  }

  @Test
  void whatChangesNeitherPlacesNorItsTenantsLeavesItAsItIs() {
    armed();
    Cut cut = state.cut();
    List<Command> changes =
        List.of(
            new AlterTenant("b", null, null, 77L),
            new TruncateTenant("b"),
            new DropTenant("b"),
            new CreateTenant("c", 3, null, null, 0),
            new MarkDown(new NodeId(3), true),
            new NodeStarted(new NodeId(2), "host-2:7400", "local", "b", 1, 2, Releases.THIS),
            new Join(new NodeId(6), "host-6:7400", "local", "b", 1, true, Releases.THIS),
            new Rebalance());
    for (Command change : changes) {
      accept(change);
      assertThat(state.cut()).as(change.toString()).isEqualTo(cut);
    }
  }

  @Test
  void aSealedOneOutlastsMovesAndTenants() {
    long id = closed();
    accept(new SealCut(id, majorities()));
    Cut cut = state.cut();
    moves();
    accept(new DropTenant("a"));
    assertThat(state.cut()).isEqualTo(cut);
  }

  /** What the survivor never heard of may have been a whole backup. */
  @Test
  void aRecoveredGroupTakesItForDoneAndStampsNothingUpToItsTime() {
    long id = armed();
    ClusterState recovered =
        state.recovered(
            new GroupRecovery(1, new NodeId(1), 1, state.stateVersion(), 0, "", List.of()), 1_000);

    assertThat(recovered.cut().id()).isEqualTo(id);
    assertThat(recovered.cut().step()).isEqualTo(Step.ENDED);
    assertThat(recovered.cut().reason()).contains("recovered");
    assertThat(recovered.cut().floor()).isEqualTo(TIME);
  }

  @Test
  void onlyTheLeaderTakesItFurther() {
    assertThat(Authorship.isOfLeader(new RearmCut(1, TIME))).isTrue();
    assertThat(Authorship.isOfLeader(new CloseCut(1))).isTrue();
    assertThat(Authorship.isOfLeader(new SealCut(1, List.of()))).isTrue();
    assertThat(Authorship.isOfLeader(begin(TIME, "a"))).isFalse();
    assertThat(Authorship.isOfLeader(new EndCut(1, ""))).isFalse();
  }

  @Test
  void anEarlierVersionHasNoneOfIt() {
    ClusterState early = Clusters.ofTheReleaseBefore();
    for (Command command :
        List.of(
            begin(TIME, "default"),
            new RearmCut(1, TIME),
            new CloseCut(1),
            new SealCut(1, List.of()),
            new EndCut(1, ""))) {
      Decision decision = early.apply(command, early.stateVersion() + 1);
      assertThat(((Rejected) decision).reason()).contains("since cluster version 2");
    }
  }

  @Test
  void noStateHasOneThatDoesNotFit() {
    ClusterState early = Clusters.ofTheReleaseBefore();
    Cut cut = new Cut(1, TIME, Step.ARMED, new TreeSet<>(), List.of(), 0, "");
    assertThatThrownBy(() -> early.with(cut, early.partitions(), 2))
        .hasMessageContaining("a cut in a cluster at version 1");
    for (Cut impossible :
        List.of(
            new Cut(3, TIME, Step.ARMED, new TreeSet<>(), List.of(), 0, ""),
            new Cut(0, TIME, Step.ARMED, new TreeSet<>(), List.of(), 0, ""),
            new Cut(1, TIME, Step.ARMED, new TreeSet<>(), majorities(), 0, ""),
            new Cut(1, TIME, Step.SEALED, new TreeSet<>(), List.of(), 0, ""),
            beforeHistory(Step.CLOSED, true),
            beforeHistory(Step.ENDED, false))) {
      assertThatThrownBy(() -> state.with(impossible, state.partitions(), 2))
          .as(impossible.toString())
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static Cut beforeHistory(Step step, boolean past) {
    return new Cut(
        1, TIME, step, past, new TreeSet<>(), List.of(), 0, Cause.BEFORE_HISTORY, "kept since");
  }
}
