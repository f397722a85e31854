package io.quorate.cluster.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.bytes.LaterFormatException;
import io.quorate.bytes.MalformedBytesException;
import io.quorate.cluster.Change;
import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Clusters;
import io.quorate.cluster.Command;
import io.quorate.cluster.Command.AcknowledgeLoss;
import io.quorate.cluster.Command.AddNode;
import io.quorate.cluster.Command.AlterTenant;
import io.quorate.cluster.Command.AtEpoch;
import io.quorate.cluster.Command.BeginCut;
import io.quorate.cluster.Command.BeginPastCut;
import io.quorate.cluster.Command.CancelChange;
import io.quorate.cluster.Command.CloseCut;
import io.quorate.cluster.Command.CloseForRestore;
import io.quorate.cluster.Command.ConfirmPurge;
import io.quorate.cluster.Command.CreateJoinToken;
import io.quorate.cluster.Command.CreateTenant;
import io.quorate.cluster.Command.DropJoinToken;
import io.quorate.cluster.Command.DropTenant;
import io.quorate.cluster.Command.EndCut;
import io.quorate.cluster.Command.Filled;
import io.quorate.cluster.Command.FinishRestore;
import io.quorate.cluster.Command.GiveUpNodes;
import io.quorate.cluster.Command.GiveUpRestore;
import io.quorate.cluster.Command.Join;
import io.quorate.cluster.Command.LimitChange;
import io.quorate.cluster.Command.MarkDown;
import io.quorate.cluster.Command.MoveNode;
import io.quorate.cluster.Command.MoveStep;
import io.quorate.cluster.Command.NodeLeft;
import io.quorate.cluster.Command.NodeReplaced;
import io.quorate.cluster.Command.NodeStarted;
import io.quorate.cluster.Command.PlanChange;
import io.quorate.cluster.Command.PromisePurge;
import io.quorate.cluster.Command.Readmit;
import io.quorate.cluster.Command.RearmCut;
import io.quorate.cluster.Command.Rebalance;
import io.quorate.cluster.Command.Refill;
import io.quorate.cluster.Command.RemoveNode;
import io.quorate.cluster.Command.ReplaceNode;
import io.quorate.cluster.Command.Requested;
import io.quorate.cluster.Command.SealCut;
import io.quorate.cluster.Command.StepMoves;
import io.quorate.cluster.Command.TakeForRestore;
import io.quorate.cluster.Command.TruncateTenant;
import io.quorate.cluster.Decision;
import io.quorate.cluster.Decision.Accepted;
import io.quorate.cluster.Genesis;
import io.quorate.cluster.GroupRecovery;
import io.quorate.cluster.JoinTokenText;
import io.quorate.cluster.JoinTokens;
import io.quorate.cluster.RequestKey;
import io.quorate.model.NodeId;
import io.quorate.model.Releases;
import io.quorate.placement.Cut.Cause;
import io.quorate.placement.HintOverflow;
import io.quorate.placement.Level;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.PurgeMarks;
import io.quorate.placement.ReadRepair;
import io.quorate.placement.ReplicationFactor;
import io.quorate.placement.TenantSetting;
import io.quorate.placement.TenantSettings;
import io.quorate.raft.RaftConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

class CodecTest {

  @Property(tries = 500)
  void aCommandComesBackAsItWas(@ForAll("commands") Command command) {
    assertThat(CommandCodec.decode(CommandCodec.encode(command, 2))).isEqualTo(command);
  }

  @Property(tries = 200)
  void aStateComesBackAsItWas(@ForAll("logs") List<Command> log) {
    ClusterState state = fold(log);
    byte[] bytes = ClusterStateCodec.encode(state);

    assertThat(ClusterStateCodec.decode(bytes)).isEqualTo(state);
    assertThat(ClusterStateCodec.encode(ClusterStateCodec.decode(bytes))).isEqualTo(bytes);
  }

