package io.quorate.transport.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quorate.metadata.bootstrap.Introduction;
import io.quorate.metadata.bootstrap.IntroductionReply;
import io.quorate.metadata.bootstrap.Introductions;
import io.quorate.model.NodeId;
import io.quorate.model.Releases;
import io.quorate.placement.Placements;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Nodes so far apart that an answer comes later than an attempt to connect may take; as after three
 * round trips of 700 ms, with TLS. To connect costs none here.
 */
class DistantPeersTest {
  private static final long ONE_WAY_MILLIS = 1_050;

  private final PeerNode a = new PeerNode(1);
  private final PeerNode b = new PeerNode(2);
  private final DistantRelay there = new DistantRelay(b.server.port(), ONE_WAY_MILLIS);
  private final DistantRelay back = new DistantRelay(a.server.port(), ONE_WAY_MILLIS);

  @AfterEach
  void close() throws IOException {
    there.close();
    back.close();
    for (PeerNode node : List.of(a, b)) {
      node.close();
      assertThat(node.lane.broken).isEmpty();
    }
  }

  private static Placements.Member at(NodeId node, String address) {
    return new Placements.Member(node, address, "r", "z", 1);
  }

  @Test
  void theirStreamsAreAccepted() {
    a.start(PeerNode.placements(a.member(), at(b.id, there.address())));
    b.start(PeerNode.placements(at(a.id, back.address()), b.member()));
    await().atMost(30, TimeUnit.SECONDS).until(() -> a.isConnected(b) && b.isConnected(a));
  }

  @Test
  void oneIntroducesItselfToTheOther() throws Exception {
    Introduction mine =
        new Introduction(
            new NodeId(1), "a:1", "r", "z", 1.5, List.of("a:1"), null, 4, 0, Releases.THIS);
    CompletableFuture<IntroductionReply> answer = new CompletableFuture<>();
    a.lane.run(
        () ->
            a.introductions.ask(
                there.address(),
                mine,
                new Introductions.Callback() {
                  @Override
                  public void answered(IntroductionReply reply) {
                    answer.complete(reply);
                  }

                  @Override
                  public void failed(String reason) {
                    answer.completeExceptionally(new IOException(reason));
                  }
                }));
    assertThat(answer.get(30, TimeUnit.SECONDS).node()).isEqualTo(b.id);
  }
}
