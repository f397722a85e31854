package io.quorate.transport.admin;

import io.grpc.stub.StreamObserver;
import io.quorate.admin.ClusterAdmin;
import io.quorate.admin.MaintenanceAdmin;
import io.quorate.admin.OperatorRequest;
import io.quorate.admin.Refusals;
import io.quorate.admin.RequestTerms;
import io.quorate.admin.RestoreUnderWay;
import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command;
import io.quorate.metadata.CommandOutcome;
import io.quorate.model.Quoted;
import io.quorate.placement.Model;
import io.quorate.placement.RestoredInto;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.proto.v1.BackupGrpc;
import io.quorate.proto.v1.BeginRestoreRequest;
import io.quorate.proto.v1.BeginRestoreResponse;
import io.quorate.proto.v1.EndCutRequest;
import io.quorate.proto.v1.EndCutResponse;
import io.quorate.proto.v1.FinishRestoreRequest;
import io.quorate.proto.v1.FinishRestoreResponse;
import io.quorate.proto.v1.GetCutRequest;
import io.quorate.proto.v1.GetCutResponse;
import io.quorate.proto.v1.GiveUpRestoreRequest;
import io.quorate.proto.v1.GiveUpRestoreResponse;
import io.quorate.proto.v1.KeepCutRequest;
import io.quorate.proto.v1.KeepCutResponse;
import io.quorate.proto.v1.MakeCutRequest;
import io.quorate.proto.v1.MakeCutResponse;
import io.quorate.proto.v1.ReadBackupPageRequest;
import io.quorate.proto.v1.ReadBackupPageResponse;
import io.quorate.proto.v1.RestoreRequest;
import io.quorate.proto.v1.RestoreResponse;
import io.quorate.replication.api.BackupPlane;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.runtime.Clock;
import io.quorate.runtime.Lane;
import io.quorate.transport.ClusterCalls;
import io.quorate.transport.access.Caller;
import io.quorate.transport.codec.BackupCodec;
import io.quorate.transport.codec.admin.TenantCodec;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** {@code quorate.v1.Backup}: reads what a backup keeps, and brings it back. */
public final class BackupService extends BackupGrpc.BackupImplBase {
  private final ClusterAdmin admin;
  private final MaintenanceAdmin parts;
  private final ClusterCalls calls;
  private final Clock clock;
  private final CutCalls cuts;
  private final Lane lane;

  public BackupService(ClusterAdmin admin, MaintenanceAdmin parts, Lane lane, Clock clock) {
    this.admin = admin;
    this.parts = parts;
    this.clock = clock;
    this.lane = lane;
    this.calls = new ClusterCalls(admin, lane, clock);
    this.cuts = new CutCalls(admin, calls);
  }

  /** What a tenant has to be for a call. */
  private interface Wanted {
    boolean isMet(Tenant tenant);

    /** Why the call is refused if it is not. */
    Failure refusal(Tenant tenant);
  }

  /**
   * @param id that the tenant had when the caller looked; 0: any
   */
  private record Open(int id) implements Wanted {
    @Override
    public boolean isMet(Tenant tenant) {
      return !tenant.isBeingRestored() && (id == 0 || tenant.id() == id);
    }

    @Override
    public Failure refusal(Tenant tenant) {
      return tenant.isBeingRestored()
          ? Failure.refused(
              Reason.INVALID,
              "tenant %s is being restored, and has only a part of its keys yet"
                  .formatted(Quoted.of(tenant.name())))
          : Failure.refused(
              Reason.FAILED_PRECONDITION,
              "tenant %s was truncated or created again since it was looked at"
                  .formatted(Quoted.of(tenant.name())));
    }
  }

  /**
   * @param id that the tenant has had since it was created or taken for the restore
   * @param opened whether it may be open to clients already
   */
  private record Restored(int id, boolean opened) implements Wanted {
    @Override
    public boolean isMet(Tenant tenant) {
      return tenant.id() == id
          && tenant.get(TenantSetting.RESTORED_FROM) != 0
          && !tenant.isUnseenByRestore()
          && (opened || tenant.isBeingRestored());
    }

