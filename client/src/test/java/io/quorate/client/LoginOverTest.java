package io.quorate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.fake.FakeCluster;
import io.quorate.client.fake.FakeNode;
import io.quorate.proto.v1.Failure;
import io.quorate.proto.v1.Failure.Reason;
import io.quorate.proto.v1.Operation;
import io.quorate.proto.v1.OperationResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a client does when a pipe is refused since a login is over. */
class LoginOverTest {
  private static final int CALLS = 50;

  private final FakeCluster cluster = new FakeCluster(1);
  private final FakeNode node = cluster.nodes.get(0);
  private final Function<Operation, @Nullable OperationResult> served = node.script;
  private final QuorateClient client =
      QuorateClient.builder()
          .endpoints(cluster.endpoints())
          .timeout(Duration.ofSeconds(10))
          .build();

  @AfterEach
  void close() {
    client.close();
    cluster.close();
  }

  private static OperationResult loggedOut() {
    return OperationResult.newBuilder()
        .setFailure(
            Failure.newBuilder()
                .setReason(Reason.REASON_UNAUTHENTICATED)
                .setMessage("the login of user 'reports' is over")
                .setMayHaveApplied(false))
        .build();
  }

  private void putsSucceed() {
    List<CompletableFuture<?>> puts = new ArrayList<>();
    for (int i = 0; i < CALLS; i++) {
      puts.add(client.asyncKeyValue().put("k" + i, "v"));
    }
    assertThat(CompletableFuture.allOf(puts.toArray(CompletableFuture[]::new)))
        .succeedsWithin(Duration.ofSeconds(10));
  }

  @Test
  void aPipeGoesOnOnceAnotherLoginWasShownOnItsConnection() {
    cluster.connect(client);
    int asked = node.placementsAsked.get();
    node.script = ask -> node.placementsAsked.get() > asked ? served.apply(ask) : loggedOut();
    putsSucceed();
    assertThat(node.pipesOpened).as("the same pipe").hasValue(1);
  }

  /** The connection of the pipe was asked to end: the client's calls go by another one. */
  @Test
  void aPipeThatShowingALoginDoesNotHelpIsReplaced() {
    cluster.connect(client);
    AtomicInteger refused = new AtomicInteger();
    node.script =
        ask -> {
          if (node.pipesOpened.get() > 1) {
            return served.apply(ask);
          }
          refused.incrementAndGet();
          return loggedOut();
        };
    putsSucceed();
    assertThat(node.pipesOpened).hasValue(2);
    assertThat(refused).hasValueGreaterThan(0);
  }
}