  @Property(tries = 200)
  void marksOfPartitionsComeBackAsTheyWere(
      @ForAll long purged, @ForAll long promised, @ForAll List<Boolean> filling) {
    ClusterState plain = Clusters.ofNodes(5);
    boolean ordered = Long.compareUnsigned(purged, promised) <= 0;
    PurgeMarks marks =
        ordered ? new PurgeMarks(promised, purged) : new PurgeMarks(purged, promised);
    List<PartitionPlacement> partitions = new ArrayList<>();
    for (PartitionPlacement partition : plain.partitions()) {
      List<NodeId> list = partition.preferenceList();
      SortedSet<NodeId> filled = new TreeSet<>();
      for (int i = 0; i < Math.min(list.size(), filling.size()); i++) {
        if (filling.get(i)) {
          filled.add(list.get(i));
        }
      }
      partitions.add(new PartitionPlacement(partition.epoch(), list, marks, filled));
    }
    ClusterState state =
        new ClusterState(
            plain.clusterId(),
            plain.clusterVersion(),
            plain.stateVersion(),
            plain.members(),
            plain.tenants(),
            plain.tenantIds().next(),
            partitions);

    assertThat(ClusterStateCodec.decode(ClusterStateCodec.encode(state))).isEqualTo(state);
  }

  /** One folds from the beginning, the other is restarted from a snapshot after each command. */
  @Property(tries = 200)
  void nodesThatFoldTheSameLogHoldTheSameBytes(@ForAll("logs") List<Command> log) {
    ClusterState restarted = Clusters.ofNodes(5);
    for (int i = 0; i < log.size(); i++) {
      ClusterState loaded = ClusterStateCodec.decode(ClusterStateCodec.encode(restarted));
      Command read = CommandCodec.decode(CommandCodec.encode(log.get(i), 2));
      restarted = next(loaded, read, i + 2);
    }

    assertThat(ClusterStateCodec.encode(restarted)).isEqualTo(ClusterStateCodec.encode(fold(log)));
  }

  @Property(tries = 1000)
  void damagedBytesAreRefusedOrAreAnotherState(
      @ForAll("positions") double position, @ForAll byte damage) {
    byte[] bytes = ClusterStateCodec.encode(Clusters.ofNodes(5));
    byte[] damaged = bytes.clone();
    damaged[(int) (position * bytes.length)] ^= damage;
    try {
      assertThat(ClusterStateCodec.encode(ClusterStateCodec.decode(damaged))).isEqualTo(damaged);
    } catch (MalformedBytesException refused) {
      assertThat(refused).hasMessageContaining("a cluster state of " + bytes.length + " bytes");
    }
  }

  @Example
  void cutOrExtendedBytesAreRefused() {
    byte[] state = ClusterStateCodec.encode(Clusters.ofNodes(5));
    for (int length = 0; length < state.length; length++) {
      byte[] cut = Arrays.copyOf(state, length);
      assertThatThrownBy(() -> ClusterStateCodec.decode(cut))
          .isInstanceOf(MalformedBytesException.class);
    }
    assertThatThrownBy(() -> ClusterStateCodec.decode(Arrays.copyOf(state, state.length + 1)))
        .hasMessageContaining("1 bytes are left over");
    byte[] command = CommandCodec.encode(new CreateTenant("t", 3, Level.ONE, null, 0), 1);
    assertThatThrownBy(() -> CommandCodec.decode(Arrays.copyOf(command, command.length + 1)))
        .hasMessageContaining("1 bytes are left over");
    assertThatThrownBy(() -> CommandCodec.decode(Arrays.copyOf(command, command.length - 1)))
        .hasMessageContaining("ends too early");
  }

  /** The release before would stop at a byte that it does not know. */
  @Example
  void namesAreWrittenFromTheVersionOnThatAllNodesReadThemAt() {
    NodeStarted named =
        new NodeStarted(new NodeId(1), "h:1", "r", "z", 1, 3, Releases.THIS, "upper", "c:1");
    NodeStarted unnamed = new NodeStarted(new NodeId(1), "h:1", "r", "z", 1, 3, Releases.THIS);
    byte[] first = CommandCodec.encode(named, 1);
    assertThat(first).isEqualTo(CommandCodec.encode(unnamed, 1)).startsWith(10);
    assertThat(CommandCodec.decode(first, 1)).isEqualTo(unnamed);
    byte[] second = CommandCodec.encode(named, 2);
    assertThat(second).startsWith(11);
    assertThat(CommandCodec.decode(second, 2)).isEqualTo(named);
    assertThatThrownBy(() -> CommandCodec.decode(second, 1))
        .isInstanceOf(LaterFormatException.class)
        .hasMessageContaining("format 11, and this release of Quorate reads format 10");
  }

