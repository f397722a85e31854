package io.quorate.transport.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quorate.access.AccessChange.AddGrant;
import io.quorate.access.AccessChange.CreateUser;
import io.quorate.access.AccessChange.RevokeGrant;
import io.quorate.access.AccessChange.SetPassword;
import io.quorate.access.AccessRules;
import io.quorate.access.Action;
import io.quorate.access.Grant;
import io.quorate.access.Grantee;
import io.quorate.access.KeyPrefix;
import io.quorate.access.LoginSecret;
import io.quorate.access.PasswordVerifier;
import io.quorate.access.TenantPattern;
import io.quorate.locks.LockAnswer;
import io.quorate.locks.LockEntry;
import io.quorate.locks.LockRequest;
import io.quorate.model.NodeId;
import io.quorate.model.NodeNames;
import io.quorate.proto.v1.AcquireLockRequest;
import io.quorate.proto.v1.AcquireLockResponse;
import io.quorate.proto.v1.ShowLockRequest;
import io.quorate.runtime.ManualLane;
import io.quorate.transport.access.AnyCallers;
import io.quorate.transport.access.Caller;
import io.quorate.transport.access.RuleBook;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Calls that wait for a lock, or for a change of one, end when their callers may wait no more. */
class LockWaitsTest {
  private static final long SECOND = 1_000_000_000;
  private static final String KEY = Base64.getEncoder().encodeToString(new byte[32]);
  private static final PasswordVerifier PASSWORD =
      new PasswordVerifier(Base64.getEncoder().encodeToString(new byte[16]), 4_096, KEY, KEY);
  private static final AccessRules RULES =
      AccessRules.NONE
          .with(new CreateUser("jobs", new TreeSet<>()))
          .with(
              new SetPassword("jobs", PASSWORD, false, LoginSecret.of(new byte[LoginSecret.BYTES])))
          .with(new AddGrant(jobs(), locksOf("eu/")))
          .with(new AddGrant(jobs(), locksOf("us/")));

  private final ManualLane lane = new ManualLane();
  private final RuleBook rules = new RuleBook(true, lane, event -> {});
  private final Line line = new Line();
  private final LockService service =
      new LockService(
          line,
          lane,
          lane,
          () -> new NodeNames(Map.of(new NodeId(9), "db-east-9")),
          new UnreadAnswers(Long.MAX_VALUE),
          PipeTargets.lateCalls(lane));

  LockWaitsTest() {
    rules.follow(RULES, 1);
  }

  private static Grantee jobs() {
    return new Grantee(Grantee.Kind.USER, "jobs");
  }

  private static Grant locksOf(String prefix) {
    return new Grant(Set.of(Action.LOCK), TenantPattern.ALL, KeyPrefix.of(prefix));
  }

  /** Locks that others hold. */
  private static final class Line implements LockEntry {
    private final List<Consumer<LockAnswer>> waiting = new ArrayList<>();
    private int givenUp;

    @Override
    public Runnable submit(LockRequest request, long deadlineNanos, Consumer<LockAnswer> answer) {
      waiting.add(answer);
      return () -> {
        givenUp++;
        waiting.remove(answer);
      };
    }

    @Override
    public boolean decides() {
      return true;
    }
  }

  /** What one call is told. */
  private static final class Told<T> implements StreamObserver<T> {
    private final List<T> answers = new ArrayList<>();
    private @Nullable Status end;

    @Override
    public void onNext(T answer) {
      answers.add(answer);
    }

    @Override
    public void onError(Throwable failure) {
      end(Status.fromThrowable(failure));
    }

    @Override
    public void onCompleted() {
      end(Status.OK);
    }

    private void end(Status status) {
      assertThat(end).as("ended before").isNull();
      end = status;
    }

    Status.@Nullable Code code() {
      return end == null ? null : end.getCode();
    }
  }

  /** A caller that may leave. */
  private static final class Leaving extends ServerCallStreamObserver<AcquireLockResponse> {
    private final Told<AcquireLockResponse> told = new Told<>();
    private boolean cancelled;
    private Runnable onCancel = () -> {};

    @Override
    public boolean isCancelled() {
      return cancelled;
    }

    @Override
    public void setOnCancelHandler(Runnable handler) {
      onCancel = handler;
    }

    @Override
    public void onNext(AcquireLockResponse answer) {
      told.onNext(answer);
    }

    @Override
    public void onError(Throwable failure) {
      told.onError(failure);
    }

    @Override
    public void onCompleted() {
      told.onCompleted();
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void setOnReadyHandler(Runnable handler) {}

    @Override
    public void setCompression(String compression) {}

    @Override
    public void setMessageCompression(boolean enable) {}

    @Override
    public void disableAutoInboundFlowControl() {}

    @Override
    public void request(int count) {}
  }

  private Told<?> acquire(Caller caller, String lock) {
    Told<AcquireLockResponse> told = new Told<>();
    acquire(caller, lock, told);
    return told;
  }

  private void acquire(Caller caller, String lock, StreamObserver<AcquireLockResponse> told) {
    AcquireLockRequest request =
        AcquireLockRequest.newBuilder()
            .setName(lock)
            .setOwner("worker")
            .setTtlMs(60_000)
            .setWaitMs(3_600_000)
            .build();
    AnyCallers.call(caller, () -> service.acquireLock(request, told));
  }

