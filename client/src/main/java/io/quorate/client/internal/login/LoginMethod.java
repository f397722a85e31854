package io.quorate.client.internal.login;

import io.grpc.Channel;
import java.util.concurrent.CompletableFuture;

/** How a client comes to a token. */
@FunctionalInterface
interface LoginMethod {
  /**
   * Gets one that this node takes, within 11 s. Fails with {@link LoginRefusedException} if the
   * node refuses what the client has, or with what gRPC says if no node was reached.
   */
  CompletableFuture<GotToken> at(Channel node);
}
