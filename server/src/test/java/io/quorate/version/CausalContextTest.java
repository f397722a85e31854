package io.quorate.version;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CausalContextTest {
  private static final Key KEY = new Key(3, new byte[] {1, 2});
  private static final Dot DOT = new Dot(Hlc.of(10, 0), new Dot.Actor(new NodeId(1), 2, 3));
  private static final Sibling SIBLING =
      new Sibling(DOT, new WriteId(Hlc.of(9, 0), 4, 5), 0, new byte[1]);

  private final CausalContext context =
      SiblingSet.EMPTY.write(DOT, SIBLING.id(), CausalContext.NONE, SIBLING.value(), 0).context();

  @Test
  void ofAWriteCoversItsValueAndNothingThatItsCoordinatorWroteBefore() {
    Sibling earlier =
        new Sibling(
            new Dot(Hlc.of(8, 0), DOT.actor()), new WriteId(Hlc.of(7, 0), 9, 9), 0, new byte[1]);
    CausalContext own = CausalContext.NONE.with(SIBLING.id());

    assertThat(own.covers(SIBLING)).isTrue();
    assertThat(own.covers(earlier)).isFalse();
  }

  @Test
  void ofAClientThatWritesOnAndOnIsBounded() {
    CausalContext writing = CausalContext.NONE;
    for (int i = 1; i <= 1_000; i++) {
      writing = writing.with(new WriteId(Hlc.of(i, 0), 1, i));
    }
    assertThat(writing.ids().list())
        .hasSize(CausalContext.IDS_MAX)
        .contains(new WriteId(Hlc.of(1_000, 0), 1, 1_000));
  }

  @Test
  void isReadAsItWasWritten() {
    assertThat(CausalContext.of(context.toBytes(KEY), KEY)).isEqualTo(context);
    assertThat(CausalContext.of(new byte[0], KEY)).isEqualTo(CausalContext.NONE);
    assertThat(CausalContext.NONE.toBytes(KEY)).isEmpty();
  }

  @Test
  void isRefusedForAnotherKeyAndAnotherTenant() {
    byte[] bytes = context.toBytes(KEY);

    assertThat(CausalContext.of(bytes, new Key(3, new byte[] {1, 3}))).isNull();
    assertThat(CausalContext.of(bytes, new Key(4, KEY.bytes()))).isNull();
  }

  @Test
  void isRefusedIfItIsCutOrLongerOrOfAnotherLayout() {
    byte[] bytes = context.toBytes(KEY);
    for (int length = 1; length < bytes.length; length++) {
      assertThat(CausalContext.of(Arrays.copyOf(bytes, length), KEY)).isNull();
    }
    assertThat(CausalContext.of(Arrays.copyOf(bytes, bytes.length + 1), KEY)).isNull();
    bytes[0] = 9;
    assertThat(CausalContext.of(bytes, KEY)).isNull();
  }

  @Test
  void coversTheDotsSeenOfEachActorAndTheIds() {
    Sibling earlier =
        new Sibling(
            new Dot(Hlc.of(8, 0), DOT.actor()), new WriteId(Hlc.of(7, 0), 9, 9), 0, new byte[1]);
    Sibling again =
        new Sibling(
            new Dot(Hlc.of(20, 0), new Dot.Actor(new NodeId(2), 1, 0)),
            SIBLING.id(),
            0,
            new byte[1]);
    Sibling later =
        new Sibling(
            new Dot(Hlc.of(20, 0), DOT.actor()), new WriteId(Hlc.of(19, 0), 9, 8), 0, new byte[1]);

    assertThat(context.covers(earlier)).isTrue();
    assertThat(context.covers(again)).isTrue();
    assertThat(context.covers(later)).isFalse();
    assertThat(context.latest()).isEqualTo(DOT.hlc());
    assertThat(context.with(new WriteId(Hlc.of(21, 0), 9, 9)).latest()).isEqualTo(Hlc.of(21, 0));
  }
}
