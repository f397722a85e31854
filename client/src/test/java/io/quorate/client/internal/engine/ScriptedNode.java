package io.quorate.client.internal.engine;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.StreamObserver;
import io.quorate.client.fake.FakeWatch;
import io.quorate.proto.v1.DeleteResponse;
import io.quorate.proto.v1.Failure;
import io.quorate.proto.v1.GetPlacementRequest;
import io.quorate.proto.v1.GetPlacementResponse;
import io.quorate.proto.v1.KeyValueGrpc;
import io.quorate.proto.v1.Operation;
import io.quorate.proto.v1.OperationResult;
import io.quorate.proto.v1.PipeRequest;
import io.quorate.proto.v1.PipeResponse;
import io.quorate.proto.v1.PlacementGrpc;
import io.quorate.proto.v1.PutResponse;
import io.quorate.proto.v1.ResultInfo;
import io.quorate.proto.v1.UpdateResponse;
import io.quorate.proto.v1.WatchPlacementRequest;
import io.quorate.proto.v1.WatchPlacementResponse;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A node without a network, and the channel to it: a test says what it answers, and when. */
final class ScriptedNode extends ManagedChannel {
  private static final Metadata.Key<Failure> FAILURE =
      Metadata.Key.of(
          "quorate-failure-bin", ProtoUtils.metadataMarshaller(Failure.getDefaultInstance()));

  private static final Status REFUSED =
      Status.UNAVAILABLE.withCause(new ConnectException("connection refused"));

  final String address;
  Supplier<GetPlacementResponse> placement;

  /** While false nothing listens there. */
  boolean up = true;

  /** While true it takes calls and answers none. */
  boolean silent;

  /** Why it refuses questions for the placement; null: it answers them. */
  @Nullable Failure questionRefusal;

  /** With which status it refuses questions. */
  Status questionRefusedWith = Status.UNAVAILABLE;

  /** How long it thinks about a question. */
  long answersAfterNanos;

  /** Why it refuses all operations; null: it takes them. */
  @Nullable Failure refusal;

  /** Why it refuses an operation; null: it takes that one. */
  Function<Operation, @Nullable Failure> refuses = operation -> refusal;

  /** What becomes of streams of the placement; null: there is one. */
  @Nullable Status watchRefusal;

  /** While true it takes streams of the placement, and says nothing. */
  boolean watchSilent;

  /** How long its answers to operations are on their way. */
  long answersTakeNanos;

  /** What its clock shows, in milliseconds since 1970; 0: it does not tell it. */
  LongSupplier wallMillis = () -> 0;

  /** The epoch that its answers tell. */
  long epoch = 1;

  final List<GetPlacementRequest> questions = new ArrayList<>();
  final List<Watch> watches = new ArrayList<>();
  final List<Operation> operations = new ArrayList<>();

  /** Bytes of each message of operations. */
  final List<Integer> frameBytes = new ArrayList<>();

  int watchesAsked;
  int pipesOpened;

  /** How often its name was to be looked up again. */
  int lookups;

  /** How often a new connection was to be made. */
  int connectionsLeft;

  private final List<Pipe> pipes = new ArrayList<>();
  private final ManualLoop loop;
  private boolean shutdown;

  ScriptedNode(String address, ManualLoop loop, Supplier<GetPlacementResponse> placement) {
    this.address = address;
    this.loop = loop;
    this.placement = placement;
  }

  /** The process ends, and another one may be there from now on. */
  void breaksConnections() {
    List.copyOf(pipes).forEach(pipe -> pipe.end(Status.UNAVAILABLE));
    List.copyOf(watches).forEach(watch -> watch.end(Status.UNAVAILABLE));
  }

  /** Tells those who watch what has changed of the placement. */
  void publish() {
    List.copyOf(watches).forEach(watch -> watch.say(placement.get()));
  }

  @Override
  public ConnectivityState getState(boolean connects) {
    return up ? ConnectivityState.READY : ConnectivityState.IDLE;
  }

  @Override
  public void notifyWhenStateChanged(ConnectivityState source, Runnable changed) {
    // Its connections end in no other way than by breaking.
  }

  @Override
  public void enterIdle() {
    connectionsLeft++;
  }

  @Override
  @SuppressWarnings("unchecked")
  public <A, B> ClientCall<A, B> newCall(MethodDescriptor<A, B> method, CallOptions options) {
    if (method.equals(PlacementGrpc.getGetPlacementMethod())) {
      return (ClientCall<A, B>) new Question();
    }
    if (method.equals(PlacementGrpc.getWatchPlacementMethod())) {
      return (ClientCall<A, B>) new Watch();
    }
    if (method.equals(KeyValueGrpc.getPipeMethod())) {
      return (ClientCall<A, B>) new Pipe();
    }
    throw new AssertionError("no one asks for " + method.getFullMethodName());
  }

  /** A call, which goes by the loop. */
  abstract class Scripted<A, B> extends ClientCall<A, B> {
    private @Nullable Listener<B> listener;
    private boolean over;

    @Override
    public void start(Listener<B> client, Metadata headers) {
      listener = client;
      loop.execute(
          () -> {
            if (!up) {
              end(REFUSED);
            }
          });
    }

    @Override
    public void request(int messages) {}

    @Override
    public void cancel(@Nullable String message, @Nullable Throwable cause) {
      over = true;
      left();
    }

