package io.quorate.transport.tls;

import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.stub.StreamObserver;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.quorate.client.tls.TestCertificate;
import io.quorate.proto.v1.ListLocksRequest;
import io.quorate.proto.v1.ListLocksResponse;
import io.quorate.proto.v1.LocksGrpc;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A service that counts the calls that come through, and how to call it with any certificate. */
final class CountedCalls extends LocksGrpc.LocksImplBase {
  private final AtomicInteger answered = new AtomicInteger();

  int answered() {
    return answered.get();
  }

  @Override
  public void listLocks(ListLocksRequest ask, StreamObserver<ListLocksResponse> reply) {
    answered.incrementAndGet();
    reply.onNext(ListLocksResponse.getDefaultInstance());
    reply.onCompleted();
  }

  /** Calls once, by a connection of its own. */
  static void call(int port, ChannelCredentials credentials) {
    ManagedChannel channel = Grpc.newChannelBuilder("127.0.0.1:" + port, credentials).build();
    try {
      Object unused =
          LocksGrpc.newBlockingStub(channel)
              .withDeadlineAfter(10, TimeUnit.SECONDS)
              .listLocks(ListLocksRequest.getDefaultInstance());
    } finally {
      channel.shutdownNow();
    }
  }

  /** What a caller is told, with all causes; empty if its call is answered. */
  static String refusal(int port, ChannelCredentials credentials) {
    try {
      call(port, credentials);
      return "";
    } catch (StatusRuntimeException refused) {
      StringBuilder told = new StringBuilder();
      for (Throwable each = refused; each != null; each = each.getCause()) {
        told.append(each).append('\n');
      }
      return told.toString();
    }
  }

  /** Shows a certificate without looking at it. */
  static ChannelCredentials showing(TestCertificate.Issued issued, Path trusted) throws Exception {
    return TlsChannelCredentials.newBuilder()
        .keyManager(keys(issued))
        .trustManager(trusted.toFile())
        .build();
  }

  /** A server that does so, and asks for none. */
  Server serve(TestCertificate.Issued issued) throws Exception {
    return Grpc.newServerBuilderForPort(
            0, TlsServerCredentials.newBuilder().keyManager(keys(issued)).build())
        .addService(this)
        .build()
        .start();
  }

  /** Shows the same to all, whichever authorities these ask for. */
  private static AdvancedTlsX509KeyManager keys(TestCertificate.Issued issued) throws Exception {
    AdvancedTlsX509KeyManager keys = new AdvancedTlsX509KeyManager();
    keys.updateIdentityCredentials(
        Stream.concat(Stream.of(issued.certificate()), issued.between().stream())
            .toArray(X509Certificate[]::new),
        issued.key());
    return keys;
  }
}
