package io.quorate.client.internal.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import io.quorate.client.Credentials;
import io.quorate.proto.v1.Failure;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

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
    long before = System.nanoTime();
    assertThat(refused(session, first).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(System.nanoTime() - before).isLessThan(TimeUnit.SECONDS.toNanos(8));
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
}
