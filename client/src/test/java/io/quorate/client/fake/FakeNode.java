package io.quorate.client.fake;

import com.google.protobuf.Message;
import io.grpc.Context;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCredentials;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quorate.client.internal.text.Hex;
import io.quorate.proto.v1.AdminGrpc;
import io.quorate.proto.v1.AlterTenantRequest;
import io.quorate.proto.v1.AlterTenantResponse;
import io.quorate.proto.v1.CancelTopologyChangeRequest;
import io.quorate.proto.v1.CancelTopologyChangeResponse;
import io.quorate.proto.v1.ChangeTopologyRequest;
import io.quorate.proto.v1.ChangeTopologyResponse;
import io.quorate.proto.v1.CreateTenantRequest;
import io.quorate.proto.v1.CreateTenantResponse;
import io.quorate.proto.v1.Failure;
import io.quorate.proto.v1.GetPlacementRequest;
import io.quorate.proto.v1.GetPlacementResponse;
import io.quorate.proto.v1.GetStatusRequest;
import io.quorate.proto.v1.GetStatusResponse;
import io.quorate.proto.v1.KeyValueGrpc;
import io.quorate.proto.v1.LimitTopologyChangeRequest;
import io.quorate.proto.v1.LimitTopologyChangeResponse;
import io.quorate.proto.v1.Operation;
import io.quorate.proto.v1.OperationResult;
import io.quorate.proto.v1.PipeRequest;
import io.quorate.proto.v1.PipeResponse;
import io.quorate.proto.v1.PlacementGrpc;
import io.quorate.proto.v1.PlanTopologyChangeRequest;
import io.quorate.proto.v1.PlanTopologyChangeResponse;
import io.quorate.proto.v1.ScanRequest;
import io.quorate.proto.v1.ScanResponse;
import io.quorate.proto.v1.WatchPlacementRequest;
import io.quorate.proto.v1.WatchPlacementResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A node that says what a test wants it to say, and remembers what it was asked. */
public final class FakeNode implements AutoCloseable {
  public static final Metadata.Key<Failure> FAILURE =
      Metadata.Key.of(
          "quorate-failure-bin", ProtoUtils.metadataMarshaller(Failure.getDefaultInstance()));

  /** Each frame that arrived on a pipe, in order. */
  public final List<List<Operation>> frames = new CopyOnWriteArrayList<>();

  public final List<ScanRequest> scans = new CopyOnWriteArrayList<>();
  public final AtomicInteger pipesOpened = new AtomicInteger();
  public final AtomicInteger placementsAsked = new AtomicInteger();
  private volatile boolean draining;
  private final List<StreamObserver<PipeResponse>> pipes = new CopyOnWriteArrayList<>();

  /** How each operation is answered; null: not at all. Without the id. */
  public volatile Function<Operation, @Nullable OperationResult> script;

  public volatile Supplier<GetPlacementResponse> placement;
  public volatile BiConsumer<ScanRequest, StreamObserver<ScanResponse>> scanScript =
      (ask, out) -> {};
  public volatile Function<CreateTenantRequest, CreateTenantResponse> createScript =
      ask -> CreateTenantResponse.newBuilder().setTenant(ask.getTenant()).build();

  /** Names of tenants that it was asked to create. */
  public final List<String> createsAsked = new CopyOnWriteArrayList<>();

  /** Why tenants are not created, told as late as by a node that waits for a leader; null: no. */
  public volatile @Nullable Failure createRefusedLate;

  private final AtomicInteger refusedLate = new AtomicInteger();

  public volatile @Nullable Failure statusFailure;

  /** Requests for the status that get no answer. */
  public final AtomicInteger statusSilences = new AtomicInteger();

  public volatile GetStatusResponse status = GetStatusResponse.getDefaultInstance();

  /** What was asked of the topology. */
  public final List<Object> topologyAsked = new CopyOnWriteArrayList<>();

  public final List<ChangeTopologyRequest> changesAsked = new CopyOnWriteArrayList<>();
  public final List<LimitTopologyChangeRequest> limitsAsked = new CopyOnWriteArrayList<>();
  public final List<AlterTenantRequest> alterationsAsked = new CopyOnWriteArrayList<>();

