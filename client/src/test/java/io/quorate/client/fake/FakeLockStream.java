package io.quorate.client.fake;

import com.google.protobuf.Message;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.StreamObserver;
import io.quorate.proto.v1.AcquireLockResponse;
import io.quorate.proto.v1.Failure;
import io.quorate.proto.v1.ShowLockResponse;
import io.quorate.proto.v1.WaitForLocksRequest;
import io.quorate.proto.v1.WaitForLocksResponse;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Requests about locks that come on one stream. */
final class FakeLockStream implements StreamObserver<WaitForLocksRequest> {
  private static final Metadata.Key<Failure> FAILURE =
      Metadata.Key.of(
          "quorate-failure-bin", ProtoUtils.metadataMarshaller(Failure.getDefaultInstance()));

  private final Function<Message, @Nullable Message> script;
  private final Runnable givenUp;
  private final StreamObserver<WaitForLocksResponse> out;

  /** Requests that are not answered, by their ids. */
  private final Map<Long, WaitForLocksRequest> open = new HashMap<>();

  private boolean halfClosed;

  FakeLockStream(
      Function<Message, @Nullable Message> script,
      Runnable givenUp,
      StreamObserver<WaitForLocksResponse> out) {
    this.script = script;
    this.givenUp = givenUp;
    this.out = out;
  }

  @Override
  public synchronized void onNext(WaitForLocksRequest request) {
    if (request.hasGiveUp()) {
      WaitForLocksRequest known = open.get(request.getId());
      if (known != null) {
        givenUp.run();
        answer(
            request.getId(),
            known.hasAcquire()
                ? FakeLocks.waitOver()
                : ShowLockResponse.newBuilder().setUnchanged(true).build());
      }
      return;
    }
    open.put(request.getId(), request);
    try {
      Message answer =
          script.apply(request.hasAcquire() ? request.getAcquire() : request.getShow());
      if (answer != null) {
        answer(request.getId(), answer);
      }
    } catch (StatusRuntimeException refused) {
      refuse(request.getId(), refused);
    }
  }

  private void refuse(long id, StatusRuntimeException refused) {
    Metadata trailers = refused.getTrailers();
    Failure failure = trailers == null ? null : trailers.get(FAILURE);
    if (failure == null) {
      open.clear();
      out.onError(refused);
    } else {
      answer(id, failure);
    }
  }

  private void answer(long id, Message answer) {
    WaitForLocksResponse.Builder response = WaitForLocksResponse.newBuilder().setId(id);
    if (answer instanceof AcquireLockResponse acquired) {
      response.setAcquired(acquired);
    } else if (answer instanceof ShowLockResponse shown) {
      response.setShown(shown);
    } else {
      response.setFailure((Failure) answer);
    }
    open.remove(id);
    out.onNext(response.build());
    endIfAllIsAnswered();
  }

  private void endIfAllIsAnswered() {
    if (halfClosed && open.isEmpty()) {
      out.onCompleted();
    }
  }

  /** The caller has left. */
  synchronized void cancelled() {
    open.values().forEach(each -> givenUp.run());
    open.clear();
  }

  @Override
  public synchronized void onCompleted() {
    halfClosed = true;
    endIfAllIsAnswered();
  }

  @Override
  public void onError(Throwable left) {}
}