    @Override
    public Failure refusal(Tenant tenant) {
      return Failure.refused(
          Reason.INVALID,
          (tenant.id() == id
                      && tenant.get(TenantSetting.RESTORED_FROM) != 0
                      && !tenant.isBeingRestored()
                  ? "the restore of tenant %s is finished, and the tenant is open"
                  : "tenant %s is not being restored by that restore, which was given up, or not"
                      + " begun: begin it again")
              .formatted(Quoted.of(tenant.name())));
    }
  }

  @Override
  public void readBackupPage(
      ReadBackupPageRequest request, StreamObserver<ReadBackupPageResponse> caller) {
    calls.carryOut(
        caller,
        (state, deadlineNanos, done, failed) ->
            onTenant(
                state,
                request.getTenant(),
                new Open(request.getTenantId()),
                deadlineNanos,
                (plane, tenant) -> read(request, plane, tenant, deadlineNanos, done, failed),
                failed));
  }

  private void read(
      ReadBackupPageRequest request,
      BackupPlane plane,
      Tenant tenant,
      long deadlineNanos,
      Consumer<ReadBackupPageResponse> done,
      Consumer<Failure> failed) {
    Model model = tenant.get(TenantSetting.MODEL);
    if (request.getAsEntries() && model != Model.LAST_WRITE_WINS) {
      failed.accept(
          Failure.refused(
              Reason.INVALID,
              "tenant %s is of model %s, and entries are read of tenants of model %s only"
                  .formatted(Quoted.of(tenant.name()), model, Model.LAST_WRITE_WINS)));
      return;
    }
    plane.read(
        tenant,
        new BackupPlane.Part(
            request.getPartition(),
            request.getPrefix().toByteArray(),
            request.getAfter().toByteArray(),
            request.getCut()),
        deadlineNanos,
        answering(request, admin.hybridTime(), done, failed));
  }

  /**
   * @param hlc before the page is read: what is written from now on may be missing in it
   */
  private BackupPlane.PageCallback answering(
      ReadBackupPageRequest request,
      long hlc,
      Consumer<ReadBackupPageResponse> done,
      Consumer<Failure> failed) {
    return new BackupPlane.PageCallback() {
      @Override
      public void page(
          List<BackupPlane.Item> items, byte @Nullable [] next, boolean potentiallyStale) {
        if (request.getCut() != 0) {
          admin.keepCut(request.getCut()); // not before: others are not kept by those who may not
        }
        done.accept(
            request.getAsEntries()
                ? BackupCodec.entries(items, next, potentiallyStale, hlc)
                : BackupCodec.page(items, next, potentiallyStale, request.getSince(), hlc));
      }

      @Override
      public void failed(Failure failure) {
        failed.accept(failure);
      }
    };
  }

  @Override
  public void makeCut(MakeCutRequest request, StreamObserver<MakeCutResponse> caller) {
    calls.carryOut(
        caller,
        (state, deadlineNanos, done, failed) ->
            cuts.make(state, request, deadlineNanos, done, failed));
  }

  @Override
  public void getCut(GetCutRequest request, StreamObserver<GetCutResponse> caller) {
    calls.carryOut(
        caller,
        (state, deadlineNanos, done, failed) ->
            cuts.get(state, request, deadlineNanos, done, failed));
  }

  @Override
  public void keepCut(KeepCutRequest request, StreamObserver<KeepCutResponse> caller) {
    calls.carryOut(caller, (state, deadlineNanos, done, failed) -> cuts.keep(request, done));
  }

  @Override
  public void endCut(EndCutRequest request, StreamObserver<EndCutResponse> caller) {
    calls.carryOut(
        caller,
        (state, deadlineNanos, done, failed) ->
            cuts.end(state, request, deadlineNanos, done, failed));
  }

  @Override
  public void beginRestore(
      BeginRestoreRequest request, StreamObserver<BeginRestoreResponse> caller) {
    Caller asker = Caller.ofCall();
    calls.carryOut(
        caller,
        (state, deadlineNanos, done, failed) -> {
          if (request.getBackup() <= 0) {
            throw new IllegalArgumentException("the id of a backup is a number above 0");
          }
          long hlc = admin.hybridTime();
          if (hlc == 0) {
            failed.accept(
                Failure.refused(
                    Reason.NOT_SERVING,
                    "this node's clock is far from those of most other nodes, and what is restored"
                        + " is written at its time. Ask another node, and set the clocks"));
          } else {
            begin(
                state,
                TenantCodec.beginRestore(request.getTenant(), hlc, request.getBackup()),
                request.getIntoEmpty(),
                asker,
                deadlineNanos,
                done,
                failed);
          }
        });
  }