  private Leaving acquireAndLeave() {
    Leaving caller = new Leaving();
    acquire(AnyCallers.named("jobs", rules), "eu/nightly", caller);
    return caller;
  }

  private Told<?> watch(Caller caller, String lock) {
    ShowLockRequest request =
        ShowLockRequest.newBuilder().setName(lock).setWaitMs(3_600_000).setSeen(1).build();
    Told<io.quorate.proto.v1.ShowLockResponse> told = new Told<>();
    AnyCallers.call(caller, () -> service.showLock(request, told));
    return told;
  }

  private Caller loggedIn(long untilMillis) {
    return AnyCallers.showing(RULES.loginToken("jobs", PASSWORD, untilMillis), rules);
  }

  @Test
  void whatIsRefusedNamesNodes() {
    Told<?> wait = acquire(AnyCallers.named("jobs", rules), "eu/nightly");
    line.waiting
        .getFirst()
        .accept(new LockAnswer.Refused(LockAnswer.Kind.NOT_READY, "node 0000000000000009 decides"));
    assertThat(wait.end)
        .isNotNull()
        .satisfies(
            end ->
                assertThat(end.getDescription())
                    .contains("node 0000000000000009 (db-east-9) decides"));
  }

  @Test
  void aWaitEndsWithTheRightToItsLock() {
    Caller caller = AnyCallers.named("jobs", rules);
    Told<?> wait = acquire(caller, "eu/nightly");
    Told<?> watch = watch(caller, "eu/nightly");
    Told<?> other = acquire(caller, "us/nightly");
    service.judgeAgain();
    assertThat(line.waiting).hasSize(3);
    List<Consumer<LockAnswer>> late = List.copyOf(line.waiting);

    rules.follow(RULES.with(new RevokeGrant(jobs(), locksOf("eu/"))), 2);
    service.judgeAgain();
    assertThat(wait.code()).isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(watch.code()).isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(other.code()).isNull();
    assertThat(line.waiting).as("the others are out of the line").containsExactly(late.getLast());

    late.forEach(answer -> answer.accept(new LockAnswer.Granted(7, 60_000)));
    service.judgeAgain();
    assertThat(wait.answers).isEmpty();
    assertThat(watch.answers).isEmpty();
    assertThat(other.code()).isEqualTo(Status.Code.OK);
  }

  /** No rule changes then, so nothing else has the node look. */
  @Test
  void aWaitEndsWithTheLoginOfItsCaller() {
    Told<?> wait = acquire(loggedIn(10_000), "eu/nightly");
    Told<?> watch = watch(loggedIn(10_000), "eu/nightly");
    lane.pass(9 * SECOND);
    assertThat(wait.code()).isNull();
    assertThat(watch.code()).isNull();
    lane.pass(2 * SECOND);
    assertThat(wait.code()).isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(watch.code()).isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(line.waiting).isEmpty();
    lane.pass(SECOND);
    assertThat(lane.pass(3_600 * SECOND)).as("looks at what has ended").isZero();
  }

  @Test
  void aWaitGoesOnWithTheNextLoginOfItsCaller() {
    Caller caller = loggedIn(10_000);
    Told<?> wait = acquire(caller, "eu/nightly");
    lane.pass(9 * SECOND);
    AnyCallers.showAgain(caller, RULES.loginToken("jobs", PASSWORD, 20_000));
    lane.pass(10 * SECOND);
    assertThat(wait.code()).isNull();
    lane.pass(2 * SECOND);
    assertThat(wait.code()).isEqualTo(Status.Code.UNAUTHENTICATED);
  }

  @Test
  void aCallThatIsAnsweredIsLookedAtNoMore() {
    Told<?> wait = acquire(loggedIn(10_000), "eu/nightly");
    line.waiting.getFirst().accept(new LockAnswer.Granted(7, 60_000));
    assertThat(wait.code()).isEqualTo(Status.Code.OK);
    rules.follow(AccessRules.NONE, 2);
    service.judgeAgain();
    lane.pass(SECOND);
    assertThat(lane.pass(3_600 * SECOND)).isZero();
    assertThat(wait.answers).hasSize(1);
  }

  @Test
  void aWaitEndsWhenItsCallerLeaves() {
    Leaving caller = acquireAndLeave();
    caller.cancelled = true;
    caller.onCancel.run();
    assertThat(line.givenUp).isEqualTo(1);
    assertThat(line.waiting).isEmpty();
  }

  /** The grant comes after the caller has left, and before the node hears of that. */
  @Test
  void aGrantOfWhichTheCallerCannotBeToldIsGivenUp() {
    Leaving caller = acquireAndLeave();
    caller.cancelled = true;
    line.waiting.getFirst().accept(new LockAnswer.Granted(7, 60_000));
    assertThat(caller.told.answers).isEmpty();
    caller.onCancel.run();
    assertThat(line.givenUp).isEqualTo(1);
  }

  /** It relies on the lock by then. */
  @Test
  void aGrantOfWhichTheCallerWasToldIsKeptHoweverItsCallEnds() {
    Leaving caller = acquireAndLeave();
    line.waiting.getFirst().accept(new LockAnswer.Granted(7, 60_000));
    assertThat(caller.told.answers).hasSize(1);
    caller.cancelled = true;
    caller.onCancel.run();
    assertThat(line.givenUp).isZero();
  }
}
