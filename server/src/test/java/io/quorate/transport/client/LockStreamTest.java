package io.quorate.transport.client;

import static io.quorate.proto.v1.WaitForLocksResponse.ResponseCase.SHOWN;
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
import io.quorate.model.NodeNames;
import io.quorate.proto.v1.AcquireLockRequest;
import io.quorate.proto.v1.Failure.Reason;
import io.quorate.proto.v1.GiveUpLockRequest;
import io.quorate.proto.v1.ShowLockRequest;
import io.quorate.proto.v1.WaitForLocksRequest;
import io.quorate.proto.v1.WaitForLocksResponse;
import io.quorate.proto.v1.WaitForLocksResponse.ResponseCase;
import io.quorate.runtime.ManualLane;
import io.quorate.transport.access.AnyCallers;
import io.quorate.transport.access.Caller;
import io.quorate.transport.access.RuleBook;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Many requests about locks on one stream: each has its own answer, and its own end. */
class LockStreamTest {
  private static final long SECOND = 1_000_000_000;
  private static final String KEY = Base64.getEncoder().encodeToString(new byte[32]);
  private static final PasswordVerifier PASSWORD =
      new PasswordVerifier(Base64.getEncoder().encodeToString(new byte[16]), 4_096, KEY, KEY);
  private static final Grantee JOBS = new Grantee(Grantee.Kind.USER, "jobs");
  private static final Grant EU =
      new Grant(Set.of(Action.LOCK), TenantPattern.ALL, KeyPrefix.of("eu/"));
  private static final Grant US =
      new Grant(Set.of(Action.LOCK), TenantPattern.ALL, KeyPrefix.of("us/"));
  private static final AccessRules RULES =
      AccessRules.NONE
          .with(new CreateUser("jobs", new TreeSet<>()))
          .with(
              new SetPassword("jobs", PASSWORD, false, LoginSecret.of(new byte[LoginSecret.BYTES])))
          .with(new AddGrant(JOBS, EU))
          .with(new AddGrant(JOBS, US));

  private final ManualLane lane = new ManualLane();
  private final RuleBook rules = new RuleBook(true, lane, event -> {});
  private final Line line = new Line();
  private final UnreadAnswers unread = new UnreadAnswers(40 << 20);
  private final LockService service =
      new LockService(line, lane, lane, () -> NodeNames.NONE, unread, PipeTargets.lateCalls(lane));
  private final Client client = new Client();

  LockStreamTest() {
    rules.follow(RULES, 1);
  }

  /** Locks that others hold. As that of a node, it answers what is given up. */
  private static final class Line implements LockEntry {
    private final List<LockRequest> asked = new ArrayList<>();
    private final List<Consumer<LockAnswer>> waiting = new ArrayList<>();
    private final List<Long> deadlines = new ArrayList<>();
    private int givenUp;

    @Override
    public Runnable submit(LockRequest request, long deadlineNanos, Consumer<LockAnswer> answer) {
      asked.add(request);
      waiting.add(answer);
      deadlines.add(deadlineNanos);
      return () -> {
        givenUp++;
        if (waiting.remove(answer)) {
          answer.accept(new LockAnswer.TimedOut());
        }
      };
    }

    void answer(int number, LockAnswer answer) {
      waiting.remove(number).accept(answer);
    }

    @Override
    public boolean decides() {
      return true;
    }
  }

  /** What the caller is told. */
  private static final class Client extends ServerCallStreamObserver<WaitForLocksResponse> {
    private final List<WaitForLocksResponse> told = new ArrayList<>();
    private @Nullable Status end;
    private boolean cancelled;
    private boolean ready = true;
    private int requested;
    private Runnable onCancel = () -> {};
    private Runnable onClose = () -> {};
    private Runnable onReady = () -> {};

    @Override
    public void onNext(WaitForLocksResponse response) {
      assertThat(end).as("it has ended").isNull();
      told.add(response);
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
      assertThat(end).as("it has ended").isNull();
      end = status;
    }

    Status.@Nullable Code code() {
      return end == null ? null : end.getCode();
    }

    WaitForLocksResponse last() {
      return told.getLast();
    }

    void leave() {
      cancelled = true;
      onCancel.run();
    }

    @Override
    public boolean isCancelled() {
      return cancelled;
    }

    @Override
    public void setOnCancelHandler(Runnable handler) {
      onCancel = handler;
    }

    @Override
    public void setOnCloseHandler(Runnable handler) {
      onClose = handler;
    }

    @Override
    public boolean isReady() {
      return ready;
    }

    @Override
    public void setOnReadyHandler(Runnable handler) {
      onReady = handler;
    }

    @Override
    public void setOnReadyThreshold(int bytes) {}

    @Override
    public void setCompression(String compression) {}

    @Override
    public void setMessageCompression(boolean enable) {}

