package io.quorate.transport.admin;

import io.grpc.stub.StreamObserver;
import io.quorate.admin.ClusterAdmin;
import io.quorate.admin.MaintenanceAdmin;
import io.quorate.admin.OperatorRequest;
import io.quorate.admin.Refusals;
import io.quorate.admin.RequestTerms;
import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command;
import io.quorate.metadata.CommandOutcome;
import io.quorate.model.Quoted;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.placement.TenantSettings;
import io.quorate.proto.v1.BackupGrpc;
import io.quorate.proto.v1.BeginRestoreRequest;
import io.quorate.proto.v1.BeginRestoreResponse;
import io.quorate.proto.v1.FinishRestoreRequest;
import io.quorate.proto.v1.FinishRestoreResponse;
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
import io.quorate.transport.codec.BackupCodec;
import io.quorate.transport.codec.TenantCodec;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** {@code quorate.v1.Backup}: reads what a backup keeps, and brings it back. */
public final class BackupService extends BackupGrpc.BackupImplBase {
  private final ClusterAdmin admin;
  private final MaintenanceAdmin parts;
  private final ClusterCalls calls;

  public BackupService(ClusterAdmin admin, MaintenanceAdmin parts, Lane lane, Clock clock) {
    this.admin = admin;
    this.parts = parts;
    this.calls = new ClusterCalls(admin, lane, clock);
  }

  @Override
  public void readBackupPage(
      ReadBackupPageRequest request, StreamObserver<ReadBackupPageResponse> caller) {
    calls.carryOut(
        caller,
        (state, deadlineNanos, done, failed) -> {
          BackupPlane plane = plane(failed);
          Tenant tenant = tenant(state, request.getTenant(), failed);
          if (plane != null && tenant != null) {
            plane.read(
                tenant,
                request.getPartition(),
                request.getAfter().toByteArray(),
                deadlineNanos,
                new BackupPlane.PageCallback() {
                  @Override
                  public void page(
                      List<BackupPlane.Item> items,
                      byte @Nullable [] next,
                      boolean potentiallyStale) {
                    done.accept(BackupCodec.page(items, next, potentiallyStale));
                  }

                  @Override
                  public void failed(Failure failure) {
                    failed.accept(failure);
                  }
                });
          }
        });
  }

  @Override
  public void beginRestore(
      BeginRestoreRequest request, StreamObserver<BeginRestoreResponse> caller) {
    calls.carryOut(
        caller,
        (state, deadlineNanos, done, failed) -> {
          BackupPlane plane = plane(failed);
          Tenant known = state.tenants().get(request.getTenant().getName());
          if (request.getBackup() <= 0) {
            throw new IllegalArgumentException("the id of a backup is a number above 0");
          } else if (known != null && isRestored(known, request.getBackup())) {
            done.accept(response(TenantCodec.tenant(known), List.of()));
          } else if (known != null) {
            failed.accept(
                Failure.refused(
                    Reason.INVALID,
                    "tenant %s exists: restore into another name, or drop it first"
                        .formatted(Quoted.of(known.name()))));
          } else if (plane != null) {
            Command.CreateTenant create =
                TenantCodec.beginRestore(request.getTenant(), plane.now(), request.getBackup());
            change(
                state, create, create.name(), deadlineNanos, BackupService::response, done, failed);
          }
        });
  }

  private static BeginRestoreResponse response(
      io.quorate.proto.v1.Tenant tenant, List<String> warnings) {
    return BeginRestoreResponse.newBuilder().setTenant(tenant).addAllWarnings(warnings).build();
  }

  private static boolean isRestored(Tenant tenant, long backup) {
    return tenant.isBeingRestored() && tenant.get(TenantSetting.RESTORED_FROM) == backup;
  }

  @Override
  public void restore(RestoreRequest request, StreamObserver<RestoreResponse> caller) {
    calls.carryOut(
        caller,
        (state, deadlineNanos, done, failed) -> {
          BackupPlane plane = plane(failed);
          Tenant tenant = tenant(state, request.getTenant(), failed);
          if (plane == null || tenant == null) {
            return;
          }
          if (!isRestored(tenant, request.getBackup())) {
            failed.accept(notBeingRestored(tenant));
            return;
          }
          List<BackupPlane.Item> items = BackupCodec.restated(request.getRecordsList(), tenant);
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
        });
  }

  private static Failure notBeingRestored(Tenant tenant) {
    return Failure.refused(
        Reason.INVALID,
        "tenant %s is not being restored from that backup: begin the restore first"
            .formatted(Quoted.of(tenant.name())));
  }

  @Override
  public void finishRestore(
      FinishRestoreRequest request, StreamObserver<FinishRestoreResponse> caller) {
    calls.carryOut(
        caller,
        (state, deadlineNanos, done, failed) -> {
          Tenant tenant = tenant(state, request.getTenant(), failed);
          if (tenant == null) {
            return;
          }
          if (request.getBackup() <= 0
              || tenant.get(TenantSetting.RESTORED_FROM) != request.getBackup()) {
            failed.accept(notBeingRestored(tenant));
            return;
          }
          change(
              state,
              new Command.AlterTenant(
                  tenant.name(), TenantSettings.NONE.with(TenantSetting.RESTORING, 0L)),
              tenant.name(),
              deadlineNanos,
              (now, warnings) -> FinishRestoreResponse.newBuilder().setTenant(now).build(),
              done,
              failed);
        });
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

  /** Null if there is no such tenant, which is told. */
  private static @Nullable Tenant tenant(
      ClusterState state, String name, Consumer<Failure> failed) {
    Tenant tenant = state.tenants().get(name.isEmpty() ? Tenant.DEFAULT_NAME : name);
    if (tenant == null) {
      failed.accept(Failure.unknownTenant(name));
    }
    return tenant;
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
