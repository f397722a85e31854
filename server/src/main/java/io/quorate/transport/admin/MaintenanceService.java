package io.quorate.transport.admin;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quorate.admin.LogAdmin;
import io.quorate.admin.MaintenanceAdmin;
import io.quorate.admin.MaintenanceAdmin.Parts;
import io.quorate.model.NodeId;
import io.quorate.model.NodeNames;
import io.quorate.proto.v1.CancelRepairsRequest;
import io.quorate.proto.v1.CancelRepairsResponse;
import io.quorate.proto.v1.DeadLetterFilter;
import io.quorate.proto.v1.DropDeadLettersRequest;
import io.quorate.proto.v1.DropDeadLettersResponse;
import io.quorate.proto.v1.GetComparisonsRequest;
import io.quorate.proto.v1.GetComparisonsResponse;
import io.quorate.proto.v1.GetDrainedRequest;
import io.quorate.proto.v1.GetDrainedResponse;
import io.quorate.proto.v1.GetHintsRequest;
import io.quorate.proto.v1.GetHintsResponse;
import io.quorate.proto.v1.GetLogLevelsRequest;
import io.quorate.proto.v1.GetLogLevelsResponse;
import io.quorate.proto.v1.GetTenantSizesRequest;
import io.quorate.proto.v1.GetTenantSizesResponse;
import io.quorate.proto.v1.HashPartitionRequest;
import io.quorate.proto.v1.HashPartitionResponse;
import io.quorate.proto.v1.ListDeadLettersRequest;
import io.quorate.proto.v1.ListDeadLettersResponse;
import io.quorate.proto.v1.LogLevel;
import io.quorate.proto.v1.MaintenanceGrpc;
import io.quorate.proto.v1.PauseHintsRequest;
import io.quorate.proto.v1.PauseHintsResponse;
import io.quorate.proto.v1.ReloadCertificatesRequest;
import io.quorate.proto.v1.ReloadCertificatesResponse;
import io.quorate.proto.v1.RepairRequest;
import io.quorate.proto.v1.RepairResponse;
import io.quorate.proto.v1.ReplayDeadLettersRequest;
import io.quorate.proto.v1.ReplayDeadLettersResponse;
import io.quorate.proto.v1.SetDrainedRequest;
import io.quorate.proto.v1.SetDrainedResponse;
import io.quorate.proto.v1.SetLogLevelRequest;
import io.quorate.proto.v1.SetLogLevelResponse;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.replication.hint.Hints.Standing;
import io.quorate.replication.hint.LettersCallback;
import io.quorate.replication.repair.FullHash;
import io.quorate.replication.repair.RepairRun;
import io.quorate.runtime.Clock;
import io.quorate.runtime.Lane;
import io.quorate.storage.HintStore;
import io.quorate.storage.RecordStore.PutCallback;
import io.quorate.storage.StorageFault;
import io.quorate.transport.LaneEntry;
import io.quorate.transport.StatusTable;
import io.quorate.transport.codec.admin.MaintenanceCodec;
import io.quorate.transport.tls.CertificateReload;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** {@code quorate.v1.Maintenance}: what this node owes to others, and what its replicas hold. */
public final class MaintenanceService extends MaintenanceGrpc.MaintenanceImplBase {
  private static final int LETTERS_MAX = 1_000;

  private final MaintenanceAdmin admin;
  private final CertificateReload certificates;
  private final LogAdmin logs;
  private final LaneEntry entry;
  private final Clock clock;

  public MaintenanceService(
      MaintenanceAdmin admin,
      CertificateReload certificates,
      LogAdmin logs,
      Lane lane,
      Clock clock) {
    this.admin = admin;
    this.certificates = certificates;
    this.logs = logs;
    this.entry = new LaneEntry(lane);
    this.clock = clock;
  }

  @Override
  public void getHints(GetHintsRequest request, StreamObserver<GetHintsResponse> caller) {
    enter(
        caller,
        parts -> {
          long set = request.getSetMarker() ? parts.hints().setMarker() : 0;
          long marker = request.getSetMarker() ? set : request.getMarker();
          GetHintsResponse.Builder response =
              GetHintsResponse.newBuilder()
                  .setHolder(parts.self().value())
                  .setPaused(parts.hints().isPaused())
                  .setMarker(set);
          long before = 0;
          for (Standing standing : parts.hints().standings(marker)) {
            before += standing.beforeMarker();
            response.addTargets(MaintenanceCodec.target(standing, clock.wallMillis()));
          }
          succeed(caller, response.setHintsBeforeMarker(before).build());
        });
  }

  @Override
  public void pauseHints(PauseHintsRequest request, StreamObserver<PauseHintsResponse> caller) {
    enter(
        caller,
        parts -> {
          NodeId target = member(request.getTarget(), parts);
          PutCallback durable =
              new PutCallback() {
                @Override
                public void stored() {
                  succeed(caller, PauseHintsResponse.getDefaultInstance());
                }

                @Override
                public void failed(StorageFault fault) {
                  fail(
                      caller,
                      Reason.UNAVAILABLE,
                      "it holds until this node is started again, and not longer: its disk did not"
                          + " take it ("
                          + fault.message()
                          + ")");
                }
              };
          if (request.getPaused()) {
            parts.hints().pause(target, durable);
          } else {
            parts.hints().resume(target, durable);
          }
        });
  }