    @Override
    public void disableAutoInboundFlowControl() {}

    @Override
    public void disableAutoRequest() {}

    @Override
    public void request(int count) {
      requested += count;
    }
  }

  private StreamObserver<WaitForLocksRequest> open(Caller caller) {
    List<StreamObserver<WaitForLocksRequest>> opened = new ArrayList<>();
    AnyCallers.call(caller, () -> opened.add(service.waitForLocks(client)));
    return opened.getFirst();
  }

  private StreamObserver<WaitForLocksRequest> open() {
    return open(AnyCallers.named("jobs", rules));
  }

  private static WaitForLocksRequest acquire(long id, String lock) {
    return WaitForLocksRequest.newBuilder()
        .setId(id)
        .setAcquire(
            AcquireLockRequest.newBuilder()
                .setName(lock)
                .setOwner("worker-" + id)
                .setTtlMs(60_000)
                .setWaitMs(3_600_000))
        .build();
  }

  private static WaitForLocksRequest show(long id, String lock) {
    return WaitForLocksRequest.newBuilder()
        .setId(id)
        .setShow(ShowLockRequest.newBuilder().setName(lock).setWaitMs(60_000).setSeen(1))
        .build();
  }

  private static WaitForLocksRequest giveUp(long id) {
    return WaitForLocksRequest.newBuilder()
        .setId(id)
        .setGiveUp(GiveUpLockRequest.getDefaultInstance())
        .build();
  }

  @Test
  void eachRequestHasItsOwnAnswer() {
    StreamObserver<WaitForLocksRequest> stream = open();
    stream.onNext(acquire(1, "eu/a"));
    stream.onNext(show(2, "eu/b"));
    stream.onNext(acquire(3, "us/c"));
    assertThat(line.asked)
        .extracting(Object::getClass)
        .containsExactly(
            LockRequest.Acquire.class, LockRequest.Show.class, LockRequest.Acquire.class);
    assertThat(client.told).isEmpty();

    line.answer(2, new LockAnswer.Granted(7, 60_000));
    assertThat(client.last().getId()).isEqualTo(3);
    assertThat(client.last().getAcquired().getGranted().getToken()).isEqualTo(7);
    line.answer(1, new LockAnswer.Shown(List.of(), List.of("next"), 9));
    assertThat(client.last().getId()).isEqualTo(2);
    assertThat(client.last().getShown().getWaitingList()).containsExactly("next");
    line.answer(
        0, new LockAnswer.Refused(LockAnswer.Kind.TOO_MANY, "too many locks, as it is scripted"));
    assertThat(client.last().getId()).isEqualTo(1);
    assertThat(client.last().getFailure().getReason()).isEqualTo(Reason.REASON_OVERLOADED);
    assertThat(client.last().getFailure().getMessage()).contains("as it is scripted");
    assertThat(client.code()).as("it takes more").isNull();
  }

  @Test
  void whatIsGivenUpIsWithdrawnAndAnswered() {
    StreamObserver<WaitForLocksRequest> stream = open();
    stream.onNext(acquire(1, "eu/a"));
    stream.onNext(show(2, "eu/a"));
    stream.onNext(acquire(3, "eu/a"));
    stream.onNext(giveUp(1));
    assertThat(line.givenUp).isEqualTo(1);
    assertThat(client.last().getId()).isEqualTo(1);
    assertThat(client.last().getAcquired().hasWaitOver()).isTrue();
    stream.onNext(giveUp(2));
    assertThat(client.last().getShown().getUnchanged()).isTrue();
    assertThat(line.waiting).as("the other one stands in line").hasSize(1);
    stream.onNext(giveUp(2));
    stream.onNext(giveUp(77));
    assertThat(client.told).hasSize(2);
  }

  /** It is on its way to the caller, who has to release the lock. */
  @Test
  void aGrantThatWasToldIsNotTakenBack() {
    StreamObserver<WaitForLocksRequest> stream = open();
    stream.onNext(acquire(1, "eu/a"));
    line.answer(0, new LockAnswer.Granted(7, 60_000));
    stream.onNext(giveUp(1));
    client.leave();
    assertThat(line.givenUp).isZero();
    assertThat(client.told).hasSize(1);
  }

  @Test
  void allIsGivenUpWhenTheCallerLeaves() {
    StreamObserver<WaitForLocksRequest> stream = open();
    stream.onNext(acquire(1, "eu/a"));
    stream.onNext(acquire(2, "eu/b"));
    client.leave();
    assertThat(line.givenUp).isEqualTo(2);
    assertThat(client.told).isEmpty();
    stream.onNext(acquire(3, "eu/c"));
    assertThat(line.asked).hasSize(2);
  }