  /** The largest cluster, with three replicas in each of five regions. */
  @Example
  void thePlanOfTheLargestClusterFitsInAnEntryOfTheLog() {
    TreeMap<Integer, List<NodeId>> targets = new TreeMap<>();
    for (int partition = 0; partition < ClusterState.PARTITIONS_MAX; partition++) {
      List<NodeId> list = new ArrayList<>();
      for (int i = 0; i < 15; i++) {
        list.add(new NodeId(-1 - (partition * 7L + i) % 1_000));
      }
      targets.put(partition, list);
    }
    targets.put(0, List.of(new NodeId(1), new NodeId(1))); // which the state refuses
    PlanChange plan = new PlanChange(9, targets);
    byte[] bytes = CommandCodec.encode(plan, 2);
    assertThat(bytes.length).isLessThan(RaftConfig.DEFAULT.entryBytesMax());
    assertThat(CommandCodec.decode(bytes)).isEqualTo(plan);
  }

  /** As the release before reads it. */
  @Example
  void aPlanNamesNodesByTheirIdsAtTheFirstVersion() {
    PlanChange plan =
        new PlanChange(9, new TreeMap<>(Map.of(3, List.of(new NodeId(5), new NodeId(4)))));
    assertThat(CommandCodec.encode(plan, 1))
        .containsExactly(10, 38, 9, 1, 3, 2, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 4);
    assertThat(CommandCodec.decode(CommandCodec.encode(plan, 1), 1)).isEqualTo(plan);
    assertThat(CommandCodec.encode(plan, 2))
        .containsExactly(
            11, 44, 9, 2, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 5, 1, 3, 2, 1, 0);
  }

  @Example
  void aStateIsWrittenAtItsOwnVersion() {
    byte[] second = ClusterStateCodec.encode(Clusters.ofNodes(3));
    assertThat(second).startsWith(12);
    assertThatThrownBy(() -> ClusterStateCodec.decode(second, 1))
        .isInstanceOf(LaterFormatException.class)
        .hasMessageContaining("a later release wrote it");
    byte[] otherwise = second.clone();
    otherwise[0] = 11;
    assertThatThrownBy(() -> ClusterStateCodec.decode(otherwise))
        .isNotInstanceOf(LaterFormatException.class)
        .hasMessageContaining("a state of cluster version 2 in format 11");
  }

  @Example
  void anUnknownFormatSaysSo() {
    assertThatThrownBy(() -> ClusterStateCodec.decode(new byte[] {99, 1, 2}))
        .hasMessageContainingAll("format 99", "reads format 12", "a later release wrote it");
    assertThatThrownBy(() -> CommandCodec.decode(new byte[] {9, 99}))
        .hasMessageContainingAll("format 9", "an earlier release wrote it");
    assertThatThrownBy(() -> CommandCodec.decode(new byte[] {10, 99}))
        .hasMessageContaining("unknown kind of command 99");
  }

  @Example
  void aRecoveredStateIsReadAsItWas() {
    ClusterState plain = Clusters.ofNodes(5);
    GroupRecovery recovery =
        new GroupRecovery(
            65_543, new NodeId(3), 4, 217, 1_700_000_000_000L, "ops", List.of(new NodeId(1)));
    ClusterState recovered = plain.recovered(recovery, 65_543L << 20);

    assertThat(recovered.recoveries()).containsExactly(recovery);
    assertThat(recovered.partitions()).allMatch(each -> each.epoch() == 65_543L << 20);
    assertThat(recovered.tenantIds().next()).isGreaterThan(plain.tenantIds().next());
    assertThat(ClusterStateCodec.decode(ClusterStateCodec.encode(recovered))).isEqualTo(recovered);
    assertThatThrownBy(() -> recovered.recovered(recovery, 65_543L << 20))
        .hasMessageContaining("is not below");
  }

