package io.quorate.client.internal.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import io.quorate.client.Credentials;
import io.quorate.proto.v1.Failure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When a client logs in, at which node, and what one node's word counts. */
class LoginSessionTest {
  private final FakeLogins first = new FakeLogins();
  private final FakeLogins second = new FakeLogins();
  private final AtomicLong nanos = new AtomicLong(1);
  private final AtomicInteger loggedIn = new AtomicInteger();
  private final LoginSession session = session(FakeLogins.PASSWORD);

  private LoginSession session(String password) {
    return new LoginSession(
        Credentials.password("anna", password), nanos::get, loggedIn::incrementAndGet);
  }

  @AfterEach
  void close() {
    first.close();
    second.close();
  }

  private static String token(LoginSession session, FakeLogins node) throws Exception {
    return session.token(node.channel).get(20, TimeUnit.SECONDS);
  }

  private static Status refused(LoginSession session, FakeLogins node) throws Exception {
    try {
      throw new AssertionError("logged in: " + token(session, node));
    } catch (ExecutionException failed) {
      return Status.fromThrowable(failed.getCause());
    }
  }

  private void pass(long millis) {
    nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  @Test
  void oneLoginIsForAllNodesAsLongAsItCounts() throws Exception {
    String token = token(session, first);
    assertThat(token(session, second)).isEqualTo(token);
    pass(59_000);
    assertThat(token(session, second)).isEqualTo(token);
    assertThat(second.tried).hasValue(0);
    assertThat(session.renewAfterNanos()).isEqualTo(TimeUnit.SECONDS.toNanos(1));
    pass(2_000);
    assertThat(token(session, second)).isNotEqualTo(token);
    assertThat(loggedIn).hasValue(2);
  }

  @Test
  void aTokenIsRenewedWhenTwoThirdsOfItsTimeAreOver() throws Exception {
    assertThat(session.renewAfterNanos()).isEqualTo(-1);
    String token = token(session, first);
    assertThat(session.renewAfterNanos()).isEqualTo(TimeUnit.SECONDS.toNanos(40));
    pass(40_000);
    session.renew(second.channel);
    await().until(() -> loggedIn.get() == 2);
    assertThat(session.renewAfterNanos()).isEqualTo(TimeUnit.SECONDS.toNanos(40));
    assertThat(token(session, first)).isNotEqualTo(token).startsWith("token-1-");
    assertThat(first.tried).hasValue(1);
  }

  /** A node that says otherwise would have clients log in all the time, or never. */
  @Test
  void aTokenCountsForASecondAtLeastAndADayAtMost() throws Exception {
    for (long said : new long[] {Long.MIN_VALUE, 0, 999}) {
      first.validMillis = said;
      countsFor(1_000);
    }
    first.validMillis = Long.MAX_VALUE;
    countsFor(TimeUnit.HOURS.toMillis(24));
  }

  private void countsFor(long millis) throws Exception {
    String token = token(session, first);
    pass(millis - 1);
    assertThat(token(session, first)).isEqualTo(token);
    pass(1);
    assertThat(token(session, first)).isNotEqualTo(token);
    pass(millis);
  }

  @Test
  void aClientLogsInTwiceASecondAtMostWhateverNodesSayOfItsTokens() throws Exception {
    for (int i = 0; i < 5; i++) {
      String token = token(session, first);
      session.refused(first.channel, token);
      session.refused(second.channel, token);
      for (int waits = 0; waits < 2; waits++) {
        assertThat(refused(session, first).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(refused(session, second).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        pass(waits == 0 ? 499 : 1);
      }
    }
    assertThat(first.tried).hasValue(5);
    assertThat(second.tried).hasValue(0);
  }

  @Test
  void whatIsSaidOfATokenThatIsReplacedIsOfNoEffect() throws Exception {
    String old = token(session, first);
    session.refused(first.channel, old);
    pass(1_000);
    String token = token(session, first);
    assertThat(token).isNotEqualTo(old);
    session.refused(second.channel, old);
    assertThat(token(session, first)).isEqualTo(token);
    // One node says it of this one, whatever was said of the last.
    session.refused(first.channel, token);
    pass(31_000);
    session.refused(first.channel, token);
    assertThat(token(session, first)).isEqualTo(token);
  }

  /** Few would make the password cheap to guess by the proof, many keep this process busy. */
  @ParameterizedTest
  @ValueSource(ints = {1, 4_095, 1_000_001, Integer.MAX_VALUE})
  void aNodeThatHashesAsNoPasswordIsHashedIsShownNoProof(int iterations) throws Exception {
    first.iterations = iterations;
    assertThat(refused(session, first).getDescription())
        .contains("hash the password " + iterations);
    assertThat(first.tried).hasValue(1);
    assertThat(first.proofs).hasValue(0);
  }

  @Test
  void oneNodeThatRefusesMayBeBehind() throws Exception {
    first.refusal = Status.UNAUTHENTICATED.asRuntimeException();
    assertThat(refused(session, first).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(token(session, second)).startsWith("token-1-");
  }

  @Test
  void aWrongPasswordIsDeniedAndNotTriedAgainAndAgain() throws Exception {
    LoginSession wrong = session("the wrong one");
    assertThat(refused(wrong, first).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(refused(wrong, second).getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
    for (int i = 0; i < 100; i++) {
      assertThat(refused(wrong, i % 2 == 0 ? first : second).getCode())
          .isEqualTo(Status.Code.PERMISSION_DENIED);
    }
    assertThat(first.tried).hasValue(1);
    assertThat(second.tried).hasValue(1);
    int tries = 0;
    for (int second = 0; second < 3_600; second++) {
      pass(1_000);
      int before = first.tried.get();
      refused(wrong, first);
      tries += first.tried.get() - before;
    }
    assertThat(tries).as("in an hour").isBetween(50, 70);
  }

  @Test
  void aSingleNodeThatRefusesTwiceDenies() throws Exception {
    LoginSession wrong = session("the wrong one");
    assertThat(refused(wrong, first).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    pass(1_000);
    assertThat(refused(wrong, first).getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
  }

  @Test
  void aNodeIsLeftAloneForAsLongAsItAsks() throws Exception {
    Metadata trailers = new Metadata();
    trailers.put(
        Metadata.Key.of(
            "quorate-failure-bin", ProtoUtils.metadataMarshaller(Failure.getDefaultInstance())),
        Failure.newBuilder().setRetryAfterMs(10_000).build());
    first.refusal = new StatusRuntimeException(Status.RESOURCE_EXHAUSTED, trailers);
    for (int i = 0; i < 90; i++) {
      assertThat(refused(session, first).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      pass(100);
    }
    assertThat(first.tried).hasValue(1);
    assertThat(token(session, second)).startsWith("token-1-");
  }

  @Test
  void aNodeThatCannotBeAskedIsAskedLessAndLessOften() throws Exception {
    first.refusal = Status.UNAVAILABLE.asRuntimeException();
    for (int i = 0; i < 60_000 / 50; i++) {
      assertThat(refused(session, first).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      pass(50);
    }
    assertThat(first.tried.get()).as("in a minute").isBetween(10, 20);
  }

  /**
   * Logins that a test answers in place of nodes, at once: how fast the machine is does not matter.
   */
  private static final class Asked implements LoginMethod {
    private final List<Channel> nodes = new ArrayList<>();
    private final List<Long> millis = new ArrayList<>();
    private CompletableFuture<GotToken> last = new CompletableFuture<>();

    @Override
    public CompletableFuture<GotToken> at(Channel node, long withinMillis) {
      nodes.add(node);
      millis.add(withinMillis);
      last = new CompletableFuture<>();
      return last;
    }

    void fails(Status why) {
      assertThat(last.completeExceptionally(why.asRuntimeException())).isTrue();
    }

    void succeeds(String token) {
      assertThat(last.complete(new GotToken(token, 60_000))).isTrue();
    }
  }

  private LoginSession session(Asked asked) {
    return new LoginSession(
        asked,
        new AskedSource("nothing", () -> "", nanos::get),
        nanos::get,
        loggedIn::incrementAndGet);
  }

  /** All calls would else wait for it for ten seconds. */
  @Test
  void aLoginThatANodeDoesNotAnswerGoesOnAtAnotherThatWasHeard() {
    Asked asked = new Asked();
    LoginSession session = session(asked);
    session.heard(session.at(second.channel));
    CompletableFuture<String> token = session.token(first.channel);
    assertThat(asked.nodes).containsExactly(first.channel);
    asked.fails(Status.DEADLINE_EXCEEDED);
    assertThat(asked.nodes).containsExactly(first.channel, second.channel);
    assertThat(asked.millis).containsExactly(2_000L, 10_000L);
    assertThat(token).isNotDone();
    asked.succeeds("of the second");
    assertThat(token).isCompletedWithValue("of the second");
  }

  @Test
  void aLoginThatNoNodeAnswersFails() {
    Asked asked = new Asked();
    LoginSession session = session(asked);
    session.heard(session.at(first.channel));
    session.heard(session.at(second.channel));
    CompletableFuture<String> token = session.token(first.channel);
    asked.fails(Status.UNAVAILABLE.withDescription("one"));
    asked.fails(Status.UNAVAILABLE.withDescription("other"));
    assertThat(asked.nodes).containsExactly(first.channel, second.channel);
    assertThatThrownBy(token::get).hasMessageContaining("could not log in there: other");
  }

  @Test
  void aTokenIsRenewedAtTheNodeThatWasHeardLast() {
    Asked asked = new Asked();
    LoginSession session = session(asked);
    session.heard(session.at(second.channel));
    pass(1);
    session.heard(session.at(first.channel));
    session.renew(second.channel);
    asked.succeeds("one");
    pass(1);
    session.heard(session.at(second.channel));
    session.renew(first.channel);
    asked.succeeds("two");
    assertThat(asked.nodes).containsExactly(first.channel, second.channel);
    assertThat(loggedIn).hasValue(2);
  }

  /** For as long as the session lets it take. */
  @Test
  void aNodeThatSaysNothingIsGivenUp() {
    first.silent = true;
    CompletableFuture<GotToken> login =
        ScramLogin.at(
            first.channel,
            (Credentials.Password) Credentials.password("anna", FakeLogins.PASSWORD),
            new AskedSource("the password", () -> FakeLogins.PASSWORD, nanos::get),
            Runnable::run,
            100);
    assertThatThrownBy(() -> login.get(20, TimeUnit.SECONDS))
        .hasMessageContaining("DEADLINE_EXCEEDED");
  }

  @Test
  void aNodeThatIsBehindDoesNotEndTheLoginsOfAll() throws Exception {
    for (int i = 0; i < 100; i++) {
      pass(1_000);
      session.refused(second.channel, token(session, first));
    }
    assertThat(first.tried.get()).as("in 100 s").isBetween(2, 5);

    session.taken(second.channel);
    pass(1_000);
    String token = token(session, first);
    session.refused(second.channel, token);
    session.refused(first.channel, token);
    pass(1_000);
    assertThat(token(session, first)).as("both refuse it").isNotEqualTo(token);
  }

  @Test
  void aLoginThatEndsWithoutAnAnswerFailsAtOnce() throws Exception {
    first.endsEarly = true;
    Status failed = refused(session, first);
    assertThat(failed.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(failed.getDescription()).as("not by its deadline").contains("ended the login");
  }

  @Test
  void aPasswordThatCannotBeReadFailsTheCallsThatNeedIt() {
    LoginSession broken =
        new LoginSession(
            Credentials.password(
                "anna",
                () -> {
                  throw new NoClassDefFoundError("vault");
                }),
            nanos::get,
            loggedIn::incrementAndGet);
    assertThatThrownBy(() -> token(broken, first)).hasStackTraceContaining("vault");
    assertThat(first.tried).hasValue(0);
  }

  /** One supplier after the other would else be kept waiting by the one that hangs. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aSupplierThatHangsFailsLoginsAtOnceUntilItReturns(boolean ofTokens) throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch ends = new CountDownLatch(1);
    AtomicInteger times = new AtomicInteger();
    Supplier<String> hanging =
        () -> {
          if (times.incrementAndGet() == 1) {
            asked.countDown();
            awaited(ends);
          }
          return ofTokens ? "a.token" : FakeLogins.PASSWORD;
        };
    // Long enough for the logins that succeed.
    LoginSession hangs =
        new LoginSession(
            ofTokens ? Credentials.bearerTokens(hanging) : Credentials.password("anna", hanging),
            nanos::get,
            loggedIn::incrementAndGet,
            2_000);
    CompletableFuture<String> waiting = hangs.token(first.channel);
    awaited(asked);
    assertThat(hangs.token(second.channel)).as("as long as it may return in time").isNotDone();
    pass(11_000);
    assertThatThrownBy(() -> waiting.get(20, TimeUnit.SECONDS))
        .hasMessageContaining("UNAVAILABLE: the supplier of ")
        .hasMessageContaining(ofTokens ? "tokens has not" : "the password of user 'anna' has not")
        .hasMessageContaining("has not returned for 11 s");
    pass(20_000);
    for (int i = 0; i < 100; i++) {
      CompletableFuture<String> later = hangs.token(i % 2 == 0 ? first.channel : second.channel);
      assertThat(later).as("at once").isCompletedExceptionally();
      assertThatThrownBy(later::get).hasMessageContaining("has not returned for 31 s");
      hangs.renew(first.channel);
    }
    ends.countDown();
    if (ofTokens) {
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> refused(hangs, first).getDescription().contains("takes TLS"));
    } else {
      await()
          .atMost(Duration.ofSeconds(10))
          .ignoreExceptions()
          .until(() -> token(hangs, first).startsWith("token-1-"));
    }
    assertThat(times).hasValue(2);
  }

  private static void awaited(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException stopped) {
      throw new AssertionError(stopped);
    }
  }

  /** Nodes say nothing of why, and the whole answer of a provider is easily taken for the token. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"access_token\":\"e30.e30.x\",\"expires_in\":300}",
        "{\"access_token\": \"e30.e30.x\", \"expires_in\": 300}",
        "{\n  \"access_token\": \"e30.e30.x\"\n}",
        "access_token=e30.e30.x&expires_in=300",
      })
  void theAnswerOfAProviderIsToldFromItsToken(String answer) throws Exception {
    LoginSession given =
        new LoginSession(
            Credentials.bearerTokens(() -> answer), nanos::get, loggedIn::incrementAndGet);
    assertThat(refused(given, first).getDescription())
        .contains("characters that no token has", "\"access_token\" alone")
        .doesNotContain("e30");
    assertThat(first.tried).hasValue(0);
  }
}