  /** As when a request does not come whole: nothing cancels the call then. */
  @Test
  void allIsGivenUpWhenTheNodeEndsTheCall() {
    StreamObserver<WaitForLocksRequest> stream = open();
    stream.onNext(acquire(1, "eu/a"));
    stream.onNext(acquire(2, "eu/b"));
    client.onClose.run();
    assertThat(line.givenUp).isEqualTo(2);
    assertThat(line.waiting).isEmpty();
    assertThat(client.told).isEmpty();
  }

  /** The grant comes after the caller has left, and before the node hears of that. */
  @Test
  void aGrantOfWhichTheCallerCannotBeToldIsGivenUp() {
    StreamObserver<WaitForLocksRequest> stream = open();
    stream.onNext(acquire(1, "eu/a"));
    client.cancelled = true;
    line.answer(0, new LockAnswer.Granted(7, 60_000));
    client.leave();
    assertThat(client.told).isEmpty();
    assertThat(line.givenUp).isEqualTo(1);
  }

  @Test
  void itEndsOnceAllIsAnswered() {
    StreamObserver<WaitForLocksRequest> stream = open();
    stream.onNext(acquire(1, "eu/a"));
    stream.onNext(acquire(2, "eu/b"));
    line.answer(0, new LockAnswer.Granted(7, 60_000));
    stream.onCompleted();
    assertThat(client.code()).isNull();
    line.answer(0, new LockAnswer.TimedOut());
    assertThat(client.told).hasSize(2);
    assertThat(client.code()).isEqualTo(Status.Code.OK);
  }

  @Test
  void aLockThatIsNotGrantedIsRefusedAloneAndAsksForNothing() {
    StreamObserver<WaitForLocksRequest> stream = open();
    stream.onNext(acquire(1, "eu/a"));
    stream.onNext(acquire(2, "asia/a"));
    stream.onNext(show(3, "asia/a"));
    assertThat(client.told)
        .extracting(each -> each.getFailure().getReason())
        .containsExactly(Reason.REASON_PERMISSION_DENIED, Reason.REASON_PERMISSION_DENIED);
    assertThat(line.asked).hasSize(1);
    assertThat(client.code()).isNull();
  }

  @Test
  void aWaitEndsWithTheRightToItsLock() {
    StreamObserver<WaitForLocksRequest> stream = open();
    stream.onNext(acquire(1, "eu/a"));
    stream.onNext(acquire(2, "us/a"));
    rules.follow(RULES.with(new RevokeGrant(JOBS, EU)), 2);
    service.judgeAgain();
    assertThat(client.told).hasSize(1);
    assertThat(client.last().getId()).isEqualTo(1);
    assertThat(client.last().getFailure().getReason()).isEqualTo(Reason.REASON_PERMISSION_DENIED);
    assertThat(line.waiting).hasSize(1);
    line.answer(0, new LockAnswer.Granted(7, 60_000));
    assertThat(client.last().getAcquired().hasGranted()).isTrue();
  }

  /** So the next one shows another login. */
  @Test
  void itEndsWithTheLoginOfItsCaller() {
    StreamObserver<WaitForLocksRequest> stream =
        open(AnyCallers.showing(RULES.loginToken("jobs", PASSWORD, 10_000), rules));
    stream.onNext(acquire(1, "eu/a"));
    stream.onNext(acquire(2, "us/a"));
    lane.pass(9 * SECOND);
    assertThat(client.code()).isNull();
    lane.pass(2 * SECOND);
    assertThat(client.code()).isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(client.told).isEmpty();
    assertThat(line.waiting).isEmpty();
    lane.pass(SECOND);
    assertThat(lane.pass(3_600 * SECOND)).as("looks at what has ended").isZero();
  }

