package io.quorate.replication.coordinator.backup;

import static io.quorate.replication.coordinator.operation.PlayedNode.A;
import static io.quorate.replication.coordinator.operation.PlayedNode.B;
import static io.quorate.replication.coordinator.operation.PlayedNode.C;
import static io.quorate.replication.coordinator.operation.PlayedNode.D;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.Invariant;
import io.quorate.model.NodeId;
import io.quorate.placement.Cut;
import io.quorate.placement.Cut.Step;
import io.quorate.placement.Level;
import io.quorate.placement.Nodes;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Placements;
import io.quorate.placement.Placements.Member;
import io.quorate.placement.Quorum;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSettings;
import io.quorate.placement.Tenants;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Reason;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What may be read as of a cut, and from which replicas. */
class SealedCutTest {
  private static final long CUT = 40;
  private static final Tenant ORDERS = new Tenant(1, "orders", 3, TenantSettings.NONE);
  private static final Tenant OTHER = new Tenant(2, "other", 3, TenantSettings.NONE);

  private long stateVersion = CUT;

  private Placements placements(Cut cut, Tenant orders, long epoch, NodeId... replicas) {
    Map<NodeId, Member> members = new TreeMap<>();
    for (NodeId node : List.of(A, B, C, D)) {
      members.put(node, new Member(node, "node" + node.value() + ":7400", "r", "", 1));
    }
    return new Placements(
        2,
        stateVersion++,
        Nodes.of(members),
        Tenants.of(Map.of(orders.name(), orders, OTHER.name(), OTHER)),
        List.of(new PartitionPlacement(epoch, List.of(replicas))),
        0,
        Map.of(),
        cut);
  }

  private Placements placements(Cut cut) {
    return placements(cut, ORDERS, 5, A, B, C);
  }

  private static Cut cut(long id, Step step, String reason) {
    return new Cut(
        id,
        9_000,
        step,
        new TreeSet<>(Set.of(1)),
        step == Step.SEALED ? List.of(new TreeSet<>(Set.of(A, B))) : List.of(),
        0,
        reason);
  }

  private static Cut cut(Step step) {
    return cut(CUT, step, "");
  }

  /** Of a node that has seen the cut being made, and then these. */
  private SealedCut seen(Placements... next) {
    SealedCut sealed = new SealedCut(placements(Cut.NONE));
    sealed.placementsChanged(placements(cut(Step.ARMED)));
    sealed.placementsChanged(placements(cut(Step.CLOSED)));
    for (Placements each : next) {
      sealed.placementsChanged(each);
    }
    return sealed;
  }

  private static void assertRefused(SealedCut sealed, Tenant tenant, Reason reason, String why) {
    Failure refusal = Invariant.present(sealed.refusal(CUT, tenant), "it is refused");
    assertThat(refusal.reason()).isEqualTo(reason);
    assertThat(refusal.message()).contains(why);
    assertThat(sealed.images(CUT, tenant, 0)).isNull();
  }

  private static SealedCut.Images images(SealedCut sealed) {
    return images(sealed, ORDERS);
  }

  /**
   * @param tenant as the node that is asked knows it now
   */
  private static SealedCut.Images images(SealedCut sealed, Tenant tenant) {
    assertThat(sealed.refusal(CUT, tenant)).isNull();
    return Invariant.present(sealed.images(CUT, tenant, 0), "nothing refuses them");
  }

  private static List<Quorum.Group> groups(SealedCut.Images images) {
    return images.plan().stage().forRead(Level.QUORUM).groups();
  }

  @Test
  void isReadOnceItIsSealed() {
    SealedCut sealed = seen();
    assertRefused(sealed, ORDERS, Reason.NOT_SERVING, "cut 40 is not sealed yet: ask again");
    sealed.placementsChanged(placements(cut(Step.SEALED)));
    assertThat(images(sealed).counted()).containsExactly(A, B);
    assertThat(images(sealed).cut().time()).isEqualTo(9_000);
    assertThat(images(sealed).plan().tenant()).isEqualTo(ORDERS);
  }

  @Test
  void nodeThatHasNotHeardOfItYetSaysSo() {
    stateVersion = CUT - 10;
    SealedCut sealed = new SealedCut(placements(Cut.NONE));
    assertRefused(sealed, ORDERS, Reason.NOT_SERVING, "has not heard of cut 40 yet");
  }

  @Test
  void unknownCutIsRefusedForGood() {
    SealedCut sealed = new SealedCut(placements(Cut.NONE));
    assertRefused(sealed, ORDERS, Reason.FAILED_PRECONDITION, "there is no cut 40. A backup");
  }

  @Test
  void laterCutIsAnotherOne() {
    stateVersion = 50;
    SealedCut sealed = seen(placements(cut(Step.SEALED)), placements(cut(44, Step.SEALED, "")));
    assertRefused(
        sealed, ORDERS, Reason.FAILED_PRECONDITION, "cut 40 is over, for cut 44 was begun since");
  }

  @Test
  void cutThatHasEndedSaysWhy() {
    assertRefused(
        seen(placements(cut(CUT, Step.ENDED, "partition 3 took a step of a move"))),
        ORDERS,
        Reason.FAILED_PRECONDITION,
        "cut 40 has ended: partition 3 took a step of a move. A backup");
    assertRefused(
        seen(placements(cut(Step.SEALED)), placements(cut(Step.ENDED))),
        ORDERS,
        Reason.FAILED_PRECONDITION,
        "cut 40 has ended: its images are gone");
  }

  @Test
  void tenantThatItIsNotOfIsRefused() {
    assertRefused(
        seen(placements(cut(Step.SEALED))),
        OTHER,
        Reason.FAILED_PRECONDITION,
        "cut 40 is not of tenant 'other'");
  }

  /** One of {D, B} is no majority of {A, B, C}, of which the images are. */
  @Test
  void replicasAreThoseWhenItWasSealed() {
    SealedCut sealed =
        seen(placements(cut(Step.SEALED)), placements(cut(Step.SEALED), ORDERS, 9, D, B, C));
    assertThat(groups(images(sealed))).containsExactly(new Quorum.Group(List.of(A, B, C), 2));
  }

  /** One image of three is no majority, though the tenant has one replica by now. */
  @Test
  void factorIsThatWhenItWasSealed() {
    Tenant altered = new Tenant(1, "orders", 1, TenantSettings.NONE);
    SealedCut sealed = seen(placements(cut(Step.SEALED), altered, 5, A, B, C));
    assertThat(groups(images(sealed, altered)))
        .containsExactly(new Quorum.Group(List.of(A, B, C), 2));
    assertThat(images(sealed, altered).plan().tenant()).isEqualTo(ORDERS);
  }

  /** It cannot tell whether anything was placed otherwise since. */
  @Test
  void nodeThatHasNotSeenItBeingMadeReadsNothing() {
    SealedCut sealed = new SealedCut(placements(cut(Step.SEALED), ORDERS, 9, D, B, C));
    assertRefused(sealed, ORDERS, Reason.NOT_SERVING, "ask another node");
  }

  /** What it knows of an earlier cut says nothing of the next one. */
  @Test
  void nodeThatHasSeenAnotherCutBeingMadeReadsNothing() {
    SealedCut sealed = new SealedCut(placements(cut(30, Step.CLOSED, "")));
    sealed.placementsChanged(placements(cut(Step.SEALED)));
    assertRefused(sealed, ORDERS, Reason.NOT_SERVING, "ask another node");
  }
}
