package io.quorate.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;

/** A connection that is not read, whatever its handlers ask for. */
class PausedReadsTest {
  private int asked;

  private final EmbeddedChannel channel =
      new EmbeddedChannel(
          // As the handler of HTTP/2 does.
          new ChannelInboundHandlerAdapter() {
            @Override
            public void channelReadComplete(ChannelHandlerContext context) {
              var unused = context.read();
            }
          }) {
        @Override
        protected void doBeginRead() {
          asked++;
        }
      };

  private void complete() {
    var unused = channel.pipeline().fireChannelReadComplete();
  }

  @Test
  void nothingIsReadUntilThePauseIsOver() {
    complete();
    assertThat(asked).isPositive();
    asked = 0;
    PausedReads paused = PausedReads.begin(channel);
    complete();
    assertThat(asked).isZero();
    paused.end();
    assertThat(asked).as("is read on without being asked").isPositive();
    assertThat(channel.config().isAutoRead()).isTrue();
    asked = 0;
    complete();
    assertThat(asked).isPositive();
  }

  @Test
  void theEndOfAPauseOfAConnectionThatHasEndedDoesNothing() {
    PausedReads paused = PausedReads.begin(channel);
    var unused = channel.close();
    channel.runPendingTasks();
    paused.end();
    assertThat(channel.isOpen()).isFalse();
  }
}
