package io.quorate.client.internal.login;

import com.google.protobuf.ByteString;
import com.ongres.scram.client.ScramClient;
import com.ongres.scram.common.ServerFirstMessage;
import com.ongres.scram.common.StringPreparation;
import com.ongres.scram.common.exception.ScramException;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.quorate.client.Credentials;
import io.quorate.client.internal.text.Quoted;
import io.quorate.proto.v1.AccessGrpc;
import io.quorate.proto.v1.LogInRequest;
import io.quorate.proto.v1.LogInResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One login at one node, by SCRAM-SHA-256. */
final class ScramLogin implements StreamObserver<LogInResponse> {
  private static final String MECHANISM = "SCRAM-SHA-256";

  /** A node that asks for fewer would get a proof that the password is cheap to guess by. */
  private static final int ITERATIONS_MIN = 4_096;

  /** A node that asks for more keeps this process busy: it takes about a second. */
  private static final int ITERATIONS_MAX = 1_000_000;

  private final Credentials.Password credentials;
  private final AskedSource source;
  private final CompletableFuture<GotToken> result = new CompletableFuture<>();
  private volatile @Nullable StreamObserver<LogInRequest> node;
  private @Nullable ScramClient scram;
  private final Executor executor;

  /** That have come; counted where gRPC calls back. */
  private int answers;

  private ScramLogin(Credentials.Password credentials, AskedSource source, Executor executor) {
    this.credentials = credentials;
    this.source = source;
    this.executor = executor;
  }

  /**
   * Logs in. Fails with {@link LoginRefusedException}, or with what gRPC says if no node was
   * reached.
   *
   * @param source gives the password
   * @param executor one thread: to hash a password takes a tenth of a second, and to ask for it may
   *     take longer
   * @param withinMillis what the login takes at most, once there is a password
   */
  static CompletableFuture<GotToken> at(
      Channel channel,
      Credentials.Password credentials,
      AskedSource source,
      Executor executor,
      long withinMillis) {
    ScramLogin login = new ScramLogin(credentials, source, executor);
    login.apart(() -> login.begin(channel, withinMillis));
    return login.result;
  }

  private void apart(Step step) {
    try {
      executor.execute(() -> carryOut(step));
    } catch (RuntimeException | Error tooMuch) {
      fail(tooMuch);
    }
  }

  private void carryOut(Step step) {
    try {
      if (!result.isDone()) {
        step.run();
      }
    } catch (LoginRefusedException | RuntimeException | Error failure) {
      fail(failure);
    } catch (ScramException mistaken) {
      fail(
          new LoginRefusedException(
              "the node does not show that it knows the password of user %s, too: it may belong to another cluster, or be a fake (%s)"
                  .formatted(Quoted.of(credentials.user()), mistaken.getMessage())));
    }
  }

  private interface Step {
    void run() throws LoginRefusedException, ScramException;
  }

  private void begin(Channel channel, long withinMillis) throws LoginRefusedException {
    char[] password = source.get().toCharArray();
    if (result.isDone()) {
      return; // it took too long
    }
    ScramClient begun;
    try {
      begun =
          ScramClient.builder()
              .advertisedMechanisms(List.of(MECHANISM))
              .username(credentials.user())
              .password(password)
              .stringPreparation(StringPreparation.SASL_PREPARATION)
              .build();
    } catch (IllegalArgumentException unusable) {
      throw new LoginRefusedException(
          "the name or the password of user %s cannot be used: it is empty, or has characters that are none of text"
              .formatted(Quoted.of(credentials.user())));
    }
    scram = begun;
    StreamObserver<LogInRequest> asked =
        ClientCalls.asyncBidiStreamingCall(
            channel.newCall(
                AccessGrpc.getLogInMethod(),
                CallOptions.DEFAULT.withDeadlineAfter(withinMillis, TimeUnit.MILLISECONDS)),
            this);
    node = asked;
    asked.onNext(
        LogInRequest.newBuilder()
            .setMechanism(MECHANISM)
            .setMessage(ByteString.copyFromUtf8(begun.clientFirstMessage().toString()))
            .build());
  }

  @Override
  public void onNext(LogInResponse answer) {
    answers++;
    if (answers == 1) {
      apart(() -> prove(answer));
    } else {
      apart(() -> finish(answer));
    }
  }

  private void prove(LogInResponse answer) throws LoginRefusedException, ScramException {
    ScramClient begun = scram;
    StreamObserver<LogInRequest> asked = node;
    if (begun == null || asked == null) {
      throw new IllegalStateException("an answer before a question");
    }
    ServerFirstMessage first = begun.serverFirstMessage(answer.getMessage().toStringUtf8());
    int iterations = first.getIterationCount();
    if (iterations < ITERATIONS_MIN || iterations > ITERATIONS_MAX) {
      throw new LoginRefusedException(
          "the node asks to hash the password %d times, and this client does it %d to %d times"
              .formatted(iterations, ITERATIONS_MIN, ITERATIONS_MAX));
    }
    asked.onNext(
        LogInRequest.newBuilder()
            .setMessage(ByteString.copyFromUtf8(begun.clientFinalMessage().toString()))
            .build());
    asked.onCompleted();
  }

  /** The node shows as well that it knows the password. */
  private void finish(LogInResponse answer) throws ScramException {
    ScramClient begun = scram;
    if (begun == null) {
      throw new IllegalStateException("an answer before a question");
    }
    var unused = begun.serverFinalMessage(answer.getMessage().toStringUtf8());
    result.complete(new GotToken(answer.getToken(), answer.getValidMs()));
  }

  @Override
  public void onError(Throwable failure) {
    Status status = Status.fromThrowable(failure);
    fail(
        switch (status.getCode()) {
          case UNAUTHENTICATED, PERMISSION_DENIED, INVALID_ARGUMENT, UNIMPLEMENTED ->
              new LoginRefusedException(
                  "login of %s was refused: %s"
                      .formatted(credentials, LoginRefusedException.said(status)));
          default -> failure;
        });
  }

  @Override
  public void onCompleted() {
    if (answers < 2) {
      fail(new StatusRuntimeException(Status.UNAVAILABLE.withDescription("ended the login")));
    }
  }

  private void fail(Throwable failure) {
    boolean unused = result.completeExceptionally(failure);
    StreamObserver<LogInRequest> asked = node;
    if (asked != null && !(failure instanceof StatusRuntimeException)) {
      try {
        asked.onError(Status.CANCELLED.withDescription("given up").asException());
      } catch (RuntimeException ended) {
        // It has ended by itself.
      }
    }
  }
}