  @Example
  void joinTokensAreReadAsTheyWere() {
    JoinTokenText text = new JoinTokenText("0123cdef", "0f".repeat(16));
    CreateJoinToken create =
        new CreateJoinToken(text.id(), text.hash(), 1_700_000_360_000L, 3, 1_700_000_000_000L);
    Join join =
        new Join(
            new NodeId(4),
            "host-4:7400",
            "local",
            "d",
            1,
            true,
            Releases.THIS,
            new JoinTokens.Use(text.id(), 1_700_000_000_001L));
    ClusterState state = Clusters.ofNodes(3);
    for (Command command : List.of(create, join, new DropJoinToken(text.id()))) {
      assertThat(CommandCodec.decode(CommandCodec.encode(command, 2))).isEqualTo(command);
      state = next(state, command, state.stateVersion() + 1);
      assertThat(ClusterStateCodec.decode(ClusterStateCodec.encode(state))).isEqualTo(state);
    }
    assertThat(state.members()).hasSize(4);
    assertThat(state.joinTokens().byId()).isEmpty();
    Join without = new Join(new NodeId(4), "host-4:7400", "local", "d", 1, true, Releases.THIS);
    byte[] first = CommandCodec.encode(join, 1);
    assertThat(first).as("the release before").isEqualTo(CommandCodec.encode(without, 1));
    assertThat(CommandCodec.decode(first, 1)).isEqualTo(without);
    assertThat(CommandCodec.decode(CommandCodec.encode(without, 2))).isEqualTo(without);
  }

  private static ClusterState withCut(ClusterState state, Command... commands) {
    ClusterState now = state;
    for (Command command : commands) {
      Command read = CommandCodec.decode(CommandCodec.encode(command, 2));
      assertThat(read).isEqualTo(command);
      Decision decision = now.apply(read, now.stateVersion() + 1);
      assertThat(decision).as(command.toString()).isInstanceOf(Accepted.class);
      now = ((Accepted) decision).next();
      assertThat(ClusterStateCodec.decode(ClusterStateCodec.encode(now))).isEqualTo(now);
    }
    return now;
  }

  /** A cluster may have been at this version before its nodes knew cuts. */
  @Example
  void aStateWithoutACutIsWrittenAsBeforeThereWereCuts() {
    ClusterState plain = Clusters.ofNodes(3);
    ClusterState armed = withCut(plain, new BeginCut(new TreeSet<>(List.of("default")), 9));
    byte[] with = ClusterStateCodec.encode(armed);
    byte[] without = ClusterStateCodec.encode(plain);
    String cut =
        ("02" + "0000000000000009" + "01") + "0101" + ("00" + "00") + "0000000000000000" + "00";
    assertThat(with).hasSize(without.length + cut.length() / 2);
    assertThat(HexFormat.of().formatHex(with)).endsWith(cut);
    assertThat(without).endsWith(0, 0, 0, 0); // locks, access, join tokens, dropped tenants
    byte[] never = Arrays.copyOf(without, without.length + cut.length() / 2);
    never[without.length + 9] = 4;
    assertThatThrownBy(() -> ClusterStateCodec.decode(never))
        .isInstanceOf(MalformedBytesException.class);
  }

  @Example
  void aCutIsReadAsItWas() {
    ClusterState plain = Clusters.ofNodes(5);
    List<SortedSet<NodeId>> counted = new ArrayList<>();
    for (PartitionPlacement each : plain.partitions()) {
      counted.add(new TreeSet<>(each.preferenceList().subList(1, 3)));
    }
    BeginCut begin = new BeginCut(new TreeSet<>(List.of("default")), 9);
    long id = plain.stateVersion() + 1;
    ClusterState ended =
        withCut(
            plain,
            begin,
            new RearmCut(id, 12),
            new CloseCut(id),
            new SealCut(id, counted),
            new EndCut(id, "why"));
    assertThat(ended.cut().reason()).isEqualTo("why");
    assertThat(ended.cut().floor()).isEqualTo(12);
  }

