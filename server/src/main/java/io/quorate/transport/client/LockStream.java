package io.quorate.transport.client;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quorate.locks.LockAnswer;
import io.quorate.locks.LockRequest;
import io.quorate.proto.v1.AcquireLockRequest;
import io.quorate.proto.v1.ShowLockRequest;
import io.quorate.proto.v1.ShowLockResponse;
import io.quorate.proto.v1.WaitForLocksRequest;
import io.quorate.proto.v1.WaitForLocksResponse;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.transport.LaneEntry;
import io.quorate.transport.StatusTable;
import io.quorate.transport.access.Caller;
import io.quorate.transport.client.LockService.Told;
import io.quorate.transport.client.LockService.Waiting;
import io.quorate.transport.codec.OutcomeCodec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Many requests about locks of one caller, on one stream. The next one is read while the caller
 * reads what it is answered; how many may wait is bounded for all callers of the node together.
 */
final class LockStream implements StreamObserver<WaitForLocksRequest> {
  /** Of answers that the caller has not read. Beyond, who holds a lock is not told. */
  private static final int UNREAD_BYTES_MAX = 16 << 20;

  private final LockService service;
  private final ServerCallStreamObserver<WaitForLocksResponse> caller;
  private final Caller asker;
  private final LaneEntry entry;
  private final UnreadAnswers unread;
  private final LateCalls lateCalls;

  /** Requests that are not answered, by their ids. Owned by the lane. */
  private final Map<Long, Waiting> open = new HashMap<>();

  /** Whether a request has been asked for and has not come. */
  private boolean reading;

  /** Of what was sent while the caller had not read what it was sent before. */
  private long unreadBytes;

  private boolean halfClosed;
  private boolean ended;

  LockStream(
      LockService service,
      ServerCallStreamObserver<WaitForLocksResponse> caller,
      Caller asker,
      LaneEntry entry,
      UnreadAnswers unread,
      LateCalls lateCalls) {
    this.service = service;
    this.caller = caller;
    this.asker = asker;
    this.entry = entry;
    this.unread = unread;
    this.lateCalls = lateCalls;
  }

  /** Begins to read. */
  void open() {
    caller.disableAutoRequest();
    caller.setOnReadyHandler(() -> entry.enter(this::readOn));
    caller.setOnCancelHandler(() -> entry.enter(this::onOver));
    // A call that the node itself ends, as when a message does not come whole, is not cancelled.
    caller.setOnCloseHandler(() -> entry.enter(this::onOver));
    entry.enter(this::readOn);
  }

  private void readOn() {
    forgetWhatIsRead();
    if (!ended && !halfClosed && !reading && caller.isReady()) {
      reading = true;
      caller.request(1);
    }
  }

  private void forgetWhatIsRead() {
    if (caller.isReady()) {
      forgetUnread();
    }
  }

  private void forgetUnread() {
    unread.changed(-unreadBytes);
    unreadBytes = 0;
  }

  @Override
  public void onNext(WaitForLocksRequest request) {
    entry.enter(
        () -> {
          reading = false;
          if (!ended) {
            begin(request);
            readOn();
          }
        });
  }

  private void begin(WaitForLocksRequest request) {
    switch (request.getRequestCase()) {
      case ACQUIRE -> {
        AcquireLockRequest ask = request.getAcquire();
        begin(
            request,
            ask.getName(),
            ask.getWaitMs(),
            LockService.acquisition(ask),
            service::acquired,
            (response, acquired) -> response.setAcquired(acquired));
      }
      case SHOW -> {
        ShowLockRequest ask = request.getShow();
        begin(
            request,
            ask.getName(),
            ask.getWaitMs(),
            LockService.question(ask),
            service::shown,
            (response, shown) -> show(response, shown));
      }
      case GIVE_UP -> giveUp(request.getId());
      case REQUEST_NOT_SET -> refuseAll("asks for nothing about locks");
    }
  }

  /** Who waits for a lock may be many. */
  private void show(WaitForLocksResponse.Builder response, ShowLockResponse shown) {
    forgetWhatIsRead();
    int bytes = shown.getSerializedSize();
    if (unreadBytes + bytes > UNREAD_BYTES_MAX || unread.hasNoRoomFor(bytes)) {
      fail(response, UnreadAnswers.refusal());
    } else {
      response.setShown(shown);
    }
  }