  private void begin(
      ClusterState state,
      Command.CreateTenant create,
      boolean intoEmpty,
      Caller asker,
      long deadlineNanos,
      Consumer<BeginRestoreResponse> done,
      Consumer<Failure> failed) {
    if (!intoEmpty) {
      begin(state, create, deadlineNanos, done, failed);
      return;
    }
    BackupPlane plane = plane(failed);
    if (plane == null) {
      return;
    }
    calls.confirm(
        deadlineNanos,
        confirmed -> {
          ClusterState now = admin.state();
          if (!confirmed || now == null) {
            failed.accept(unsure(create.name()));
            return;
          }
          Tenant known = tenant(now, create.name());
          if (known == null || isCreatedForRestore(known)) {
            begin(now, create, deadlineNanos, done, failed);
          } else {
            new RestoreIntoEmpty(
                    admin,
                    plane,
                    lane,
                    clock,
                    new Command.CloseForRestore(
                        known.name(), create.replicationFactor(), create.settings()),
                    deadlineNanos,
                    key -> asker.mayKnowOfKey(known.name(), key),
                    tenant ->
                        done.accept(
                            BeginRestoreResponse.newBuilder()
                                .setTenant(TenantCodec.tenant(tenant))
                                .build()),
                    failed)
                .run(now);
          }
        });
  }

  private static boolean isCreatedForRestore(Tenant tenant) {
    return tenant.isBeingRestored()
        && tenant.get(TenantSetting.RESTORED_INTO) == RestoredInto.NEW_TENANT;
  }

  private void begin(
      ClusterState state,
      Command.CreateTenant create,
      long deadlineNanos,
      Consumer<BeginRestoreResponse> done,
      Consumer<Failure> failed) {
    change(
        state,
        create,
        create.name(),
        deadlineNanos,
        (tenant, warnings) ->
            BeginRestoreResponse.newBuilder().setTenant(tenant).addAllWarnings(warnings).build(),
        done,
        failed);
  }

  @Override
  public void restore(RestoreRequest request, StreamObserver<RestoreResponse> caller) {
    calls.carryOut(
        caller,
        (state, deadlineNanos, done, failed) ->
            onTenant(
                state,
                request.getTenant(),
                new Restored(request.getTenantId(), false),
                deadlineNanos,
                (plane, tenant) -> store(request, plane, tenant, deadlineNanos, done, failed),
                failed));
  }

  private static void store(
      RestoreRequest request,
      BackupPlane plane,
      Tenant tenant,
      long deadlineNanos,
      Consumer<RestoreResponse> done,
      Consumer<Failure> failed) {
    List<BackupPlane.Item> items;
    try {
      items = BackupCodec.restated(request.getRecordsList(), tenant);
    } catch (IllegalArgumentException unreadable) {
      failed.accept(Failure.refused(Reason.INVALID, String.valueOf(unreadable.getMessage())));
      return;
    }
    int skipped = request.getRecordsCount() - items.size();
    plane.store(
        tenant,
        items,
        deadlineNanos,
        new BackupPlane.StoreCallback() {
          @Override
          public void stored() {
            done.accept(RestoreResponse.newBuilder().setSkipped(skipped).build());
          }

          @Override
          public void failed(Failure failure) {
            failed.accept(failure);
          }
        });
  }

  @Override
  public void finishRestore(
      FinishRestoreRequest request, StreamObserver<FinishRestoreResponse> caller) {
    calls.carryOut(
        caller,
        (state, deadlineNanos, done, failed) ->
            onTenant(
                state,
                request.getTenant(),
                new Restored(request.getTenantId(), true),
                deadlineNanos,
                (plane, tenant) ->
                    change(
                        state,
                        TenantCodec.finishRestore(
                            tenant.name(),
                            request.getTenantId(),
                            request.hasSettings() ? request.getSettings() : null),
                        tenant.name(),
                        deadlineNanos,
                        (now, warnings) ->
                            FinishRestoreResponse.newBuilder()
                                .setTenant(now)
                                .addAllWarnings(warnings)
                                .build(),
                        done,
                        failed),
                failed));
  }