  @Example
  void theBytesOfStepsOfACutStayAsTheyAre() {
    SortedSet<NodeId> one = new TreeSet<>(List.of(new NodeId(5)));
    SortedSet<NodeId> two = new TreeSet<>(List.of(new NodeId(2), new NodeId(5)));
    assertThat(hex(new BeginCut(new TreeSet<>(List.of("b", "a")), 9)))
        .isEqualTo("0b42" + "02" + "0161" + "0162" + "0000000000000009");
    assertThat(hex(new BeginPastCut(new TreeSet<>(List.of("b", "a")), 9)))
        .isEqualTo("0b47" + "02" + "0161" + "0162" + "0000000000000009");
    assertThat(hex(new RearmCut(300, 9))).isEqualTo("0b43" + "ac02" + "0000000000000009");
    assertThat(hex(new CloseCut(300))).isEqualTo("0b44" + "ac02");
    assertThat(hex(new SealCut(300, List.of(one, two))))
        .isEqualTo(
            ("0b45" + "ac02")
                + ("02" + "0000000000000002" + "0000000000000005")
                + ("02" + "0101" + "020001"));
    assertThat(hex(new EndCut(300, "ab"))).isEqualTo("0b46" + "ac02" + "026162");
    EndCut early = new EndCut(300, Cause.BEFORE_HISTORY, "ab");
    assertThat(hex(early)).isEqualTo("0b48" + "ac02" + "026162");
    assertThat(CommandCodec.decode(CommandCodec.encode(early, 2))).isEqualTo(early);
    for (String malformed :
        List.of(
            "0b42" + "02" + "0162" + "0161" + "0000000000000009", // tenants out of order
            "0b45" + "05" + "00" + "01" + "0100", // a node that is not named
            "0b45" + "05" + "01" + "0000000000000002" + "00", // one that is named for nothing
            "0b45" + "05" + "01" + "0000000000000002" + "01" + "020000")) { // and one twice
      assertThatThrownBy(() -> CommandCodec.decode(HexFormat.of().parseHex(malformed)))
          .isInstanceOf(MalformedBytesException.class);
    }
  }

  private static String hex(Command command) {
    return HexFormat.of().formatHex(CommandCodec.encode(command, 2));
  }

  /** What is on disk must be read by later versions: a change here needs a new format number. */
  @Example
  void theBytesOfACommandStayAsTheyAre() {
    byte[] bytes =
        CommandCodec.encode(
            new CreateTenant("orders", 3, Level.QUORUM, new Level.Count(300), 5), 1);

    assertThat(HexFormat.of().formatHex(bytes))
        .isEqualTo("0a02066f72646572730303" + "05ac02" + "0105" + "00" + "000000");
    byte[] repaired =
        CommandCodec.encode(
            new AlterTenant(
                "orders",
                TenantSettings.NONE
                    .with(TenantSetting.READ_REPAIR, ReadRepair.background(30))
                    .with(TenantSetting.BYTES_PER_SECOND, 9L)
                    .with(TenantSetting.HINT_OVERFLOW, HintOverflow.REJECT)),
            1);
    assertThat(HexFormat.of().formatHex(repaired))
        .isEqualTo("0a03066f7264657273" + "0000" + "00" + "031e" + "00" + "0109" + "02" + "00");
  }

  @Example
  void departedNodesAreReadAsTheyWere() {
    ClusterState founded = Clusters.ofNodes(3);
    Join join = new Join(new NodeId(4), "host-4:7400", "local", "d", 1, true, Releases.THIS);
    ClusterState state = founded;
    long index = founded.stateVersion();
    for (Command command :
        List.of(join, new RemoveNode(new NodeId(4)), new NodeLeft(new NodeId(4)))) {
      state = ((Decision.Accepted) state.apply(command, ++index)).next();
    }
    assertThat(state.departed().nodes()).containsExactly(new NodeId(4));
    assertThat(ClusterStateCodec.decode(ClusterStateCodec.encode(state))).isEqualTo(state);
  }

  @Example
  void whatIsLostIsReadAsItWas() {
    ClusterState state = Clusters.ofNodes(5);
    SortedSet<NodeId> gone = new TreeSet<>(List.of(new NodeId(1), new NodeId(2)));
    GiveUpNodes giveUp = new GiveUpNodes(gone, true);
    assertThat(CommandCodec.decode(CommandCodec.encode(giveUp, 1))).isEqualTo(giveUp);
    assertThat(CommandCodec.decode(CommandCodec.encode(new AcknowledgeLoss(), 1)))
        .isEqualTo(new AcknowledgeLoss());

    ClusterState lossy = ((Decision.Accepted) state.apply(giveUp, 2)).next();
    assertThat(lossy.losses()).isNotEmpty();
    assertThat(ClusterStateCodec.decode(ClusterStateCodec.encode(lossy))).isEqualTo(lossy);
  }

  @Example
  void aStateOfAThousandNodesIsCompact() {
    byte[] bytes =
        ClusterStateCodec.encode(Genesis.create(Clusters.ID, Clusters.members(1000), 1024));

    assertThat(bytes.length).isLessThan(1000 * 60 + 1024 * (4 + 5 * 2));
  }

  private static ClusterState fold(List<Command> log) {
    ClusterState state = Clusters.ofNodes(5);
    for (int i = 0; i < log.size(); i++) {
      state = next(state, log.get(i), i + 2);
    }
    return state;
  }

