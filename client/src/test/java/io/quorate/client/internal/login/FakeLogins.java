package io.quorate.client.internal.login;

import com.google.protobuf.ByteString;
import com.ongres.scram.common.ClientFirstMessage;
import com.ongres.scram.common.ScramFunctions;
import com.ongres.scram.common.ScramMechanism;
import com.ongres.scram.common.ServerFinalMessage;
import com.ongres.scram.common.ServerFirstMessage;
import com.ongres.scram.common.StringPreparation;
import com.ongres.scram.common.exception.ScramParseException;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.quorate.proto.v1.AccessGrpc;
import io.quorate.proto.v1.LogInRequest;
import io.quorate.proto.v1.LogInResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A node that lets in who knows its password, or does what a test says. */
final class FakeLogins extends AccessGrpc.AccessImplBase implements AutoCloseable {
  static final String PASSWORD = "correct horse";

  private static final ScramMechanism SCRAM = ScramMechanism.SCRAM_SHA_256;
  private static final byte[] SALT = new byte[16];

  final AtomicInteger tried = new AtomicInteger();
  final ManagedChannel channel;

  /** What each login is refused with; null: with nothing. */
  volatile @Nullable StatusRuntimeException refusal;

  /** How often it asks to hash the password. */
  volatile int iterations = 4_096;

  /** For how long its tokens are good, as it says. */
  volatile long validMillis = 60_000;

  /** How many proofs it was shown that the client knows the password. */
  final AtomicInteger proofs = new AtomicInteger();

  /** Whether it takes logins and says nothing. */
  volatile boolean silent;

  /** Whether it ends a login after its first answer, as if all were well. */
  volatile boolean endsEarly;

  private final Server server;

  FakeLogins() {
    try {
      server =
          NettyServerBuilder.forAddress(
                  new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                  InsecureServerCredentials.create())
              .addService(this)
              .build()
              .start();
    } catch (IOException failed) {
      throw new AssertionError(failed);
    }
    channel =
        NettyChannelBuilder.forAddress(
                "127.0.0.1", server.getPort(), InsecureChannelCredentials.create())
            .build();
  }

  @Override
  public StreamObserver<LogInRequest> logIn(StreamObserver<LogInResponse> out) {
    tried.incrementAndGet();
    StatusRuntimeException why = refusal;
    if (why != null) {
      out.onError(why);
    }
    return new StreamObserver<>() {
      private String said = "";

      @Override
      public void onNext(LogInRequest request) {
        if (why != null || silent) {
          return;
        }
        String message = request.getMessage().toStringUtf8();
        try {
          if (said.isEmpty()) {
            said = message.substring(3) + "," + first(message);
            out.onNext(answer(first(message)).build());
            if (endsEarly) {
              out.onCompleted();
            }
          } else {
            last(message);
          }
        } catch (ScramParseException malformed) {
          out.onError(Status.INVALID_ARGUMENT.asRuntimeException());
        }
      }

      private String first(String message) throws ScramParseException {
        String salt = Base64.getEncoder().encodeToString(SALT);
        return new ServerFirstMessage(
                ClientFirstMessage.parseFrom(message).getClientNonce(), "nonce", salt, iterations)
            .toString();
      }

      private void last(String message) {
        proofs.incrementAndGet();
        int proofAt = message.indexOf(",p=");
        String all = said + "," + message.substring(0, proofAt);
        byte[] salted =
            ScramFunctions.saltedPassword(
                SCRAM,
                StringPreparation.SASL_PREPARATION,
                PASSWORD.toCharArray(),
                SALT,
                iterations);
        byte[] key = ScramFunctions.storedKey(SCRAM, ScramFunctions.clientKey(SCRAM, salted));
        byte[] proof = Base64.getDecoder().decode(message.substring(proofAt + 3));
        if (!ScramFunctions.verifyClientProof(SCRAM, proof, key, all)) {
          out.onError(Status.UNAUTHENTICATED.withDescription("wrong").asRuntimeException());
          return;
        }
        byte[] signature =
            ScramFunctions.serverSignature(SCRAM, ScramFunctions.serverKey(SCRAM, salted), all);
        out.onNext(
            answer(new ServerFinalMessage(signature).toString())
                .setToken("token-" + tried.get() + "-" + server.getPort())
                .setValidMs(validMillis)
                .build());
        out.onCompleted();
      }

      @Override
      public void onError(Throwable left) {}

      @Override
      public void onCompleted() {}
    };
  }

  private static LogInResponse.Builder answer(String message) {
    return LogInResponse.newBuilder().setMessage(ByteString.copyFromUtf8(message));
  }

  @Override
  public void close() {
    channel.shutdownNow();
    server.shutdownNow();
  }
}
