package io.quorate.client.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.quorate.client.internal.net.Trouble;
import org.junit.jupiter.api.Test;

/** What went wrong with a node last. */
class TroublesTest {
  @Test
  void whatWentWrongIsOverOnceTheNodeIsConnected() {
    Troubles troubles = new Troubles(new ManualLoop(), "a:1");
    troubles.onFailed(Trouble.of(Status.PERMISSION_DENIED));
    assertThat(troubles.last().denied()).isTrue();
    troubles.onConnected();
    assertThat(troubles.last().denied()).isFalse();
  }
}
