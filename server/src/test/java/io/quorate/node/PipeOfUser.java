package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import io.quorate.proto.v1.Failure.Reason;
import io.quorate.proto.v1.GetRequest;
import io.quorate.proto.v1.KeyValueGrpc;
import io.quorate.proto.v1.Operation;
import io.quorate.proto.v1.PipeRequest;
import io.quorate.proto.v1.PipeResponse;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A Pipe that stays open while its login ends, and another one is shown beside it. */
final class PipeOfUser implements StreamObserver<PipeResponse> {
  private final BlockingQueue<PipeResponse> answers = new LinkedBlockingQueue<>();
  private final StreamObserver<PipeRequest> requests;

  PipeOfUser(ManagedChannel channel, ClientInterceptor login) {
    requests = KeyValueGrpc.newStub(channel).withInterceptors(login).pipe(this);
  }

  /** Returns why a read is refused; {@code REASON_UNSPECIFIED}: it is answered. */
  Reason refusal() throws InterruptedException {
    requests.onNext(
        PipeRequest.newBuilder()
            .addOperations(
                Operation.newBuilder()
                    .setId(1)
                    .setGet(GetRequest.newBuilder().setKey(ByteString.copyFromUtf8("k"))))
            .build());
    PipeResponse answer = answers.poll(10, TimeUnit.SECONDS);
    assertThat(answer).isNotNull();
    return answer.getResults(0).getFailure().getReason();
  }

  @Override
  public void onNext(PipeResponse response) {
    answers.add(response);
  }

  @Override
  public void onError(Throwable ended) {}

  @Override
  public void onCompleted() {}
}
