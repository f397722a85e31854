package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node ends once, and it is known that it ends before anything that may hang. */
class LifetimeTest {
  private static final NodeEnd LEFT = new NodeEnd.Left("removed");

  private final CompletableFuture<Void> disk = new CompletableFuture<>();
  private final Closing closing = new Closing();
  private final Lifetime life = new Lifetime("node", closing, () -> {});

  @Test
  @Timeout(60)
  void anEndThatHangsIsKnownAtItsBeginning() throws Exception {
    Object unused = closing.after(disk, CompletableFuture::join);
    CompletableFuture<NodeEnd> ending = life.ending();
    assertThat(ending).isNotDone();
    life.end(LEFT, () -> {});
    assertThat(ending).isCompletedWithValue(LEFT);
    assertThat(life.isEnding()).isTrue();
    assertThat(life.ended()).isNotDone();

    life.end(new NodeEnd.Stopped(), () -> {});
    boolean unusedToo = disk.complete(null);
    assertThat(life.ended().get(50, TimeUnit.SECONDS)).as("the first reason").isEqualTo(LEFT);
  }
}