  @Test
  void aRequestThatCannotBeTakenEndsTheStream() {
    StreamObserver<WaitForLocksRequest> stream = open();
    stream.onNext(acquire(1, "eu/a"));
    stream.onNext(acquire(1, "eu/b"));
    assertThat(client.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(line.givenUp).isEqualTo(1);
  }

  @Test
  void aRequestForNothingEndsTheStream() {
    open().onNext(WaitForLocksRequest.newBuilder().setId(1).build());
    assertThat(client.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
  }

  /** Else a client that asks much and reads nothing costs the node its memory. */
  @Test
  void nothingMoreIsReadWhileTheCallerDoesNotRead() {
    StreamObserver<WaitForLocksRequest> stream = open();
    assertThat(client.requested).isEqualTo(1);
    stream.onNext(show(1, "eu/a"));
    assertThat(client.requested).isEqualTo(2);
    client.ready = false;
    stream.onNext(acquire(2, "eu/a"));
    assertThat(client.requested).isEqualTo(2);
    line.answer(0, shownWith(17 << 20));
    assertThat(client.last().getResponseCase()).isEqualTo(ResponseCase.FAILURE);
    assertThat(client.last().getFailure().getReason()).isEqualTo(Reason.REASON_OVERLOADED);
    line.answer(0, new LockAnswer.Granted(7, 60_000));
    assertThat(client.last().getAcquired().hasGranted()).as("else no one knows of it").isTrue();
    client.ready = true;
    client.onReady.run();
    client.onReady.run();
    assertThat(client.requested).isEqualTo(3);
  }

  private static LockAnswer shownWith(int bytes) {
    return new LockAnswer.Shown(List.of(), List.of("x".repeat(bytes)), 9);
  }

  @Test
  void theAnswersThatOneCallerHasNotReadAreBounded() {
    StreamObserver<WaitForLocksRequest> stream = open();
    for (int id = 1; id <= 3; id++) {
      stream.onNext(show(id, "eu/a"));
    }
    client.ready = false;
    line.answer(0, shownWith(9 << 20));
    assertThat(client.last().getResponseCase()).isEqualTo(SHOWN);
    line.answer(0, shownWith(9 << 20));
    assertThat(client.last().getFailure().getReason()).isEqualTo(Reason.REASON_OVERLOADED);
    client.ready = true; // and what tells of it is on its way
    line.answer(0, shownWith(9 << 20));
    assertThat(client.last().getResponseCase()).isEqualTo(SHOWN);
    assertThat(unread.bytes()).isZero();
  }

  /** Else many streams that are not read cost the node its memory. */
  @Test
  void unreadAnswersAreCountedWithThoseOfAllOtherCalls() {
    StreamObserver<WaitForLocksRequest> stream = open();
    for (int id = 1; id <= 5; id++) {
      stream.onNext(show(id, "eu/a"));
    }
    stream.onNext(acquire(6, "eu/a"));
    line.answer(0, shownWith(2_000));
    assertThat(unread.bytes()).as("it was read at once").isZero();
    client.ready = false;
    line.answer(0, shownWith(2_000));
    line.answer(0, shownWith(2_000));
    assertThat(unread.bytes()).isBetween(4_000L, 4_200L);
    client.ready = true;
    client.onReady.run();
    assertThat(unread.bytes()).isZero();

    long others = 40 << 20;
    unread.changed(others);
    line.answer(0, shownWith(2_000));
    assertThat(client.last().getFailure().getReason()).isEqualTo(Reason.REASON_OVERLOADED);
    line.answer(0, shownWith(20));
    assertThat(client.last().getResponseCase()).as("a refusal is no smaller").isEqualTo(SHOWN);
    client.ready = false;
    line.answer(0, new LockAnswer.Granted(7, 60_000));
    assertThat(client.last().getAcquired().hasGranted()).as("else no one knows of it").isTrue();
    assertThat(unread.bytes()).isGreaterThan(others);
    stream.onCompleted();
    assertThat(unread.bytes()).as("it waits in the connection").isGreaterThan(others);
    client.onClose.run();
    assertThat(unread.bytes()).isEqualTo(others);
  }

  @Test
  void whatACallerThatLeavesHasNotReadIsForgotten() {
    StreamObserver<WaitForLocksRequest> stream = open();
    stream.onNext(show(1, "eu/a"));
    client.ready = false;
    line.answer(0, shownWith(2_000));
    assertThat(unread.bytes()).isPositive();
    client.leave();
    client.onClose.run();
    assertThat(unread.bytes()).isZero();
  }

  @Test
  void aRequestHasTheTimeThatItsCallerGives() {
    StreamObserver<WaitForLocksRequest> stream = open();
    long now = lane.nanos();
    stream.onNext(acquire(1, "eu/a").toBuilder().setTimeoutMs(1_050).build());
    stream.onNext(acquire(2, "eu/a"));
    assertThat(line.deadlines).containsExactly(now + SECOND, now + 3_605 * SECOND);
  }

  /** Its caller may be gone, and would hold what is acquired without knowing of it. */
  @Test
  void theTimeThatARequestMayHaveWaitedForTheNodeCounts() {
    StreamObserver<WaitForLocksRequest> stream = open();
    lane.standStill(60 * SECOND);
    stream.onNext(acquire(1, "eu/a").toBuilder().setTimeoutMs(60_000).build());
    assertThat(line.asked).isEmpty();
    assertThat(client.last().getId()).isEqualTo(1);
    assertThat(client.last().getFailure().getReason()).isEqualTo(Reason.REASON_NOT_SERVING);
    assertThat(client.last().getFailure().getMessage()).contains("nothing was applied");
    assertThat(client.last().getFailure().getMayHaveApplied()).isFalse();
    long now = lane.nanos();
    stream.onNext(acquire(2, "eu/a").toBuilder().setTimeoutMs(61_050).build());
    stream.onNext(acquire(3, "eu/a"));
    assertThat(line.deadlines).containsExactly(now + SECOND, now + 3_605 * SECOND);
  }
}