  @Override
  public void listDeadLetters(
      ListDeadLettersRequest request, StreamObserver<ListDeadLettersResponse> caller) {
    enter(
        caller,
        parts -> {
          DeadLetterFilter filter = request.getFilter();
          int limit =
              request.getLimit() == 0 ? LETTERS_MAX : Math.min(LETTERS_MAX, request.getLimit());
          HintStore.Hint after =
              request.hasAfter() ? MaintenanceCodec.hint(request.getAfter()) : null;
          List<HintStore.DeadLetter> found =
              parts.hints().deadLetters(target(filter), partition(filter), after, limit + 1);
          ListDeadLettersResponse.Builder response = ListDeadLettersResponse.newBuilder();
          found.stream()
              .limit(limit)
              .forEach(
                  letter ->
                      response.addLetters(
                          MaintenanceCodec.letter(letter, parts.placements(), parts.names())));
          succeed(caller, response.setMore(found.size() > limit).build());
        });
  }

  @Override
  public void replayDeadLetters(
      ReplayDeadLettersRequest request, StreamObserver<ReplayDeadLettersResponse> caller) {
    enter(
        caller,
        parts -> {
          DeadLetterFilter filter = request.getFilter();
          parts
              .hints()
              .replayDeadLetters(
                  target(filter),
                  partition(filter),
                  answer(
                      caller,
                      letters ->
                          ReplayDeadLettersResponse.newBuilder().setLetters(letters).build()));
        });
  }

  @Override
  public void dropDeadLetters(
      DropDeadLettersRequest request, StreamObserver<DropDeadLettersResponse> caller) {
    enter(
        caller,
        parts -> {
          DeadLetterFilter filter = request.getFilter();
          parts
              .hints()
              .dropDeadLetters(
                  target(filter),
                  partition(filter),
                  request.getForget(),
                  answer(
                      caller,
                      letters -> DropDeadLettersResponse.newBuilder().setLetters(letters).build()));
        });
  }

  private static <T> LettersCallback answer(StreamObserver<T> caller, IntFunction<T> response) {
    return new LettersCallback() {
      @Override
      public void settled(int letters) {
        succeed(caller, response.apply(letters));
      }

      @Override
      public void failed(StorageFault fault) {
        fail(
            caller,
            Reason.UNAVAILABLE,
            "dead letters are kept, since the disk of this node did not take the change ("
                + fault.message()
                + "). Ask again when quorate doctor finds its disk well");
      }
    };
  }

  private static @Nullable NodeId target(DeadLetterFilter filter) {
    return MaintenanceCodec.node(filter.getTarget());
  }

  private static @Nullable Integer partition(DeadLetterFilter filter) {
    return filter.hasPartition() ? Integer.valueOf(filter.getPartition()) : null;
  }

  private static @Nullable NodeId member(long id, Parts parts) {
    NodeId node = MaintenanceCodec.node(id);
    if (node != null && !parts.placements().nodes().containsKey(node)) {
      throw new IllegalArgumentException("node " + node + " is no member of the cluster");
    }
    return node;
  }

  @Override
  public void repair(RepairRequest request, StreamObserver<RepairResponse> caller) {
    Watching watching = new Watching(caller);
    if (caller instanceof ServerCallStreamObserver<?> call) {
      call.setOnCancelHandler(() -> entry.enter(watching::callerLeft));
    }
    enter(
        caller,
        parts -> {
          watching.names = parts.names();
          watching.run =
              parts
                  .comparisons()
                  .repair(MaintenanceCodec.scope(request, parts.placements()), watching);
        });
  }

  /** Tells the caller of a repair how far it is, and calls it off once the caller is gone. */
  private static final class Watching implements RepairRun.Listener {
    private final StreamObserver<RepairResponse> caller;
    private NodeNames names = NodeNames.NONE;
    private @Nullable RepairRun run;

    Watching(StreamObserver<RepairResponse> caller) {
      this.caller = caller;
    }

    @Override
    public void at(RepairRun.Progress progress) {
      if (!hasLeft(caller)) {
        caller.onNext(MaintenanceCodec.progress(progress, names));
        if (progress.over()) {
          caller.onCompleted();
        }
      }
    }

    void callerLeft() {
      if (run != null) {
        run.cancel();
      }
    }
  }

  @Override
  public void cancelRepairs(
      CancelRepairsRequest request, StreamObserver<CancelRepairsResponse> caller) {
    enter(
        caller,
        parts ->
            succeed(
                caller,
                CancelRepairsResponse.newBuilder()
                    .setRepairs(parts.comparisons().cancelRuns())
                    .build()));
  }

  @Override
  public void getComparisons(
      GetComparisonsRequest request, StreamObserver<GetComparisonsResponse> caller) {
    enter(
        caller, parts -> succeed(caller, MaintenanceCodec.comparisons(parts.comparisons().ages())));
  }