  /** How a change of the topology is answered; null: not at all. */
  public volatile Function<ChangeTopologyRequest, @Nullable ChangeTopologyResponse> changeScript =
      ask -> ChangeTopologyResponse.newBuilder().setStatus(this.change).build();

  public volatile PlanTopologyChangeResponse plan = PlanTopologyChangeResponse.getDefaultInstance();
  public volatile io.quorate.proto.v1.TopologyChangeStatus change =
      io.quorate.proto.v1.TopologyChangeStatus.getDefaultInstance();

  /** Streams of changes of the placement: how many were asked for, and those that are open. */
  public final AtomicInteger watchesAsked = new AtomicInteger();

  public final List<FakeWatch> watches = new CopyOnWriteArrayList<>();

  /** What is answered to those who ask for a stream; null: they get one. */
  public volatile @Nullable Status watchRefusal;

  /** How each request about locks is answered; null: not at all. */
  public volatile Function<Message, @Nullable Message> locksScript = ask -> null;

  /** Each request about locks. */
  public final List<Message> locksAsked = new CopyOnWriteArrayList<>();

  /** Users, roles and grants: those of the cluster, if it is one of several nodes. */
  private final FakeAccess access;

  /** What is answered to each question where keys live; null: they are told. */
  public volatile @Nullable Status placementRefusal;

  /** Requests about locks that were given up before they were answered. */
  public final AtomicInteger locksGivenUp = new AtomicInteger();

  /** Streams of requests about locks that were opened. */
  public final AtomicInteger lockStreams = new AtomicInteger();

  /** While true, questions about the cluster stay without an answer. */
  public volatile boolean mute;

  /** By which it speaks TLS, from its next start on. */
  public volatile ServerCredentials credentials;

  /** At which age it asks connections to end, from its next start on; null: never. */
  public volatile @Nullable Duration connectionAge;

  /** How much later it cuts them off. */
  public volatile Duration connectionAgeGrace = Duration.ofMillis(500);

  private @Nullable Server server;
  private int port;

  /** Keeps the port while the node is stopped: tests of another process would be given it. */
  private @Nullable Socket kept;

  public FakeNode(
      Function<Operation, @Nullable OperationResult> script,
      Supplier<GetPlacementResponse> placement) {
    this(script, placement, InsecureServerCredentials.create(), new FakeAccess());
  }

  public FakeNode(
      Function<Operation, @Nullable OperationResult> script,
      Supplier<GetPlacementResponse> placement,
      ServerCredentials credentials,
      FakeAccess access) {
    this.script = script;
    this.placement = placement;
    this.credentials = credentials;
    this.access = access;
    start();
  }

  /** Starts, on the same port as before if it was stopped. */
  public void start() {
    try {
      release();
      NettyServerBuilder builder =
          NettyServerBuilder.forAddress(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), port), credentials);
      Duration age = connectionAge;
      if (age != null) {
        builder
            .maxConnectionAge(age.toMillis(), TimeUnit.MILLISECONDS)
            .maxConnectionAgeGrace(connectionAgeGrace.toMillis(), TimeUnit.MILLISECONDS);
      }
      Server started =
          builder
              .addService(new Pipes())
              .addService(new Placements())
              .addService(new Admins())
              .addService(access)
              .addService(
                  new FakeLockService(
                      ask -> {
                        locksAsked.add(ask);
                        return locksScript.apply(ask);
                      },
                      locksGivenUp::incrementAndGet,
                      lockStreams::incrementAndGet))
              .directExecutor()
              .build()
              .start();
      server = started;
      port = started.getPort();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** What it answers as. */
  public String id() {
    return Hex.of(port);
  }

  public String address() {
    return "127.0.0.1:" + port;
  }

  /** Cuts all connections, as a killed process does. */
  public void kill() {
    if (server != null) {
      end();
      keepPort();
    }
  }

