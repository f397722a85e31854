package io.quorate.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.bytes.MalformedBytesException;
import io.quorate.model.NodeId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MembershipTest {
  private static final NodeId A = new NodeId(1);
  private static final NodeId B = new NodeId(2);
  private static final NodeId C = new NodeId(-3);

  @Test
  void bytesComeBackEqual() {
    Membership membership = Membership.of(List.of(C, A), List.of(B));
    assertThat(Membership.decode(membership.encode())).isEqualTo(membership);
    assertThat(Membership.decode(Membership.NONE.encode())).isEqualTo(Membership.NONE);
    assertThat(membership.encode()).hasSize(3 + 3 * 8);
  }

  @Test
  void snapshotAndEntryBodiesComeBackEqual() {
    Snapshot snapshot =
        new Snapshot(new EntryId(9, 2), Membership.of(List.of(A), List.of(B)), new byte[] {1, 2});
    assertThat(Snapshot.ofBody(9, 2, snapshot.body())).isEqualTo(snapshot);
    Entry entry = new Entry(new EntryId(10, 2), EntryType.NORMAL, new byte[] {4});
    assertThat(Entry.ofBody(10, 2, entry.body())).isEqualTo(entry);
    assertThatThrownBy(() -> Entry.ofBody(1, 1, new byte[0]))
        .isInstanceOf(MalformedBytesException.class);
    assertThatThrownBy(() -> Snapshot.ofBody(1, 1, new byte[] {5, 1}))
        .isInstanceOf(MalformedBytesException.class);
  }

  @Test
  void nodeIsVoterOrLearnerNotBoth() {
    assertThatThrownBy(() -> Membership.of(List.of(A), List.of(A)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void onlySensibleChangesAreMade() {
    Membership one = Membership.of(List.of(A), List.of(B));
    assertThat(one.refusalOf(new MembershipChange.AddLearner(B))).contains("already");
    assertThat(one.refusalOf(new MembershipChange.Promote(C))).contains("not a learner");
    assertThat(one.refusalOf(new MembershipChange.Demote(A))).contains("last voter");
    assertThat(one.refusalOf(new MembershipChange.Remove(A))).contains("last voter");
    assertThat(one.refusalOf(new MembershipChange.Remove(C))).contains("not a member");
    assertThat(one.after(new MembershipChange.Promote(B)))
        .isEqualTo(Membership.of(List.of(A, B), List.of()));
    assertThat(one.after(new MembershipChange.AddLearner(C)))
        .isEqualTo(Membership.of(List.of(A), List.of(B, C)));
  }

  /** Exhausts 1 to 7 voters: this is why one change at a time needs no joint phase (4.1). */
  @Test
  void everyMajorityBeforeMeetsEveryMajorityAfter() {
    for (int size = 1; size <= 7; size++) {
      List<NodeId> nodes = new ArrayList<>();
      for (int i = 0; i <= size; i++) {
        nodes.add(new NodeId(i));
      }
      Membership before = Membership.of(nodes.subList(0, size), nodes.subList(size, size + 1));
      Membership after = before.after(new MembershipChange.Promote(nodes.get(size)));
      for (int one = 0; one < 1 << (size + 1); one++) {
        for (int other = 0; other < 1 << (size + 1); other++) {
          boolean bothMajorities =
              Integer.bitCount(one & ((1 << size) - 1)) >= before.majority()
                  && Integer.bitCount(other) >= after.majority();
          assertThat(!bothMajorities || ((one & ((1 << size) - 1)) & other) != 0).isTrue();
        }
      }
    }
  }
}
