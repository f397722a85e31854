package io.quorate.transport.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cluster.JoinTokenText;
import io.quorate.metadata.bootstrap.Introduction;
import io.quorate.metadata.bootstrap.IntroductionReply;
import io.quorate.metadata.bootstrap.Introductions;
import io.quorate.metadata.bootstrap.Joining;
import io.quorate.metadata.bootstrap.Refusal;
import io.quorate.model.NodeId;
import io.quorate.model.Releases;
import io.quorate.transport.ConnectionLimits;
import io.quorate.transport.GrpcServer;
import io.quorate.transport.RequestLimits;
import io.quorate.transport.TestLane;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IntroductionCallsTest {
  private final PeerNode host = new PeerNode(2);
  private final TestLane lane = new TestLane();
  private final IntroductionCalls calls =
      new IntroductionCalls(lane.loops(), lane.lane(), PeerSettings.DEFAULT);

  @AfterEach
  void close() {
    host.close();
    lane.close();
    assertThat(host.lane.broken).isEmpty();
  }

  private static Introduction introduction(List<String> seeds) {
    return new Introduction(new NodeId(1), "a:1", "r", "z", 1.5, seeds, null, 4, 0, Releases.THIS);
  }

  @Test
  void aNodeThatIsAskedAnswers() {
    IntroductionReply reply = (IntroductionReply) ask(host.address(), introduction(List.of("a:1")));
    assertThat(reply.node()).isEqualTo(host.id);
    assertThat(reply.genesis()).containsExactly(7);
    assertThat(reply.refusal()).isNull();
    assertThat(reply.cluster()).isEqualTo(PeerNode.CLUSTER);
    assertThat(reply.seeds()).containsExactly("a:1");

    IntroductionReply refused = (IntroductionReply) ask(host.address(), introduction(List.of()));
    assertThat(refused.refusal()).isEqualTo(new Refusal(Refusal.Kind.LEFT, "no seeds"));
    assertThat(refused.genesis()).isNull();
  }

  @Test
  void aJoinTokenIsNotSentWithoutTls() {
    Introductions.Host usual = host.introduced;
    List<Introduction> askers = new CopyOnWriteArrayList<>();
    host.introduced =
        asker -> {
          askers.add(asker);
          return usual.answer(asker);
        };
    Introduction plain = introduction(List.of("a:1"));
    Introduction withToken =
        new Introduction(
            plain.node(),
            plain.address(),
            plain.region(),
            plain.zone(),
            plain.weight(),
            plain.seeds(),
            null,
            plain.incarnation(),
            0,
            Joining.NO,
            null,
            plain.release(),
            new JoinTokenText("0123cdef", "0f".repeat(16)),
            "",
            plain.diskMark());
    assertThat(ask(host.address(), withToken)).isInstanceOf(IntroductionReply.class);
    assertThat(askers).containsExactly(plain);
  }

  @Test
  void anAddressWithoutANodeIsReported() {
    int port = host.server.port();
    host.server.close();
    assertThat(ask("127.0.0.1:" + port, introduction(List.of())).toString())
        .containsIgnoringCase("refused");
  }

  @Test
  void whatIsNoQuorateNodeIsSaid() throws Exception {
    try (GrpcServer other =
        GrpcServer.start(
            lane.loops(),
            "127.0.0.1",
            0,
            RequestLimits.DEFAULT,
            ConnectionLimits.DEFAULT,
            event -> {},
            List.of())) {
      assertThat(ask("127.0.0.1:" + other.port(), introduction(List.of())))
          .isEqualTo("what answers there is no Quorate node");
    }
  }

  @Test
  void anInvalidAddressIsReported() {
    assertThat(ask("no address at all", introduction(List.of())).toString())
        .contains("no address at all");
  }

  /** The reply, or the reason why there is none. */
  private Object ask(String address, Introduction mine) {
    CompletableFuture<Object> result = new CompletableFuture<>();
    lane.run(
        () ->
            calls.ask(
                address,
                mine,
                new Introductions.Callback() {
                  @Override
                  public void answered(IntroductionReply reply) {
                    assertThat(lane.lane().isCurrent()).isTrue();
                    result.complete(reply);
                  }

                  @Override
                  public void failed(String reason) {
                    result.complete(reason);
                  }
                }));
    try {
      return result.get(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