  private static ClusterState next(ClusterState state, Command command, long index) {
    return state.apply(command, index) instanceof Accepted accepted ? accepted.next() : state;
  }

  @Provide
  Arbitrary<Double> positions() {
    return Arbitraries.doubles().between(0, true, 1, false);
  }

  @Provide
  Arbitrary<List<Command>> logs() {
    return commands().list().ofMaxSize(40);
  }

  /** Mostly sensible ones, so that logs get somewhere. */
  @Provide
  Arbitrary<Command> commands() {
    Arbitrary<String> names =
        Arbitraries.frequencyOf(
            Tuple.of(9, Arbitraries.of("", "default", "a", "b", "c")),
            Tuple.of(1, Arbitraries.strings().alpha().ofMaxLength(100)));
    Arbitrary<Level> levels =
        Arbitraries.oneOf(
            Arbitraries.of(Level.ONE, Level.TWO, Level.QUORUM, Level.ALL),
            Arbitraries.integers().between(1, 6).map(Level.Count::new));
    Arbitrary<Long> ttls = Arbitraries.oneOf(Arbitraries.just(0L), Arbitraries.longs());
    Arbitrary<Command> create =
        Combinators.combine(names, Arbitraries.integers().between(-1, 6), settings(levels, ttls))
            .as(CreateTenant::new);
    Arbitrary<Command> alter =
        Combinators.combine(names, settings(levels, ttls)).as(AlterTenant::new);
    Arbitrary<Command> started =
        Combinators.combine(
                Arbitraries.longs().between(1, 6).map(NodeId::new),
                Arbitraries.of("host-1:7400", "x:1", "y:2", "z:3", "nowhere"),
                Arbitraries.of("a", "b", "c"),
                Arbitraries.oneOf(Arbitraries.doubles(), Arbitraries.of(0.5, 1.0, Double.NaN)),
                Arbitraries.integers().between(-1, 20))
            .as(
                (id, address, zone, w, boot) ->
                    new NodeStarted(
                        id,
                        address,
                        "local",
                        zone,
                        w,
                        boot,
                        Releases.THIS,
                        zone,
                        boot % 2 == 0 ? address : ""));
    Arbitrary<List<AtEpoch>> partitions =
        Combinators.combine(
                Arbitraries.integers().between(-1, 40), Arbitraries.longs().between(0, 3))
            .as(AtEpoch::new)
            .list()
            .ofMaxSize(6);
    Arbitrary<Long> marks = Arbitraries.of(0L, 1L, 5L, 9L, -1L);
    Arbitrary<Command> promise = Combinators.combine(partitions, marks).as(PromisePurge::new);
    Arbitrary<Command> confirm = Combinators.combine(partitions, marks).as(ConfirmPurge::new);
    Arbitrary<Integer> ids = Arbitraries.integers().between(-1, 9);
    Arbitrary<Command> drop = Combinators.combine(names, ids).as(DropTenant::new);
    Arbitrary<Command> truncate = Combinators.combine(names, ids).as(TruncateTenant::new);
    Arbitrary<Command> close =
        Combinators.combine(
                names,
                Arbitraries.integers().between(-1, 6).map(ReplicationFactor::of),
                settings(levels, ttls))
            .as(CloseForRestore::new);
    Arbitrary<Command> take = Combinators.combine(names, marks, partitions).as(TakeForRestore::new);
    Arbitrary<Command> finish =
        Combinators.combine(
                names,
                Arbitraries.integers().between(0, 6),
                Arbitraries.integers().between(-1, 6).map(ReplicationFactor::of),
                settings(levels, ttls))
            .as(FinishRestore::new);
    Arbitrary<Command> giveUp = Combinators.combine(names, marks).as(GiveUpRestore::new);
    return Arbitraries.oneOf(
        create,
        alter,
        drop,
        truncate,
        close,
        take,
        finish,
        giveUp,
        started,
        promise,
        confirm,
        cuts(names),
        readmissions(),
        wishes(),
        moves(),
        requests());
  }

