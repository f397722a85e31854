package io.quorate.transport.tls;

import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;

/** Whether who connects with TLS has to show a certificate of a trusted authority. */
public enum ClientCertificates {
  /** Who shows none is let in; who shows one of no trusted authority is not. */
  OPTIONAL(ClientAuth.OPTIONAL),
  REQUIRED(ClientAuth.REQUIRE);

  private final ClientAuth inNetty;

  ClientCertificates(ClientAuth inNetty) {
    this.inNetty = inNetty;
  }

  ClientAuth inNetty() {
    return inNetty;
  }
}