  @Override
  public void giveUpRestore(
      GiveUpRestoreRequest request, StreamObserver<GiveUpRestoreResponse> caller) {
    calls.carryOut(
        caller,
        (state, deadlineNanos, done, failed) -> {
          String name = request.getTenant().isEmpty() ? Tenant.DEFAULT_NAME : request.getTenant();
          RequestTerms terms =
              RequestTermsCodec.read(
                  request.getRequestId(), 0, request.toBuilder().clearRequestId().build());
          OperatorRequest.of(
                  admin,
                  terms,
                  known -> RestoreUnderWay.giveUp(known, name),
                  deadlineNanos,
                  accepted -> {
                    ClusterState now = admin.state();
                    Tenant tenant = now == null ? null : tenant(now, name);
                    GiveUpRestoreResponse.Builder response =
                        GiveUpRestoreResponse.newBuilder().addAllWarnings(accepted.warnings());
                    if (tenant != null) {
                      response.setTenant(TenantCodec.tenant(tenant));
                    }
                    done.accept(response.build());
                  },
                  failed)
              .run(state);
        });
  }

  /**
   * Hands on the tenant of a request. One that is not as it has to be may be so at other nodes:
   * then it is looked at again once this node knows all that was decided.
   */
  private void onTenant(
      ClusterState state,
      String name,
      Wanted wanted,
      long deadlineNanos,
      BiConsumer<BackupPlane, Tenant> then,
      Consumer<Failure> failed) {
    BackupPlane plane = plane(failed);
    if (plane == null) {
      return;
    }
    Tenant known = tenant(state, name);
    if (known != null && wanted.isMet(known)) {
      then.accept(plane, known);
      return;
    }
    calls.confirm(
        deadlineNanos,
        confirmed -> {
          ClusterState now = admin.state();
          Tenant tenant = now == null ? null : tenant(now, name);
          if (tenant != null && wanted.isMet(tenant)) {
            then.accept(plane, tenant);
          } else if (!confirmed) {
            failed.accept(unsure(name));
          } else {
            failed.accept(tenant == null ? Failure.unknownTenant(name) : wanted.refusal(tenant));
          }
        });
  }

  private Failure unsure(String name) {
    return calls.unsure("what tenant %s is".formatted(Quoted.of(name)));
  }

  private static @Nullable Tenant tenant(ClusterState state, String name) {
    return state.tenants().get(name.isEmpty() ? Tenant.DEFAULT_NAME : name);
  }

  /** Null if this node has no part in the cluster yet, which is told. */
  private @Nullable BackupPlane plane(Consumer<Failure> failed) {
    MaintenanceAdmin.Parts now = parts.parts();
    if (now == null) {
      failed.accept(
          Failure.refused(
              Reason.NOT_SERVING, "this node holds nothing yet: " + admin.waitingFor()));
      return null;
    }
    return now.backups();
  }

  private <T> void change(
      ClusterState state,
      Command command,
      String name,
      long deadlineNanos,
      BiFunction<io.quorate.proto.v1.Tenant, List<String>, T> response,
      Consumer<T> done,
      Consumer<Failure> failed) {
    new OperatorRequest(
            admin,
            RequestTerms.NONE,
            known -> command,
            deadlineNanos,
            outcome -> onOutcome(outcome, name, response, done, failed))
        .run(state);
  }

  private <T> void onOutcome(
      CommandOutcome outcome,
      String name,
      BiFunction<io.quorate.proto.v1.Tenant, List<String>, T> response,
      Consumer<T> done,
      Consumer<Failure> failed) {
    Failure failure = Refusals.of(outcome, RequestTerms.NONE, admin);
    ClusterState state = admin.state();
    Tenant now = state == null ? null : state.tenants().get(name);
    if (failure == null && outcome instanceof CommandOutcome.Accepted accepted && now != null) {
      done.accept(response.apply(TenantCodec.tenant(now), accepted.warnings()));
    } else {
      failed.accept(failure == null ? Failure.unknownTenant(name) : failure);
    }
  }
}
