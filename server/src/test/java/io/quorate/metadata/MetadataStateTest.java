package io.quorate.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command;
import io.quorate.cluster.Command.AtEpoch;
import io.quorate.cluster.Command.CreateTenant;
import io.quorate.cluster.Command.Join;
import io.quorate.cluster.Command.MoveNode;
import io.quorate.cluster.Command.PromisePurge;
import io.quorate.cluster.Genesis;
import io.quorate.cluster.Member;
import io.quorate.cluster.RefusalKind;
import io.quorate.metadata.CommandOutcome.Accepted;
import io.quorate.metadata.CommandOutcome.Decided;
import io.quorate.metadata.CommandOutcome.Rejected;
import io.quorate.model.ClusterId;
import io.quorate.model.NodeId;
import io.quorate.model.Releases;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class MetadataStateTest {
  private static final NodeId A = new NodeId(1);
  private final MetadataState state = MetadataState.of(genesis(256));
  private long index = 1;

  /** 65,480 characters and the words around them are more than a string of writeUTF may hold. */
  @Example
  void aLongNameIsRejectedAndLeavesAStateThatCanBeEncoded() {
    String longName = "x".repeat(65_480);
    for (Command command :
        List.of(
            new CreateTenant(longName, 0, null, null, 0),
            new Command.AlterTenant(longName, null, null, 5L),
            new MoveNode(A, longName, "z"),
            new MoveNode(A, "r", longName),
            new Join(new NodeId(9), "h:1", longName, "z", 1, false, Releases.THIS),
            new Join(new NodeId(9), longName + ":1", "r", "z", 1, false, Releases.THIS),
            new Command.NodeStarted(A, "n1:1", longName, "z", 1, 2, Releases.THIS))) {
      Decided decided = apply(command);
      assertThat(decided).isInstanceOf(Rejected.class);
      assertThat(((Rejected) decided).reason()).hasSizeLessThan(1_000).contains("characters)");
      assertSame(MetadataState.decode(state.encode()));
    }
  }

  /** A signed byte once told how many warnings follow, so 128 of them were read as a rejection. */
  @Example
  void manyPartitionsThatCannotTakeAStepLeaveAStateThatCanBeRead() {
    for (int refused : List.of(1, 127, 128, 200, 255)) {
      List<AtEpoch> partitions = new ArrayList<>();
      for (int partition = 0; partition <= refused; partition++) {
        partitions.add(new AtEpoch(partition, partition == 0 ? epochOfFirst() : 77));
      }
      Decided decided = apply(new PromisePurge(partitions, 5L + refused));
      assertThat(decided).isInstanceOf(Accepted.class);
      assertThat(((Accepted) decided).warnings())
          .isNotEmpty()
          .hasSizeLessThanOrEqualTo(Sentences.LIST_MAX + 1);
      assertSame(MetadataState.decode(state.encode()));
    }
  }

  private long epochOfFirst() {
    return state.cluster().partitions().getFirst().epoch();
  }

  @Property(tries = 200)
  void whateverWasDecidedIsReadAsItWasKept(@ForAll("outcomes") List<Decided> outcomes) {
    RecentCommands recent = state.recent();
    for (Decided each : outcomes) {
      Decided kept = recent.add(new CommandId(A, ++index), each);
      assertThat(recent.decision(new CommandId(A, index))).isEqualTo(kept);
    }
    assertSame(MetadataState.decode(state.encode()));
  }

  @Provide
  Arbitrary<List<Decided>> outcomes() {
    Arbitrary<String> sentences =
        Arbitraries.frequencyOf(
            net.jqwik.api.Tuple.of(8, Arbitraries.strings().ofMaxLength(50)),
            net.jqwik.api.Tuple.of(
                1,
                Arbitraries.integers()
                    .between(Sentences.CHARS_MAX - 2, 70_000)
                    .map(length -> "\uD83D\uDE00".repeat(length / 2) + "\uD83D")),
            net.jqwik.api.Tuple.of(1, Arbitraries.of("", "\uD800", "\uDC00x", "\u0000", "a\nb")));
    return Arbitraries.<Decided>oneOf(
            Combinators.combine(Arbitraries.of(RefusalKind.values()), sentences).as(Rejected::new),
            sentences
                .list()
                .ofMaxSize(300)
                .map(warnings -> new Accepted(warnings, warnings.size())))
        .list()
        .ofMaxSize(20);
  }

  @Example
  void onlyTheNewestDecisionsAreKept() {
    for (int i = 0; i < 2 * RecentCommands.KEPT; i++) {
      apply(new CreateTenant("Not A Name " + i, 0, null, null, 0));
    }
    MetadataState read = MetadataState.decode(state.encode());
    assertSame(read);
    assertThat(read.recent().decision(new CommandId(A, index))).isNotNull();
    assertThat(read.recent().decision(new CommandId(A, index - RecentCommands.KEPT))).isNull();
  }

  /** Otherwise a retry of another node's command would take effect twice. */
  @Example
  void aFloodOfOneNodePushesOutItsOwnDecisionsOnly() {
    CommandId others = new CommandId(new NodeId(2), 5);
    state.apply(new NumberedCommand(others, new CreateTenant("x", 0, null, null, 0)), ++index);
    for (int i = 0; i < 2 * RecentCommands.KEPT; i++) {
      apply(new CreateTenant("Not A Name " + i, 0, null, null, 0));
    }
    assertThat(state.recent().decision(others)).isNotNull();
    assertThat(state.recent().all()).hasSize(RecentCommands.KEPT);
    assertSame(MetadataState.decode(state.encode()));
  }

  /**
   * Otherwise a copy of one of the leader's commands would take effect again after its next ones.
   */
  @Example
  void manyNodesThatSaidLittleLongAgoLeaveRoomForOneThatSaysMore() {
    for (int node = 2; node < 2 + RecentCommands.KEPT; node++) {
      CommandId others = new CommandId(new NodeId(node), 5);
      state.apply(new NumberedCommand(others, new CreateTenant("x", 0, null, null, 0)), ++index);
    }
    for (int i = 0; i < 20; i++) {
      apply(new CreateTenant("Not A Name " + i, 0, null, null, 0));
    }
    for (int i = 0; i < 20; i++) {
      assertThat(state.recent().decision(new CommandId(A, index - i))).as("%d ago", i).isNotNull();
    }
    assertThat(state.recent().all()).hasSize(RecentCommands.KEPT);
  }

  @Example
  void whatIsDamagedIsRefusedWithASentence() {
    apply(new CreateTenant("Not A Name", 0, null, null, 0));
    byte[] whole = state.encode();
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> MetadataState.decode(cut))
          .isInstanceOf(io.quorate.bytes.MalformedBytesException.class);
    }
    byte[] newer = whole.clone();
    newer[0] = 110;
    assertThatThrownBy(() -> MetadataState.decode(newer))
        .hasMessageContainingAll("format 110", "reads format 4", "a later release wrote it");
  }

  private Decided apply(Command command) {
    index++;
    return state.apply(new NumberedCommand(new CommandId(A, index), command), index);
  }

  private void assertSame(MetadataState read) {
    assertThat(read.cluster()).isEqualTo(state.cluster());
    assertThat(read.encode()).isEqualTo(state.encode());
  }

  private static ClusterState genesis(int partitions) {
    List<Member> members = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      members.add(
          new Member(
              new NodeId(i), "n" + i + ":1", "r", "z", 1, 0, Releases.THIS, Member.State.ACTIVE));
    }
    return Genesis.create(new ClusterId(9), members, partitions);
  }
}
