package io.quorate.client.internal.login;

import io.grpc.Channel;
import java.util.concurrent.CompletableFuture;

/** How a client comes to a token. */
@FunctionalInterface
interface LoginMethod {
  /**
   * Gets one that this node takes. Fails with {@link LoginRefusedException} if the node refuses
   * what the client has, or with what gRPC says if no node was reached. Who asked may complete it,
   * too, when that takes too long.
   *
   * @param withinMillis what the node may take at most, once it is asked
   */
  CompletableFuture<GotToken> at(Channel node, long withinMillis);
}
