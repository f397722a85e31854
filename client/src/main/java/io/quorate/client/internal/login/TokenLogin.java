package io.quorate.client.internal.login;

import io.grpc.CallCredentials;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.quorate.client.Credentials;
import io.quorate.proto.v1.AccessGrpc;
import io.quorate.proto.v1.GetCallerRequest;
import io.quorate.proto.v1.GetCallerResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** Gets a token of an identity provider, and shows it to a node before calls do. */
final class TokenLogin implements LoginMethod {
  /** Nodes take no longer ones. */
  private static final int CHARS_MAX = 7 << 10;

  /** RFC 6750, 2.1. Nodes refuse all others, and do not say why. */
  private static final Pattern WRITTEN = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

  private final Credentials.BearerTokens credentials;
  private final AskedSource source;
  private final Executor executor;

  /**
   * @param source gives the tokens
   * @param executor one thread: to get a token may take long
   */
  TokenLogin(Credentials.BearerTokens credentials, AskedSource source, Executor executor) {
    this.credentials = credentials;
    this.source = source;
    this.executor = executor;
  }

  @Override
  public CompletableFuture<GotToken> at(Channel node, long withinMillis) {
    CompletableFuture<GotToken> result = new CompletableFuture<>();
    try {
      executor.execute(() -> begin(node, withinMillis, result));
    } catch (RuntimeException | Error tooMuch) {
      boolean unused = result.completeExceptionally(tooMuch);
    }
    return result;
  }

  private void begin(Channel node, long withinMillis, CompletableFuture<GotToken> result) {
    if (result.isDone()) {
      return; // it took too long
    }
    try {
      String token = checked(source.get());
      if (result.isDone()) {
        return;
      }
      long validMillis = TokenLife.millis(token, System.currentTimeMillis());
      show(node, withinMillis, new GotToken(token, validMillis), result);
    } catch (LoginRefusedException | RuntimeException | Error failure) {
      boolean unused = result.completeExceptionally(failure);
    }
  }

  private static String checked(String token) throws LoginRefusedException {
    String stripped = token.strip();
    if (stripped.isEmpty() || stripped.length() > CHARS_MAX) {
      throw new LoginRefusedException(
          "what was given as a token is not one: it has %d characters, and a token has 1 to %d"
              .formatted(stripped.length(), CHARS_MAX));
    }
    if (!WRITTEN.matcher(stripped).matches()) {
      throw new LoginRefusedException(
          "what was given as a token is not one: it has spaces or other characters that no token"
              + " has (RFC 6750). Of what a provider answers, give the text of \"access_token\""
              + " alone");
    }
    return stripped;
  }

  private void show(
      Channel node, long withinMillis, GotToken token, CompletableFuture<GotToken> result) {
    CallOptions options =
        CallOptions.DEFAULT
            .withOption(LoggedInCalls.SHOWS_ITS_OWN, true)
            .withCallCredentials(showing(token.text()))
            .withDeadlineAfter(withinMillis, TimeUnit.MILLISECONDS);
    ClientCalls.asyncUnaryCall(
        node.newCall(AccessGrpc.getGetCallerMethod(), options),
        GetCallerRequest.getDefaultInstance(),
        new StreamObserver<>() {
          @Override
          public void onNext(GetCallerResponse caller) {
            boolean unused = result.complete(token);
          }

          @Override
          public void onError(Throwable failure) {
            Status status = Status.fromThrowable(failure);
            boolean unused =
                result.completeExceptionally(
                    status.getCode() == Status.Code.UNAUTHENTICATED
                        ? refused(status, token)
                        : failure);
          }

          @Override
          public void onCompleted() {
            boolean unused =
                result.completeExceptionally(
                    Status.UNAVAILABLE.withDescription("did not answer").asException());
          }
        });
  }

  /** A node tells a stranger nothing of why; that the time of a token is over is seen here, too. */
  private LoginRefusedException refused(Status status, GotToken token) {
    String expired =
        token.validMillis() > 0
            ? ""
            : "the token expired %d s ago, by what it says (exp) and the clock of this machine, so get another one from the provider; "
                .formatted(TimeUnit.MILLISECONDS.toSeconds(-token.validMillis()));
    return new LoginRefusedException(
        "login by %s was refused: %s%s"
            .formatted(credentials, expired, LoginRefusedException.said(status)));
  }

  private static CallCredentials showing(String token) {
    return new CallCredentials() {
      @Override
      public void applyRequestMetadata(RequestInfo request, Executor on, MetadataApplier applier) {
        Status refusal = BearerToken.refusal(request);
        if (refusal == null) {
          applier.apply(BearerToken.header(token));
        } else {
          applier.fail(refusal);
        }
      }
    };
  }
}