  @Override
  public void setDrained(SetDrainedRequest request, StreamObserver<SetDrainedResponse> caller) {
    enter(
        caller,
        parts -> {
          parts.drain().drain(request.getDrained());
          succeed(caller, SetDrainedResponse.getDefaultInstance());
        });
  }

  @Override
  public void getDrained(GetDrainedRequest request, StreamObserver<GetDrainedResponse> caller) {
    enter(
        caller,
        parts ->
            succeed(caller, MaintenanceCodec.drained(parts.self(), parts.drain().drainStanding())));
  }

  @Override
  public void getTenantSizes(
      GetTenantSizesRequest request, StreamObserver<GetTenantSizesResponse> caller) {
    enter(
        caller,
        parts ->
            parts
                .sizes()
                .count(
                    MaintenanceCodec.tenants(request, parts.placements()),
                    parts.placements(),
                    sizes ->
                        succeed(
                            caller,
                            GetTenantSizesResponse.newBuilder()
                                .setNode(parts.self().value())
                                .addAllTenants(sizes.stream().map(MaintenanceCodec::size).toList())
                                .build())));
  }

  @Override
  public void hashPartition(
      HashPartitionRequest request, StreamObserver<HashPartitionResponse> caller) {
    enter(
        caller,
        parts -> {
          MaintenanceCodec.checkPartition(
              request.getPartition(), parts.placements().partitions().size());
          parts
              .comparisons()
              .hash(
                  request.getPartition(),
                  outcome -> {
                    switch (outcome) {
                      case FullHash.Hashed hashed ->
                          succeed(caller, MaintenanceCodec.hashed(hashed));
                      case FullHash.Changed(int partition, long epoch) ->
                          fail(
                              caller,
                              Reason.UNAVAILABLE,
                              ("partition %d left epoch %d before all of it was read, several"
                                      + " times: it moves, or is purged. Try again later")
                                  .formatted(partition, epoch));
                      case FullHash.Failed(String why) -> fail(caller, Reason.UNAVAILABLE, why);
                    }
                  });
        });
  }

  /** Answered also while the node knows of no cluster: its certificates may be why. */
  @Override
  public void reloadCertificates(
      ReloadCertificatesRequest request, StreamObserver<ReloadCertificatesResponse> caller) {
    entry.enter(
        () ->
            certificates.reload(
                found -> succeed(caller, ReloadCodec.reloaded(found)),
                () ->
                    fail(
                        caller,
                        Reason.UNAVAILABLE,
                        "this node has too much to do to read its certificates now, and goes on"
                            + " with those it has: try again")));
  }

  /** Answered also while the node knows of no cluster: its log may say why. */
  @Override
  public void getLogLevels(
      GetLogLevelsRequest request, StreamObserver<GetLogLevelsResponse> caller) {
    entry.enter(() -> orRefused(caller, () -> succeed(caller, LogCodec.levels(logs.levels()))));
  }

  /** Answered also while the node knows of no cluster: its log may say why. */
  @Override
  public void setLogLevel(SetLogLevelRequest request, StreamObserver<SetLogLevelResponse> caller) {
    entry.enter(
        () ->
            orRefused(
                caller,
                () -> {
                  if (request.getLevel() == LogLevel.LOG_LEVEL_UNSPECIFIED) {
                    logs.reset(request.getLogger());
                  } else {
                    logs.set(
                        request.getLogger(),
                        LogCodec.fromProto(request.getLevel()),
                        request.getForMs());
                  }
                  succeed(caller, LogCodec.set(logs.levels()));
                }));
  }

  private static void orRefused(StreamObserver<?> caller, Runnable task) {
    try {
      task.run();
    } catch (IllegalArgumentException refused) {
      fail(caller, Reason.INVALID, String.valueOf(refused.getMessage()));
    }
  }

  /** Runs something on the lane, once the node is part of a cluster. */
  private void enter(StreamObserver<?> caller, Consumer<Parts> task) {
    entry.enter(
        () -> {
          Parts parts = admin.parts();
          if (parts == null) {
            fail(caller, Failure.notJoined("try again, and if that lasts, see its log"));
            return;
          }
          orRefused(caller, () -> task.accept(parts));
        });
  }

  private static <T> void succeed(StreamObserver<T> caller, T response) {
    if (!hasLeft(caller)) {
      caller.onNext(response);
      caller.onCompleted();
    }
  }

  private static void fail(StreamObserver<?> caller, Reason reason, String message) {
    fail(caller, Failure.refused(reason, message));
  }

  private static void fail(StreamObserver<?> caller, Failure failure) {
    if (!hasLeft(caller)) {
      caller.onError(StatusTable.status(failure).asRuntimeException(StatusTable.trailers(failure)));
    }
  }

  /** Writing to a caller that has left throws. */
  private static boolean hasLeft(StreamObserver<?> caller) {
    return caller instanceof ServerCallStreamObserver<?> call && call.isCancelled();
  }
}