  private static Arbitrary<Command> cuts(Arbitrary<String> names) {
    Arbitrary<Long> ids = Arbitraries.longs().between(0, 42);
    Arbitrary<Long> times = Arbitraries.of(0L, 1L, 5L, 9L, -1L);
    Arbitrary<NodeId> nodes = Arbitraries.longs().between(1, 6).map(NodeId::new);
    return Arbitraries.oneOf(
        Combinators.combine(names.set().ofMaxSize(3), times)
            .as((some, time) -> new BeginCut(new TreeSet<>(some), time)),
        Combinators.combine(names.set().ofMaxSize(3), times)
            .as((some, time) -> new BeginPastCut(new TreeSet<>(some), time)),
        Combinators.combine(ids, times).as(RearmCut::new),
        ids.map(CloseCut::new),
        Combinators.combine(ids, nodes.set().ofMaxSize(3).list().ofMaxSize(20))
            .as(
                (id, counted) ->
                    new SealCut(
                        id, counted.stream().<SortedSet<NodeId>>map(TreeSet::new).toList())),
        Combinators.combine(ids, names).as(EndCut::new));
  }

  private static Arbitrary<Command> requests() {
    return Combinators.combine(
            Arbitraries.longs(),
            Arbitraries.longs(),
            Arbitraries.longs(),
            Arbitraries.longs(),
            limits().injectNull(0.5),
            Arbitraries.oneOf(wishes(), moves()))
        .as(
            (high, low, content, expected, limits, change) ->
                new Requested(new RequestKey(high, low), content, expected, limits, change));
  }

  @Example
  void aRequestIsItsKeyItsContentTheStateItExpectsAndWhatIsAskedFor() {
    byte[] bytes =
        CommandCodec.encode(
            new Requested(new RequestKey(1, -1), 7, 300, new AddNode(new NodeId(5))), 1);

    assertThat(HexFormat.of().formatHex(bytes))
        .isEqualTo(
            "0a32"
                + ("0000000000000001" + "ffffffffffffffff" + "0000000000000007")
                + ("ac02" + "00" + "1f" + "0000000000000005"));
  }

  @Example
  void aRequestMayHoldLimits() {
    Requested limited =
        new Requested(
            new RequestKey(1, -1),
            7,
            300,
            new LimitChange(300, null, null, true),
            new AddNode(new NodeId(5)));

    assertThat(HexFormat.of().formatHex(CommandCodec.encode(limited, 1)))
        .isEqualTo(
            "0a32"
                + ("0000000000000001" + "ffffffffffffffff" + "0000000000000007")
                + ("ac02" + "01" + ("25" + "01ac02" + "00" + "00" + "0101"))
                + ("1f" + "0000000000000005"));
    String around = "0a32" + "0000000000000001" + "0000000000000002" + "0000000000000003" + "00";
    for (String other : List.of("0123" + "23", "0223", "0132")) {
      assertThatThrownBy(() -> CommandCodec.decode(HexFormat.of().parseHex(around + other)))
          .isInstanceOf(MalformedBytesException.class);
    }
  }

  /** One level only: else a short entry of the log could nest as deep as it is long. */
  @Example
  void aRequestWithinARequestIsRefused() {
    String around = "32" + "0000000000000001" + "0000000000000002" + "0000000000000003" + "0000";

    assertThatThrownBy(
            () -> CommandCodec.decode(HexFormat.of().parseHex("0a" + around + around + "23")))
        .isInstanceOf(MalformedBytesException.class)
        .hasMessageContaining("a request within a request");
    Requested once = new Requested(new RequestKey(0, 1), 3, 0, new Rebalance());
    assertThatThrownBy(() -> new Requested(new RequestKey(0, 2), 3, 0, once))
        .hasMessageContaining("holds a change");
  }

  private static Arbitrary<Command> readmissions() {
    Arbitrary<NodeId> nodes = Arbitraries.longs().between(1, 9).map(NodeId::new);
    Arbitrary<Integer> partitions = Arbitraries.integers().between(-1, 16);
    Arbitrary<Long> epochs = Arbitraries.longs().between(1, 4);
    return Arbitraries.oneOf(
        Combinators.combine(nodes, Arbitraries.of(true, false)).as(Readmit::new),
        Combinators.combine(nodes, nodes, Arbitraries.of("a", "b", "c"))
            .as(
                (lost, id, zone) ->
                    new NodeReplaced(
                        lost,
                        id,
                        "host-" + lost.value() + ":7400",
                        "local",
                        zone,
                        1,
                        Releases.THIS)),
        Combinators.combine(nodes, partitions, epochs).as(Refill::new),
        Combinators.combine(
                nodes, Combinators.combine(partitions, epochs).as(Filled.Place::new).list())
            .as(Filled::new));
  }

