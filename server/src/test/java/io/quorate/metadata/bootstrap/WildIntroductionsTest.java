package io.quorate.metadata.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command;
import io.quorate.cluster.Decision;
import io.quorate.cluster.Genesis;
import io.quorate.cluster.Member;
import io.quorate.metadata.CommandOutcome;
import io.quorate.model.ClusterId;
import io.quorate.model.NodeId;
import io.quorate.model.Releases;
import io.quorate.runtime.real.SystemClock;
import io.quorate.storage.RaftStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Any process may introduce itself: its messages are bounded, and so are members without data. */
class WildIntroductionsTest {
  private static final ClusterId CLUSTER = new ClusterId(9);

  private ClusterState state = genesis();
  private int proposed;

  private final Proposer proposer =
      new Proposer() {
        @Override
        public void propose(Command command, Consumer<CommandOutcome> callback) {
          proposed++;
          switch (state.apply(command, state.stateVersion() + 1)) {
            case Decision.Accepted accepted -> {
              state = accepted.next();
              callback.accept(new CommandOutcome.Accepted(accepted.warnings(), 0));
            }
            case Decision.Rejected rejected ->
                callback.accept(new CommandOutcome.Rejected(rejected.kind(), rejected.reason()));
          }
        }
      };

  private final Roster roster =
      new Roster() {
        @Override
        public ClusterState state() {
          return state;
        }

        @Override
        public RaftStore.Snapshot snapshot() {
          return new RaftStore.Snapshot(1, 1, new byte[0]);
        }
      };

  private final MemberHost host =
      new MemberHost(
          CLUSTER,
          "n1:1",
          roster,
          new HeardDiskMarks(),
          new MemberHost.Newcomers(proposer, new SystemClock()));

  @Test
  void whatNoClusterTakesIsRefusedAndNotProposed() {
    String longText = "x".repeat(65_480);
    for (Introduction wild :
        List.of(
            newcomer(7, longText + ":1", "r", "z", 1, List.of()),
            newcomer(7, "h:0", "r", "z", 1, List.of()),
            newcomer(7, "h", "r", "z", 1, List.of()),
            newcomer(7, "h:1", longText, "z", 1, List.of()),
            newcomer(7, "h:1", "r", "a\nb", 1, List.of()),
            newcomer(7, "h:1", "r", "z", Double.NaN, List.of()),
            newcomer(7, "h:1", "r", "z", 1e9, List.of()),
            withClientAddress(7, "h:1", "c"),
            withClientAddress(7, "h:1", longText + ":1"),
            newcomer(7, "h:1", "r", "z", 1, Collections.nCopies(2_000, "s:1")))) {
      Refusal refusal = Objects.requireNonNull(host.refusalOf(wild));
      assertThat(refusal.kind()).isEqualTo(Refusal.Kind.CONFIGURATION);
      assertThat(refusal.message()).hasSizeLessThan(500).doesNotContain("\n");
    }
    assertThat(proposed).isZero();
  }

  @Test
  void anAddressIsTakenOnce() {
    for (long node = 100; node < 110; node++) {
      Introduction same = newcomer(node, "h:1", "r", "z", 1, List.of());
      if (host.refusalOf(same) == null) {
        assertThat(host.waitOf(same)).isNotEmpty();
      }
    }
    assertThat(state.members()).hasSize(4);
  }

  /** Spares and newcomers with a share alike: as long as they own nothing. */
  @Test
  void membersWithoutPartitionsAreBounded() {
    @Nullable Refusal refusal = null;
    for (int i = 0; i < 2_000; i++) {
      Introduction newcomer = newcomer(100 + i, "h" + i + ":1", "r", "z", 1, List.of());
      assertThat(host.refusalOf(newcomer)).isNull();
      assertThat(host.waitOf(newcomer)).isNotEmpty();
      refusal = host.refusalOf(newcomer); // as it asks again
    }
    assertThat(state.members()).hasSize(3 + 64);
    assertThat(Objects.requireNonNull(refusal).message())
        .contains("64 nodes are members and have no partitions", "remove");
  }

  /** Else it would become a member that cannot announce where its clients are. */
  @Test
  void aNewcomerWhereClientsFindAMemberIsNotTakenIn() {
    state =
        Genesis.create(
            CLUSTER,
            List.of(member(1, "n1:2", "n1:1"), member(2, "n2:2", "n2:1"), member(3, "n3:1", "")),
            16);
    String clash = "one of them is for clients";
    assertThat(waits(withClientAddress(8, "n4:2", "n2:1")))
        .contains("(0000000000000008 at n4:2) would have the address n2:1")
        .contains("which node 0000000000000002 (at n2:2) has already", clash);
    assertThat(waits(withClientAddress(8, "n4:2", "n2:2"))).contains(clash);
    assertThat(waits(withClientAddress(8, "n4:2", "n3:1"))).contains(clash);
    assertThat(waits(withClientAddress(8, "n1:1", ""))).contains(clash);
    assertThat(waits(withClientAddress(8, "n1:1", "n4:1"))).contains(clash);
    assertThat(waits(withClientAddress(8, "n1:2", "n2:1")))
        .as("one that takes the place of node 1")
        .contains(clash);
    assertThat(waits(withClientAddress(8, "n1:2", "n1:1"))).doesNotContain(clash);
    assertThat(proposed).isZero();
    assertThat(waits(withClientAddress(8, "n4:2", "n4:1"))).doesNotContain(clash);
    assertThat(state.members()).hasSize(4);
  }

  private String waits(Introduction newcomer) {
    assertThat(host.refusalOf(newcomer)).isNull();
    return Objects.requireNonNull(host.waitOf(newcomer));
  }

  private static Member member(long id, String address, String clientAddress) {
    return new Member(
        new NodeId(id),
        address,
        "r",
        "z",
        1,
        0,
        Releases.THIS,
        Member.State.ACTIVE,
        false,
        "",
        clientAddress);
  }

  private static Introduction withClientAddress(long node, String address, String clients) {
    return new Introduction(
        new NodeId(node),
        address,
        "r",
        "z",
        1,
        List.of(),
        null,
        1,
        0,
        Joining.AS_SPARE,
        CLUSTER,
        Releases.THIS,
        null,
        clients,
        DiskMarks.NOT_TOLD);
  }

  private static Introduction newcomer(
      long node, String address, String region, String zone, double weight, List<String> seeds) {
    return new Introduction(
        new NodeId(node),
        address,
        region,
        zone,
        weight,
        seeds,
        null,
        1,
        0,
        node % 2 == 0 ? Joining.AS_SPARE : Joining.WITH_SHARE,
        CLUSTER,
        Releases.THIS,
        null,
        "",
        DiskMarks.NOT_TOLD);
  }

  private static ClusterState genesis() {
    List<Member> members = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      members.add(
          new Member(
              new NodeId(i), "n" + i + ":1", "r", "z", 1, 0, Releases.THIS, Member.State.ACTIVE));
    }
    return Genesis.create(CLUSTER, members, 16);
  }
}
