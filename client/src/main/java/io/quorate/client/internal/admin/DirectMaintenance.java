package io.quorate.client.internal.admin;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import io.quorate.client.ClientClosedException;
import io.quorate.client.FailureCode;
import io.quorate.client.InvalidRequestException;
import io.quorate.client.QuorateException;
import io.quorate.client.UnavailableException;
import io.quorate.client.admin.AsyncNodeMaintenance;
import io.quorate.client.admin.DeadLetter;
import io.quorate.client.admin.DeadLetters;
import io.quorate.client.admin.DrainStatus;
import io.quorate.client.admin.HintsReport;
import io.quorate.client.admin.LogLevel;
import io.quorate.client.admin.LoggerLevel;
import io.quorate.client.admin.PartitionComparison;
import io.quorate.client.admin.PartitionHash;
import io.quorate.client.admin.ReloadedFile;
import io.quorate.client.admin.RepairProgress;
import io.quorate.client.admin.RepairScope;
import io.quorate.client.admin.TenantShare;
import io.quorate.client.internal.engine.Checks;
import io.quorate.client.internal.engine.Statuses;
import io.quorate.client.internal.net.FreshAddresses;
import io.quorate.client.internal.net.Loop;
import io.quorate.client.internal.net.Trouble;
import io.quorate.client.internal.net.Trouble.Amiss;
import io.quorate.client.internal.net.Unary;
import io.quorate.proto.v1.CancelRepairsRequest;
import io.quorate.proto.v1.DropDeadLettersRequest;
import io.quorate.proto.v1.GetComparisonsRequest;
import io.quorate.proto.v1.GetDrainedRequest;
import io.quorate.proto.v1.GetHintsRequest;
import io.quorate.proto.v1.GetLogLevelsRequest;
import io.quorate.proto.v1.GetTenantSizesRequest;
import io.quorate.proto.v1.HashPartitionRequest;
import io.quorate.proto.v1.MaintenanceGrpc;
import io.quorate.proto.v1.PauseHintsRequest;
import io.quorate.proto.v1.ReloadCertificatesRequest;
import io.quorate.proto.v1.RepairRequest;
import io.quorate.proto.v1.ReplayDeadLettersRequest;
import io.quorate.proto.v1.SetDrainedRequest;
import io.quorate.proto.v1.SetLogLevelRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Asks one node, and no other in its place. */
final class DirectMaintenance implements AsyncNodeMaintenance {
  private final Loop loop;
  private final String address;
  private final Supplier<ManagedChannel> node;
  private final long timeoutNanos;

  /**
   * @param node the channel to the node, for one call; throws if the client is closed
   */
  DirectMaintenance(Loop loop, String address, Supplier<ManagedChannel> node, Duration timeout) {
    this.loop = loop;
    this.address = address;
    this.node = node;
    this.timeoutNanos = Checks.nanos(timeout);
  }

  @Override
  public CompletableFuture<HintsReport> hints() {
    return hintsBefore(0);
  }

  @Override
  public CompletableFuture<HintsReport> setMarker() {
    return hints(GetHintsRequest.newBuilder().setSetMarker(true).build());
  }

  @Override
  public CompletableFuture<HintsReport> hintsBefore(long marker) {
    return hints(GetHintsRequest.newBuilder().setMarker(marker).build());
  }

  private CompletableFuture<HintsReport> hints(GetHintsRequest request) {
    return read("hints", MaintenanceGrpc.getGetHintsMethod(), request)
        .thenApply(MaintenanceCodec::hints);
  }

  @Override
  public CompletableFuture<Void> pauseHints(@Nullable String target, boolean paused) {
    return checked(
        () ->
            change(
                    paused ? "pause of hints" : "resumption of hints",
                    MaintenanceGrpc.getPauseHintsMethod(),
                    PauseHintsRequest.newBuilder()
                        .setTarget(NodeIds.parseOrAll(target))
                        .setPaused(paused)
                        .build())
                .thenAccept(done -> {}));
  }