    @Override
    public void halfClose() {}

    void message(B message) {
      Listener<B> client = listener;
      if (!over && client != null) {
        client.onMessage(message);
      }
    }

    void end(Status status) {
      end(status, new Metadata());
    }

    void end(Failure refusal) {
      Metadata trailers = new Metadata();
      trailers.put(FAILURE, refusal);
      end(questionRefusedWith.withDescription(refusal.getMessage()), trailers);
    }

    private void end(Status status, Metadata trailers) {
      Listener<B> client = listener;
      if (!over && client != null) {
        over = true;
        left();
        client.onClose(status, trailers);
      }
    }

    void ready() {
      Listener<B> client = listener;
      if (!over && client != null) {
        client.onReady();
      }
    }

    boolean isOpen() {
      return !over;
    }

    void left() {}
  }

  /** GetPlacement. */
  private final class Question extends Scripted<GetPlacementRequest, GetPlacementResponse> {
    @Override
    public void sendMessage(GetPlacementRequest request) {
      loop.execute(
          () -> {
            Failure refused = questionRefusal;
            if (silent) {
              loop.schedule(
                  () -> end(Status.DEADLINE_EXCEEDED), TimeUnit.MILLISECONDS.toNanos(1000));
            } else if (refused != null) {
              questions.add(request);
              loop.schedule(() -> end(refused), answersAfterNanos);
            } else if (isOpen()) {
              questions.add(request);
              GetPlacementResponse now = placement.get();
              boolean known =
                  request.getKnownClusterId() == now.getClusterId()
                      && request.getKnownStateVersion() == now.getStateVersion();
              loop.schedule(
                  () -> {
                    message(known ? now.toBuilder().clearPartitions().build() : now);
                    end(Status.OK);
                  },
                  answersAfterNanos);
            }
          });
    }
  }

  /** WatchPlacement. */
  final class Watch extends Scripted<WatchPlacementRequest, WatchPlacementResponse>
      implements StreamObserver<WatchPlacementResponse> {
    private @Nullable FakeWatch told;

    @Override
    public void sendMessage(WatchPlacementRequest request) {
      loop.execute(
          () -> {
            watchesAsked++;
            Status refusal = watchRefusal;
            if (refusal != null) {
              end(refusal);
            } else if (isOpen()) {
              watches.add(this);
              if (!silent && !watchSilent) {
                told = new FakeWatch(request, placement.get(), this);
              }
            }
          });
    }

    private void say(GetPlacementResponse now) {
      FakeWatch open = told;
      if (open != null) {
        open.tell(now);
      }
    }

    /** Says that nothing has changed. */
    void beat() {
      GetPlacementResponse now = placement.get();
      message(
          WatchPlacementResponse.newBuilder()
              .setClusterId(now.getClusterId())
              .setStateVersion(now.getStateVersion())
              .setBaseStateVersion(now.getStateVersion())
              .setPartitionCount(now.getPartitionsCount())
              .build());
    }

    @Override
    public void onNext(WatchPlacementResponse update) {
      message(update);
    }

    @Override
    public void onError(Throwable failure) {
      end(Status.fromThrowable(failure));
    }

    @Override
    public void onCompleted() {
      end(Status.OK);
    }

    @Override
    void left() {
      watches.remove(this);
    }
  }

  /** Pipe: puts and deletes change nothing, and are answered. */
  private final class Pipe extends Scripted<PipeRequest, PipeResponse> {
    @Override
    public void start(Listener<PipeResponse> client, Metadata headers) {
      super.start(client, headers);
      pipesOpened++;
      pipes.add(this);
      loop.execute(
          () -> {
            if (!silent) {
              ready();
            }
          });
    }

    @Override
    public void sendMessage(PipeRequest frame) {
      operations.addAll(frame.getOperationsList());
      frameBytes.add(frame.getSerializedSize());
      PipeResponse.Builder answers = PipeResponse.newBuilder();
      for (Operation operation : frame.getOperationsList()) {
        OperationResult.Builder answer = OperationResult.newBuilder().setId(operation.getId());
        Failure refused = refuses.apply(operation);
        ResultInfo.Builder info = ResultInfo.newBuilder().setPartition(0).setEpoch(epoch);
        if (refused != null) {
          answer.setFailure(refused);
        } else if (operation.hasDelete()) {
          answer.setDelete(DeleteResponse.newBuilder().setInfo(info));
        } else if (operation.hasUpdate()) {
          answer.setUpdate(UpdateResponse.newBuilder().setInfo(info));
        } else {
          answer.setPut(PutResponse.newBuilder().setInfo(info));
        }
        answers.addResults(answer);
      }
      PipeResponse told = answers.setClockMs(wallMillis.getAsLong()).build();
      loop.schedule(() -> message(told), answersTakeNanos);
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    void left() {
      pipes.remove(this);
    }
  }

  @Override
  public void resetConnectBackoff() {
    lookups++;
  }

  @Override
  public ManagedChannel shutdown() {
    return shutdownNow();
  }

  @Override
  public ManagedChannel shutdownNow() {
    shutdown = true;
    return this;
  }

  @Override
  public boolean isShutdown() {
    return shutdown;
  }

  @Override
  public boolean isTerminated() {
    return shutdown;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return true;
  }

  @Override
  public String authority() {
    return address;
  }
}