  /**
   * Begins a request.
   *
   * @param lock that it is about
   * @param into puts an answer into a response
   */
  private <T> void begin(
      WaitForLocksRequest request,
      String lock,
      long waitMillis,
      LockRequest asked,
      Function<LockAnswer, @Nullable T> answered,
      BiConsumer<WaitForLocksResponse.Builder, T> into) {
    long id = request.getId();
    if (open.containsKey(id)) {
      refuseAll("has the id of another one that is not answered");
      return;
    }
    Told<T> told =
        new Told<>() {
          @Override
          public void answer(T answer) {
            LockStream.this.answer(id, response -> into.accept(response, answer));
          }

          @Override
          public void fail(Failure failure) {
            if (isGone()) {
              return;
            }
            if (failure.reason() == Reason.UNAUTHENTICATED) {
              refuseAll(failure); // the caller logs in again with its next call
            } else {
              LockStream.this.answer(id, response -> LockStream.fail(response, failure));
            }
          }

          @Override
          public boolean isGone() {
            return ended || caller.isCancelled();
          }
        };
    Failure refusal = asker.refusalOfLock(lock);
    if (refusal != null) {
      told.fail(refusal);
      return;
    }
    boolean saysHowLong = request.getTimeoutMs() != 0;
    // A caller that gave no timeout has not given up.
    long waitedNanos = saysHowLong ? lateCalls.waitedNanosMax() : 0;
    long leftNanos = TimeUnit.MILLISECONDS.toNanos(request.getTimeoutMs()) - waitedNanos;
    if (saysHowLong && leftNanos <= 0) {
      told.fail(lateCalls.tooLate(waitedNanos));
      return;
    }
    Waiting waiting = new Waiting(asker, lock, told);
    open.put(id, waiting);
    long timeoutNanos =
        saysHowLong ? leftNanos - LockService.ANSWER_NANOS : LockService.defaultNanos(waitMillis);
    service.begin(waiting, told, asked, waitMillis, timeoutNanos, answered);
  }

  /** What becomes of it is its answer. */
  private void giveUp(long id) {
    Waiting waiting = open.get(id);
    if (waiting != null) {
      service.giveUp(waiting);
    }
  }

  private static void fail(WaitForLocksResponse.Builder response, Failure failure) {
    try {
      response.setFailure(
          io.quorate.proto.v1.Failure.parseFrom(OutcomeCodec.failureBytes(failure)));
    } catch (InvalidProtocolBufferException unreadable) {
      throw new IllegalStateException("a failure that this node wrote", unreadable);
    }
  }

  private void answer(long id, Consumer<WaitForLocksResponse.Builder> answer) {
    open.remove(id);
    WaitForLocksResponse.Builder told = WaitForLocksResponse.newBuilder().setId(id);
    answer.accept(told);
    WaitForLocksResponse response = told.build();
    caller.onNext(response);
    if (!caller.isReady()) {
      unreadBytes += response.getSerializedSize();
      unread.changed(response.getSerializedSize());
    }
    endIfAllIsAnswered();
  }

  private void endIfAllIsAnswered() {
    if (halfClosed && open.isEmpty() && !ended) {
      ended = true;
      caller.onCompleted();
    }
  }

  private void refuseAll(String why) {
    refuseAll(Failure.refused(Reason.INVALID, "a request " + why + " ends its stream"));
  }

  private void refuseAll(Failure failure) {
    end();
    caller.onError(StatusTable.status(failure).asRuntimeException(StatusTable.trailers(failure)));
  }

  /** The caller is told nothing more: what it asked is given up. */
  private void end() {
    ended = true;
    List<Waiting> left = List.copyOf(open.values());
    open.clear();
    left.forEach(service::giveUp);
  }

  /** The call is over, however it ended. */
  private void onOver() {
    end();
    forgetUnread();
  }

  @Override
  public void onCompleted() {
    entry.enter(
        () -> {
          halfClosed = true;
          endIfAllIsAnswered();
        });
  }

  /** {@link #onOver} follows, as the call is cancelled. */
  @Override
  public void onError(Throwable left) {}
}
