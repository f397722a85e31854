package io.quorate.client.fake;

import com.google.protobuf.Message;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quorate.proto.v1.AcquireLockRequest;
import io.quorate.proto.v1.AcquireLockResponse;
import io.quorate.proto.v1.ListLocksRequest;
import io.quorate.proto.v1.ListLocksResponse;
import io.quorate.proto.v1.LocksGrpc;
import io.quorate.proto.v1.ReleaseLockRequest;
import io.quorate.proto.v1.ReleaseLockResponse;
import io.quorate.proto.v1.RenewLocksRequest;
import io.quorate.proto.v1.RenewLocksResponse;
import io.quorate.proto.v1.ShowLockRequest;
import io.quorate.proto.v1.ShowLockResponse;
import io.quorate.proto.v1.WaitForLocksRequest;
import io.quorate.proto.v1.WaitForLocksResponse;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Requests about locks, as they come over a network. */
public final class FakeLockService extends LocksGrpc.LocksImplBase {
  private final Function<Message, @Nullable Message> script;
  private final Runnable givenUp;
  private final Runnable opened;

  /**
   * @param script how each request is answered; null: not at all. May throw a {@link
   *     StatusRuntimeException}
   * @param givenUp run when a caller leaves, or gives its request up, before it is answered
   * @param opened run when a stream of requests is opened
   */
  public FakeLockService(
      Function<Message, @Nullable Message> script, Runnable givenUp, Runnable opened) {
    this.script = script;
    this.givenUp = givenUp;
    this.opened = opened;
  }

  @Override
  public void acquireLock(AcquireLockRequest ask, StreamObserver<AcquireLockResponse> out) {
    answer(ask, out, AcquireLockResponse.class);
  }

  @Override
  public void renewLocks(RenewLocksRequest ask, StreamObserver<RenewLocksResponse> out) {
    answer(ask, out, RenewLocksResponse.class);
  }

  @Override
  public void releaseLock(ReleaseLockRequest ask, StreamObserver<ReleaseLockResponse> out) {
    answer(ask, out, ReleaseLockResponse.class);
  }

  @Override
  public void showLock(ShowLockRequest ask, StreamObserver<ShowLockResponse> out) {
    answer(ask, out, ShowLockResponse.class);
  }

  @Override
  public void listLocks(ListLocksRequest ask, StreamObserver<ListLocksResponse> out) {
    answer(ask, out, ListLocksResponse.class);
  }

  @Override
  public StreamObserver<WaitForLocksRequest> waitForLocks(
      StreamObserver<WaitForLocksResponse> out) {
    opened.run();
    FakeLockStream stream = new FakeLockStream(script, givenUp, out);
    ((ServerCallStreamObserver<WaitForLocksResponse>) out).setOnCancelHandler(stream::cancelled);
    return stream;
  }

  private <A extends Message> void answer(Message ask, StreamObserver<A> out, Class<A> type) {
    ((ServerCallStreamObserver<A>) out).setOnCancelHandler(givenUp);
    try {
      Message answer = script.apply(ask);
      if (answer != null) {
        out.onNext(type.cast(answer));
        out.onCompleted();
      }
    } catch (StatusRuntimeException refused) {
      out.onError(refused);
    }
  }
}
