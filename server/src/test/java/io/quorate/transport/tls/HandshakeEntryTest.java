package io.quorate.transport.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.channel.embedded.EmbeddedChannel;
import io.quorate.event.Event;
import io.quorate.runtime.Clock;
import io.quorate.runtime.DirectLane;
import io.quorate.runtime.Lane;
import io.quorate.runtime.TestClock;
import io.quorate.transport.event.TransportEvent.HandshakeHeldUp;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a connection that waits for its turn may say, and what is left of it when it ends. */
class HandshakeEntryTest {
  private static final int KEPT_BYTES_MAX = 32 << 10;

  private final List<Runnable> scheduled = new ArrayList<>();
  private final List<Event> events = new ArrayList<>();
  private long nowNanos;

  private final Lane lane =
      new DirectLane(
          (delayNanos, task) -> {
            scheduled.add(task);
            return () -> {};
          });

  private final Clock clock = TestClock.ofNanos(() -> nowNanos);

  /** One begins in a second, and one waits. */
  private final HandshakeTurns turns =
      new HandshakeTurns(1, 1, lane, clock, address -> false, events::add);

  private EmbeddedChannel connect() {
    return new EmbeddedChannel(new HandshakeEntry(turns, ChannelInboundHandlerAdapter::new));
  }

  private void aSecondLater() {
    nowNanos += 1_000_000_000;
    List<Runnable> due = List.copyOf(scheduled);
    scheduled.clear();
    due.forEach(Runnable::run);
  }

  private static ByteBuf said(int bytes) {
    return Unpooled.buffer(bytes).writeZero(bytes);
  }

  @Test
  void whatWasSaidBeforeItsTurnIsHandedOnThen() {
    connect();
    EmbeddedChannel waits = connect();
    ByteBuf first = said(KEPT_BYTES_MAX - 1);
    ByteBuf second = said(1);
    waits.writeInbound(first, second);
    assertThat(waits.inboundMessages()).isEmpty();
    aSecondLater();
    assertThat(waits.inboundMessages()).containsExactly(first, second);
    ByteBuf third = said(1);
    waits.writeInbound(third);
    assertThat(waits.inboundMessages()).contains(third);
    assertThat(waits.isOpen()).isTrue();
    waits.finishAndReleaseAll();
  }

  /** Or else those that wait could fill the memory of a node before it asks who they are. */
  @Test
  void oneThatSaysTooMuchBeforeItsTurnIsEnded() {
    connect();
    EmbeddedChannel waits = connect();
    List<ByteBuf> said = new ArrayList<>();
    for (int i = 0; i < KEPT_BYTES_MAX / 1024; i++) {
      said.add(said(1024));
      waits.writeInbound(said.getLast());
    }
    assertThat(waits.isOpen()).isTrue();
    said.add(said(1));
    waits.pipeline().fireChannelRead(said.getLast());
    assertThat(waits.isOpen()).isFalse();
    assertThat(said).allMatch(each -> each.refCnt() == 0);
    aSecondLater();
    assertThat(waits.inboundMessages()).isEmpty();
  }

  @Test
  void oneThatIsTooManyIsEndedAndOneThatEndsLeavesItsPlace() {
    connect();
    EmbeddedChannel waits = connect();
    assertThat(connect().isOpen()).isFalse();
    assertThat(events).containsExactly(new HandshakeHeldUp(false), new HandshakeHeldUp(true));
    assertThat(waits.isOpen()).isTrue();
    var unused = waits.close();
    EmbeddedChannel next = connect();
    assertThat(next.isOpen()).isTrue();
    next.writeInbound(said(1));
    aSecondLater();
    assertThat(next.inboundMessages()).hasSize(1);
    next.finishAndReleaseAll();
  }
}
