package io.quorate.client.internal.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.quorate.client.ClientClosedException;
import io.quorate.client.internal.engine.ManualLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Channels to nodes that are asked directly; none of them connects. */
class DirectNodesTest {
  private final List<ManagedChannel> made = new ArrayList<>();
  private final DirectNodes nodes =
      new DirectNodes(new ManualLoop(), this::channel, Duration.ofSeconds(1));

  private ManagedChannel channel(String address) {
    ManagedChannel channel =
        NettyChannelBuilder.forTarget(address, InsecureChannelCredentials.create()).build();
    made.add(channel);
    return channel;
  }

  @AfterEach
  void close() {
    nodes.close();
  }

  @Test
  void channelsOfAddressesThatWereNotAskedForLongAreLetGo() {
    for (int i = 0; i < 200; i++) {
      assertThat(nodes.to("127.0.0.1:" + (1_000 + i)).isShutdown()).isFalse();
      assertThat(nodes.to("127.0.0.1:1000")).as("asked all the time").isSameAs(made.get(0));
    }
    assertThat(made).hasSize(200);
    assertThat(made.stream().filter(each -> !each.isShutdown()))
        .hasSize(DirectNodes.CHANNELS_MAX)
        .contains(made.get(0));
    assertThat(nodes.to("127.0.0.1:1001").isShutdown()).as("asked again").isFalse();
  }

  @Test
  void noneIsMadeOnceTheClientIsClosed() {
    var unused = nodes.to("127.0.0.1:1000");
    nodes.close();
    assertThat(made).allMatch(ManagedChannel::isShutdown);
    assertThatThrownBy(() -> nodes.maintenance("127.0.0.1:1000").hints().join())
        .hasCauseInstanceOf(ClientClosedException.class);
    assertThat(nodes.maintenance("127.0.0.1:1001").hints()).isCompletedExceptionally();
    assertThat(made).hasSize(1);
  }
}
