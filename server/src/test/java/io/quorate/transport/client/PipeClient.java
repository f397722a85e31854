package io.quorate.transport.client;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.quorate.proto.v1.GetRequest;
import io.quorate.proto.v1.KeyValueGrpc;
import io.quorate.proto.v1.Operation;
import io.quorate.proto.v1.PipeRequest;
import io.quorate.proto.v1.PipeResponse;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A client's end of a Pipe that records what it receives. */
public final class PipeClient implements ClientResponseObserver<PipeRequest, PipeResponse> {
  final List<PipeResponse> responses = new CopyOnWriteArrayList<>();
  public final CompletableFuture<Status> ended = new CompletableFuture<>();
  private final boolean reads;
  private @Nullable ClientCallStreamObserver<PipeRequest> toServer;

  private PipeClient(boolean reads) {
    this.reads = reads;
  }

  public static PipeClient open(KeyValueGrpc.KeyValueStub stub) {
    PipeClient client = new PipeClient(true);
    stub.pipe(client);
    return client;
  }

  /** Opens a client that reads nothing until {@link #read}. */
  static PipeClient openWithoutReading(KeyValueGrpc.KeyValueStub stub) {
    PipeClient client = new PipeClient(false);
    stub.pipe(client);
    return client;
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<PipeRequest> stream) {
    toServer = stream;
    if (!reads) {
      stream.disableAutoRequestWithInitial(0);
    }
  }

  private ClientCallStreamObserver<PipeRequest> toServer() {
    return Objects.requireNonNull(toServer, "the pipe is not open");
  }

  /** Sends one frame of gets with these ids. */
  public void get(long... ids) {
    PipeRequest.Builder request = PipeRequest.newBuilder();
    for (long id : ids) {
      request.addOperations(
          Operation.newBuilder()
              .setId(id)
              .setGet(GetRequest.newBuilder().setKey(ByteString.copyFromUtf8("k" + id))));
    }
    send(request.build());
  }

  void send(PipeRequest request) {
    toServer().onNext(request);
  }

  void read(int frames) {
    toServer().request(frames);
  }

  void halfClose() {
    toServer().onCompleted();
  }

  void leave() {
    toServer().cancel("left", null);
  }

  public List<Long> ids() {
    return responses.stream()
        .flatMap(response -> response.getResultsList().stream())
        .map(result -> result.getId())
        .toList();
  }

  @Override
  public void onNext(PipeResponse response) {
    responses.add(response);
  }

  @Override
  public void onError(Throwable thrown) {
    ended.complete(Status.fromThrowable(thrown));
  }

  @Override
  public void onCompleted() {
    ended.complete(Status.OK);
  }
}