  @Override
  public CompletableFuture<List<DeadLetter>> deadLetters(
      DeadLetters which, int limit, @Nullable DeadLetter after) {
    return checked(
        () ->
            read(
                    "dead letters",
                    MaintenanceGrpc.getListDeadLettersMethod(),
                    MaintenanceCodec.page(which, limit, after))
                .thenApply(
                    page -> page.getLettersList().stream().map(MaintenanceCodec::letter).toList()));
  }

  @Override
  public CompletableFuture<Long> replayDeadLetters(DeadLetters which) {
    return checked(
        () ->
            change(
                    "replay of dead letters",
                    MaintenanceGrpc.getReplayDeadLettersMethod(),
                    ReplayDeadLettersRequest.newBuilder()
                        .setFilter(MaintenanceCodec.filter(which))
                        .build())
                .thenApply(done -> done.getLetters()));
  }

  @Override
  public CompletableFuture<Long> dropDeadLetters(DeadLetters which, boolean forget) {
    return checked(
        () ->
            change(
                    "dropping of dead letters",
                    MaintenanceGrpc.getDropDeadLettersMethod(),
                    DropDeadLettersRequest.newBuilder()
                        .setFilter(MaintenanceCodec.filter(which))
                        .setForget(forget)
                        .build())
                .thenApply(done -> done.getLetters()));
  }

  @Override
  public CompletableFuture<List<ReloadedFile>> reloadCertificates() {
    return change(
            "reading of certificates",
            MaintenanceGrpc.getReloadCertificatesMethod(),
            ReloadCertificatesRequest.getDefaultInstance())
        .thenApply(done -> done.getFilesList().stream().map(MaintenanceCodec::file).toList());
  }

  @Override
  public CompletableFuture<List<LoggerLevel>> logLevels() {
    return read(
            "log levels",
            MaintenanceGrpc.getGetLogLevelsMethod(),
            GetLogLevelsRequest.getDefaultInstance())
        .thenApply(found -> MaintenanceCodec.loggers(found.getLoggersList()));
  }

  @Override
  public CompletableFuture<List<LoggerLevel>> setLogLevel(
      @Nullable String logger, LogLevel level, Duration time) {
    return checked(() -> setLogLevel(MaintenanceCodec.level(logger, level, time)));
  }

  @Override
  public CompletableFuture<List<LoggerLevel>> resetLogLevel(@Nullable String logger) {
    return setLogLevel(
        SetLogLevelRequest.newBuilder().setLogger(logger == null ? "" : logger).build());
  }

  private CompletableFuture<List<LoggerLevel>> setLogLevel(SetLogLevelRequest request) {
    return change("change of a log level", MaintenanceGrpc.getSetLogLevelMethod(), request)
        .thenApply(done -> MaintenanceCodec.loggers(done.getLoggersList()));
  }

  @Override
  public CompletableFuture<Integer> cancelRepairs() {
    return change(
            "calling off of repairs",
            MaintenanceGrpc.getCancelRepairsMethod(),
            CancelRepairsRequest.getDefaultInstance())
        .thenApply(done -> done.getRepairs());
  }

  @Override
  public CompletableFuture<Void> setDrained(boolean drained) {
    return change(
            drained ? "draining" : "putting back into service",
            MaintenanceGrpc.getSetDrainedMethod(),
            SetDrainedRequest.newBuilder().setDrained(drained).build())
        .thenAccept(done -> {});
  }

  @Override
  public CompletableFuture<DrainStatus> drainStatus() {
    return read(
            "state of draining",
            MaintenanceGrpc.getGetDrainedMethod(),
            GetDrainedRequest.getDefaultInstance())
        .thenApply(MaintenanceCodec::drained);
  }

  @Override
  public CompletableFuture<List<TenantShare>> tenants(List<String> tenants) {
    return read(
            "size of tenants",
            MaintenanceGrpc.getGetTenantSizesMethod(),
            GetTenantSizesRequest.newBuilder().addAllTenants(tenants).build())
        .thenApply(found -> found.getTenantsList().stream().map(MaintenanceCodec::tenant).toList());
  }