  private static Arbitrary<LimitChange> limits() {
    Arbitrary<Boolean> either = Arbitraries.of(true, false);
    return Combinators.combine(
            Arbitraries.integers().between(0, Change.Limits.PARALLEL_MAX + 1).injectNull(0.3),
            Arbitraries.longs().injectNull(0.3),
            either.injectNull(0.3),
            either.injectNull(0.3))
        .as(LimitChange::new);
  }

  private static Arbitrary<Command> wishes() {
    Arbitrary<NodeId> nodes = Arbitraries.longs().between(1, 9).map(NodeId::new);
    Arbitrary<Boolean> either = Arbitraries.of(true, false);
    Arbitrary<Command> join =
        Combinators.combine(nodes, Arbitraries.of("a", "b", "d"), either)
            .as(
                (id, zone, spare) ->
                    new Join(
                        id,
                        "host-" + id.value() + ":7400",
                        "local",
                        zone,
                        1,
                        spare,
                        Releases.THIS));
    return Arbitraries.oneOf(
        join,
        limits().map(Command.class::cast),
        nodes.map(AddNode::new),
        nodes.map(RemoveNode::new),
        Combinators.combine(nodes, nodes).as(ReplaceNode::new),
        Combinators.combine(nodes, Arbitraries.of("x", "y"), Arbitraries.of("a", "e"))
            .as(MoveNode::new),
        Arbitraries.of(new Rebalance(), new CancelChange()),
        Combinators.combine(nodes, either).as(MarkDown::new),
        nodes.map(NodeLeft::new),
        nodes
            .set()
            .ofMinSize(1)
            .ofMaxSize(3)
            .map(some -> new GiveUpNodes(new TreeSet<>(some), true)),
        Arbitraries.just(new AcknowledgeLoss()));
  }

  private static Arbitrary<Command> moves() {
    Arbitrary<NodeId> nodes = Arbitraries.longs().between(1, 7).map(NodeId::new);
    Arbitrary<Command> plans =
        Combinators.combine(
                Arbitraries.longs().between(0, 40),
                Arbitraries.maps(
                    Arbitraries.integers().between(0, 16),
                    nodes.list().uniqueElements().ofMinSize(3).ofMaxSize(5)))
            .as((wish, targets) -> new PlanChange(wish, new TreeMap<>(targets)));
    Arbitrary<Command> steps =
        Combinators.combine(
                Arbitraries.integers().between(0, 16),
                Arbitraries.longs().between(1, 4),
                Arbitraries.of(MoveStep.Kind.class),
                nodes.set().ofMaxSize(2))
            .as(
                (partition, epoch, kind, out) ->
                    new MoveStep(partition, epoch, kind, new TreeSet<>(out)))
            .list()
            .ofMaxSize(8)
            .map(StepMoves::new);
    return Arbitraries.oneOf(plans, steps);
  }

  private static Arbitrary<TenantSettings> settings(Arbitrary<Level> levels, Arbitrary<Long> ttls) {
    Arbitrary<Long> rates =
        Arbitraries.frequencyOf(
            Tuple.of(5, Arbitraries.longs().between(0, 1_000_000)),
            Tuple.of(1, Arbitraries.longs()));
    Arbitrary<ReadRepair> repairs =
        Arbitraries.oneOf(
            Arbitraries.of(ReadRepair.BLOCKING, ReadRepair.EVERYONE, ReadRepair.OFF),
            Arbitraries.integers().between(0, 100).map(ReadRepair::background));
    return Combinators.combine(
            levels.injectNull(0.3),
            levels.injectNull(0.3),
            ttls.injectNull(0.3),
            repairs.injectNull(0.4),
            rates.injectNull(0.4),
            rates.injectNull(0.4),
            Arbitraries.of(HintOverflow.class).injectNull(0.4))
        .as(
            (read, write, ttl, repair, operations, bytes, overflow) ->
                TenantSettings.of(read, write, ttl)
                    .with(TenantSetting.READ_REPAIR, repair)
                    .with(TenantSetting.OPERATIONS_PER_SECOND, operations)
                    .with(TenantSetting.BYTES_PER_SECOND, bytes)
                    .with(TenantSetting.HINT_OVERFLOW, overflow));
  }
}