  private void end() {
    Server running = server;
    if (running != null) {
      running.shutdownNow();
      try {
        running.awaitTermination();
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
      pipes.clear();
      watches.clear();
    }
  }

  /**
   * Bound, and not listening: who connects is refused. Until it is, another process may take the
   * port.
   */
  private void keepPort() {
    try {
      release();
      Socket bound = new Socket();
      kept = bound;
      bound.setReuseAddress(true);
      bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private void release() {
    Socket bound = kept;
    kept = null;
    if (bound != null) {
      try {
        bound.close();
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    }
  }

  /** Sends results that the script held back. */
  public void answer(OperationResult... results) {
    PipeResponse frame = PipeResponse.newBuilder().addAllResults(List.of(results)).build();
    for (StreamObserver<PipeResponse> pipe : pipes) {
      synchronized (pipe) {
        pipe.onNext(frame);
      }
    }
  }

  /** Tells those with a pipe whether it is draining, and those that ask later. */
  public void drain(boolean drained) {
    draining = drained;
    PipeResponse news = PipeResponse.newBuilder().setDraining(drained).build();
    for (StreamObserver<PipeResponse> pipe : pipes) {
      synchronized (pipe) {
        pipe.onNext(news);
      }
    }
  }

  /** Tells those who watch what has changed of the placement. */
  public void publish() {
    GetPlacementResponse now = placement.get();
    watches.forEach(watch -> watch.tell(now));
  }

  /** Ends all streams of changes of the placement. */
  public void endWatches(Status how) {
    List<FakeWatch> ended = List.copyOf(watches);
    watches.removeAll(ended);
    ended.forEach(watch -> watch.out().onError(how.asRuntimeException()));
  }

  /** Ends all pipes. */
  public void endPipes(Status how) {
    List<StreamObserver<PipeResponse>> ended = List.copyOf(pipes);
    pipes.removeAll(ended);
    for (StreamObserver<PipeResponse> pipe : ended) {
      synchronized (pipe) {
        pipe.onError(how.asRuntimeException());
      }
    }
  }

  public List<Operation> operations() {
    List<Operation> all = new ArrayList<>();
    frames.forEach(all::addAll);
    return all;
  }

  public static StatusRuntimeException refusal(Failure failure, Status.Code code) {
    Metadata trailers = new Metadata();
    trailers.put(FAILURE, failure);
    return code.toStatus().withDescription(failure.getMessage()).asRuntimeException(trailers);
  }

  @Override
  public void close() {
    end();
    release();
  }

  private final class Pipes extends KeyValueGrpc.KeyValueImplBase {
    @Override
    public StreamObserver<PipeRequest> pipe(StreamObserver<PipeResponse> out) {
      pipesOpened.incrementAndGet();
      pipes.add(out);
      return new StreamObserver<>() {
        @Override
        public void onNext(PipeRequest frame) {
          frames.add(frame.getOperationsList());
          PipeResponse.Builder answers = PipeResponse.newBuilder();
          for (Operation operation : frame.getOperationsList()) {
            OperationResult result = script.apply(operation);
            if (result != null) {
              answers.addResults(result.toBuilder().setId(operation.getId()));
            }
          }
          if (answers.getResultsCount() > 0) {
            synchronized (out) {
              out.onNext(answers.build());
            }
          }
        }

        @Override
        public void onError(Throwable failure) {
          pipes.remove(out);
        }

        @Override
        public void onCompleted() {
          pipes.remove(out);
          out.onCompleted();
        }
      };
    }

    @Override
    public void scan(ScanRequest request, StreamObserver<ScanResponse> out) {
      scans.add(request);
      scanScript.accept(request, out);
    }
  }

  private final class Placements extends PlacementGrpc.PlacementImplBase {
    @Override
    public void getPlacement(
        GetPlacementRequest request, StreamObserver<GetPlacementResponse> out) {
      if (mute) {
        return;
      }
      placementsAsked.incrementAndGet();
      Status refused = placementRefusal;
      if (refused != null) {
        out.onError(refused.asRuntimeException());
        return;
      }
      GetPlacementResponse now = placement.get().toBuilder().setDraining(draining).build();
      out.onNext(
          now.getStateVersion() == request.getKnownStateVersion()
                  && now.getClusterId() == request.getKnownClusterId()
              ? now.toBuilder().clearPartitions().build()
              : now);
      out.onCompleted();
    }

    @Override
    public void watchPlacement(
        WatchPlacementRequest request, StreamObserver<WatchPlacementResponse> out) {
      watchesAsked.incrementAndGet();
      if (mute) {
        return;
      }
      Status refusal = watchRefusal;
      if (refusal != null) {
        out.onError(refusal.asRuntimeException());
        return;
      }
      ServerCallStreamObserver<WatchPlacementResponse> call =
          (ServerCallStreamObserver<WatchPlacementResponse>) out;
      FakeWatch watch = new FakeWatch(request, placement.get(), out);
      call.setOnCancelHandler(() -> watches.remove(watch));
      watches.add(watch);
    }
  }

  private final class Admins extends AdminGrpc.AdminImplBase {
    @Override
    public void getStatus(GetStatusRequest request, StreamObserver<GetStatusResponse> out) {
      if (statusSilences.getAndUpdate(left -> Math.max(left - 1, 0)) > 0) {
        return;
      }
      Failure failure = statusFailure;
      if (failure != null) {
        out.onError(refusal(failure, Status.Code.UNAVAILABLE));
        return;
      }
      out.onNext(status.toBuilder().setAnsweredBy(port).build());
      out.onCompleted();
    }

    @Override
    public void planTopologyChange(
        PlanTopologyChangeRequest request, StreamObserver<PlanTopologyChangeResponse> out) {
      topologyAsked.add(request.getChange());
      out.onNext(plan);
      out.onCompleted();
    }

    @Override
    public void changeTopology(
        ChangeTopologyRequest request, StreamObserver<ChangeTopologyResponse> out) {
      topologyAsked.add(request.getChange());
      changesAsked.add(request);
      try {
        ChangeTopologyResponse answer = changeScript.apply(request);
        if (answer != null) {
          out.onNext(answer);
          out.onCompleted();
        }
      } catch (StatusRuntimeException refused) {
        out.onError(refused);
      }
    }

    @Override
    public void cancelTopologyChange(
        CancelTopologyChangeRequest request, StreamObserver<CancelTopologyChangeResponse> out) {
      topologyAsked.add(request);
      out.onError(
          refusal(
              Failure.newBuilder()
                  .setReason(Failure.Reason.REASON_FAILED_PRECONDITION)
                  .setMessage("nothing to cancel")
                  .build(),
              Status.Code.FAILED_PRECONDITION));
    }

    @Override
    public void limitTopologyChange(
        LimitTopologyChangeRequest request, StreamObserver<LimitTopologyChangeResponse> out) {
      topologyAsked.add(request.getLimits());
      limitsAsked.add(request);
      out.onNext(LimitTopologyChangeResponse.newBuilder().setStatus(change).build());
      out.onCompleted();
    }

    @Override
    public void alterTenant(AlterTenantRequest request, StreamObserver<AlterTenantResponse> out) {
      alterationsAsked.add(request);
      out.onNext(AlterTenantResponse.getDefaultInstance());
      out.onCompleted();
    }

    @Override
    public void createTenant(
        CreateTenantRequest request, StreamObserver<CreateTenantResponse> out) {
      createsAsked.add(request.getTenant().getName());
      Failure late = createRefusedLate;
      if (late != null) {
        CompletableFuture.delayedExecutor(untilGivenUpMillis(), TimeUnit.MILLISECONDS)
            .execute(() -> out.onError(refusal(late, Status.Code.UNAVAILABLE)));
        return;
      }
      try {
        out.onNext(createScript.apply(request));
        out.onCompleted();
      } catch (StatusRuntimeException refused) {
        out.onError(refused);
      }
    }

    /** What the node leaves of a caller's time, but for a part of a tick of 50 ms. */
    private long untilGivenUpMillis() {
      long left =
          Objects.requireNonNull(Context.current().getDeadline())
              .timeRemaining(TimeUnit.MILLISECONDS);
      return left - Math.min(left / 4, 500) + refusedLate.incrementAndGet() * 7 % 50;
    }
  }
}