  @Override
  public CompletableFuture<List<PartitionComparison>> comparisons() {
    return read(
            "ages of comparisons",
            MaintenanceGrpc.getGetComparisonsMethod(),
            GetComparisonsRequest.getDefaultInstance())
        .thenApply(MaintenanceCodec::comparisons);
  }

  @Override
  public CompletableFuture<PartitionHash> hash(int partition, Duration timeout) {
    return ask(
            "hash of partition " + partition,
            MaintenanceGrpc.getHashPartitionMethod(),
            HashPartitionRequest.newBuilder().setPartition(partition).build(),
            Checks.nanos(timeout),
            false)
        .thenApply(MaintenanceCodec::hash);
  }

  @Override
  public CompletableFuture<RepairProgress> repair(
      RepairScope scope, Consumer<RepairProgress> progress) {
    return checked(
        () -> {
          RepairRequest request = MaintenanceCodec.repair(scope);
          Watching watching = new Watching(progress);
          ManagedChannel channel = node.get();
          FreshAddresses.lookUpAgain(channel);
          ClientCalls.asyncServerStreamingCall(
              channel.newCall(MaintenanceGrpc.getRepairMethod(), CallOptions.DEFAULT),
              request,
              watching);
          return watching.end;
        });
  }

  /** Listens to a repair until it is over, or its listener has cancelled. */
  private final class Watching
      implements ClientResponseObserver<RepairRequest, io.quorate.proto.v1.RepairResponse> {
    private final Consumer<RepairProgress> progress;
    private final CompletableFuture<RepairProgress> end = new CompletableFuture<>();
    private volatile RepairProgress last = RepairProgress.NOTHING;

    Watching(Consumer<RepairProgress> progress) {
      this.progress = progress;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<RepairRequest> call) {
      var unused =
          end.whenComplete(
              (done, failure) -> {
                if (end.isCancelled()) {
                  call.cancel("called off", null);
                }
              });
    }

    @Override
    public void onNext(io.quorate.proto.v1.RepairResponse told) {
      last = MaintenanceCodec.progress(told);
      progress.accept(last);
    }

    @Override
    public void onError(Throwable failure) {
      end.completeExceptionally(toException(failure, false, "repair"));
    }

    @Override
    public void onCompleted() {
      end.complete(last);
    }
  }

  /** Makes a call, unless what it is about cannot be written: then its future fails. */
  private static <A> CompletableFuture<A> checked(Supplier<CompletableFuture<A>> call) {
    try {
      return call.get();
    } catch (InvalidRequestException | ClientClosedException refused) {
      return CompletableFuture.failedFuture(refused);
    }
  }

  private <Q, A> CompletableFuture<A> read(String what, MethodDescriptor<Q, A> method, Q question) {
    return ask(what, method, question, timeoutNanos, false);
  }

  private <Q, A> CompletableFuture<A> change(
      String what, MethodDescriptor<Q, A> method, Q question) {
    return ask(what, method, question, timeoutNanos, true);
  }

  private <Q, A> CompletableFuture<A> ask(
      String what, MethodDescriptor<Q, A> method, Q question, long timeout, boolean mutation) {
    CompletableFuture<A> answer = new CompletableFuture<>();
    ManagedChannel channel;
    try {
      channel = node.get();
    } catch (ClientClosedException closed) {
      return CompletableFuture.failedFuture(closed);
    }
    FreshAddresses.lookUpAgain(channel);
    Unary.askForCaller(
        loop,
        channel,
        method,
        question,
        timeout,
        answer::complete,
        failure -> answer.completeExceptionally(toException(failure, mutation, what)));
    return answer;
  }

  /** Of one node; if it is TLS that keeps the client from it, no other node is asked instead. */
  private QuorateException toException(Throwable failure, boolean mutation, String what) {
    QuorateException told = Statuses.toException(failure, mutation, what, address);
    return told instanceof UnavailableException && Trouble.of(failure).amiss() == Amiss.TLS
        ? new UnavailableException(
            String.valueOf(told.getMessage()), told.info().coded(FailureCode.TLS), null)
        : told;
  }
}
