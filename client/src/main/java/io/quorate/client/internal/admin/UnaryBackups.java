package io.quorate.client.internal.admin;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.quorate.client.InvalidRequestException;
import io.quorate.client.admin.BackupCut;
import io.quorate.client.admin.BackupPage;
import io.quorate.client.admin.BackupRecord;
import io.quorate.client.admin.Backups;
import io.quorate.client.admin.EntryPage;
import io.quorate.client.admin.ReplicationFactor;
import io.quorate.client.admin.Role;
import io.quorate.client.admin.Tenant;
import io.quorate.client.admin.TenantChange;
import io.quorate.client.admin.TenantSettings;
import io.quorate.client.admin.User;
import io.quorate.client.internal.engine.Asking.Effect;
import io.quorate.client.internal.engine.Checks;
import io.quorate.client.internal.engine.Codes;
import io.quorate.client.internal.engine.Engine;
import io.quorate.client.internal.engine.Waiting;
import io.quorate.client.internal.engine.Words;
import io.quorate.client.internal.text.Quoted;
import io.quorate.proto.v1.AccessGrpc;
import io.quorate.proto.v1.AdminGrpc;
import io.quorate.proto.v1.BackupGrpc;
import io.quorate.proto.v1.BeginRestoreRequest;
import io.quorate.proto.v1.CutStep;
import io.quorate.proto.v1.EndCutRequest;
import io.quorate.proto.v1.FinishRestoreRequest;
import io.quorate.proto.v1.GetCutRequest;
import io.quorate.proto.v1.GiveUpRestoreRequest;
import io.quorate.proto.v1.KeepCutRequest;
import io.quorate.proto.v1.ListRolesRequest;
import io.quorate.proto.v1.ListTenantsRequest;
import io.quorate.proto.v1.ListUsersRequest;
import io.quorate.proto.v1.MakeCutRequest;
import io.quorate.proto.v1.ReadBackupPageRequest;
import io.quorate.proto.v1.RestoreRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * Asks nodes for parts of backups, one after the other until one answers: see {@link AnyNode}. All
 * that a restore asks for may be done twice.
 */
public final class UnaryBackups implements Backups {
  /** What nodes do for clients comes first, so pages and records may have to wait. */
  private static final Duration TIMEOUT_MIN = Duration.ofSeconds(30);

  /** Beyond the year 9999, a hybrid time ranks as none. */
  private static final Instant MOMENT_MAX = Instant.ofEpochMilli(253_402_300_799_999L);

  /** Whichever tenant has a name is meant. */
  private static final int ANY_ID = 0;

  private final Engine engine;
  private final AnyNode nodes;

  /** For what nodes have at hand. */
  private final AnyNode lists;

  private final Waiting waiting;

  public UnaryBackups(Engine engine, Duration timeout, Waiting waiting) {
    this.engine = engine;
    this.nodes = new AnyNode(engine, timeout.compareTo(TIMEOUT_MIN) < 0 ? TIMEOUT_MIN : timeout);
    this.lists = new AnyNode(engine, timeout);
    this.waiting = waiting;
  }

  @Override
  public List<Tenant> tenants() {
    return waiting.forRead(
        lists
            .askFor(
                "list of tenants",
                AdminGrpc.getListTenantsMethod(),
                ListTenantsRequest.newBuilder().setConfirmed(true).build(),
                answer ->
                    answer.getConfirmed()
                        ? null
                        : "it is of release 0.1, and cannot make sure which there are")
            .thenApply(answer -> ClusterCodec.tenants(answer.getTenantsList())));
  }

  @Override
  public List<Role> roles() {
    return waiting.forRead(
        lists
            .ask(
                "list of roles",
                AccessGrpc.getListRolesMethod(),
                ListRolesRequest.newBuilder().setConfirmed(true).build(),
                Effect.NONE,
                false)
            .thenApply(answer -> answer.getRolesList().stream().map(AccessCodec::role).toList()));
  }

  @Override
  public List<User> users() {
    return waiting.forRead(
        lists
            .ask(
                "list of users",
                AccessGrpc.getListUsersMethod(),
                ListUsersRequest.newBuilder().setConfirmed(true).build(),
                Effect.NONE,
                false)
            .thenApply(answer -> answer.getUsersList().stream().map(AccessCodec::user).toList()));
  }

  @Override
  public BackupPage read(String tenant, int partition, byte[] after) {
    return read(tenant, partition, after, 0);
  }

  @Override
  public BackupPage read(String tenant, int partition, byte[] after, long cut) {
    return read(tenant, partition, after, cut, 0);
  }

  @Override
  public BackupPage read(String tenant, int partition, byte[] after, long cut, long since) {
    return read(tenant, ANY_ID, partition, after, cut, since);
  }

  @Override
  public BackupPage read(Tenant tenant, int partition, byte[] after, long cut, long since) {
    return read(tenant.name(), tenant.id(), partition, after, cut, since);
  }

  private BackupPage read(
      String tenant, int id, int partition, byte[] after, long cut, long since) {
    check(tenant);
    return waiting.forRead(
        nodes
            .ask(
                "partition %d of tenant %s for a backup".formatted(partition, Quoted.of(tenant)),
                BackupGrpc.getReadBackupPageMethod(),
                ReadBackupPageRequest.newBuilder()
                    .setTenant(tenant)
                    .setTenantId(id)
                    .setPartition(partition)
                    .setAfter(ByteString.copyFrom(after))
                    .setCut(cut)
                    .setSince(since)
                    .build(),
                Effect.NONE,
                true)
            .thenApply(
                answer ->
                    BackupPage.of(
                        answer.getRecordsList().stream().map(UnaryBackups::record).toList(),
                        answer.hasNext() ? answer.getNext().toByteArray() : null,
                        answer.getPotentiallyStale(),
                        answer.getHlc())));
  }

  @Override
  public EntryPage entries(String tenant, int partition, byte[] prefix, byte[] after, long cut) {
    check(tenant);
    return waiting.forRead(
        nodes
            .ask(
                "entries of partition %d of tenant %s".formatted(partition, Quoted.of(tenant)),
                BackupGrpc.getReadBackupPageMethod(),
                ReadBackupPageRequest.newBuilder()
                    .setTenant(tenant)
                    .setPartition(partition)
                    .setPrefix(ByteString.copyFrom(prefix))
                    .setAfter(ByteString.copyFrom(after))
                    .setCut(cut)
                    .setAsEntries(true)
                    .build(),
                Effect.NONE,
                true)
            .thenApply(
                answer ->
                    EntryPage.of(
                        answer.getEntriesList().stream().map(Words::fromWire).toList(),
                        answer.hasNext() ? answer.getNext().toByteArray() : null)));
  }

  private static BackupRecord record(io.quorate.proto.v1.BackupRecord each) {
    byte[] key = each.getKey().toByteArray();
    return each.hasContentHash()
        ? BackupRecord.leftOut(key, each.getContentBytes(), each.getContentHash())
        : BackupRecord.of(key, each.getContent().toByteArray());
  }

  @Override
  public long makeCut(List<String> tenants) {
    return makeCut(tenants, UUID.randomUUID());
  }

  @Override
  public long makeCut(List<String> tenants, Instant asOf) {
    return makeCut(tenants, asOf, UUID.randomUUID());
  }

  @Override
  public long makeCut(List<String> tenants, UUID requestId) {
    return makeCut(tenants, "", 0, requestId);
  }

  @Override
  public long makeCut(List<String> tenants, Instant asOf, UUID requestId) {
    return makeCut(tenants, " as of " + asOf, hlc(asOf), requestId);
  }

  /** The hybrid time of a cut as of a moment; 0 would be no moment at all. */
  private static long hlc(Instant moment) {
    if (moment.isBefore(Instant.EPOCH) || moment.isAfter(MOMENT_MAX)) {
      throw new InvalidRequestException(
          moment + " is a moment that no clock of a cluster shows: give one that has passed");
    }
    return BackupCut.hlcAsOf(moment);
  }

  private long makeCut(List<String> tenants, String when, long hlc, UUID requestId) {
    tenants.forEach(UnaryBackups::check);
    return waiting
        .forWrite(
            nodes.ask(
                "cut of tenants " + String.join(", ", tenants) + when,
                BackupGrpc.getMakeCutMethod(),
                MakeCutRequest.newBuilder()
                    .addAllTenants(tenants)
                    .setAsOf(hlc)
                    .setRequestId(RequestIds.bytes(requestId))
                    .build(),
                Effect.ONCE,
                false))
        .getCut();
  }

  @Override
  public BackupCut cut(long cut) {
    return waiting.forRead(
        nodes
            .ask(
                cut == 0 ? "the newest cut" : "cut " + cut,
                BackupGrpc.getGetCutMethod(),
                GetCutRequest.newBuilder().setCut(cut).build(),
                Effect.NONE,
                false)
            .thenApply(
                answer ->
                    BackupCut.of(
                            answer.getCut(),
                            step(answer.getStep()),
                            answer.getHlc(),
                            answer.getReason(),
                            answer.getTenantsList())
                        .heard(
                            answer.hasUnheardMs() ? Duration.ofMillis(answer.getUnheardMs()) : null,
                            Duration.ofMillis(answer.getUnheardMaxMs()))
                        .coded(Codes.fromWire(answer.getCode()))));
  }

  /** One that a later release knows comes before it is sealed, or it would be of no use. */
  private static BackupCut.Step step(CutStep step) {
    return switch (step) {
      case CUT_STEP_SEALED -> BackupCut.Step.SEALED;
      case CUT_STEP_ENDED -> BackupCut.Step.ENDED;
      default -> BackupCut.Step.BEGUN;
    };
  }

  @Override
  public void keepCut(long cut) {
    var unused =
        waiting.forRead(
            nodes.ask(
                "keeping of cut " + cut,
                BackupGrpc.getKeepCutMethod(),
                KeepCutRequest.newBuilder().setCut(cut).build(),
                Effect.NONE,
                false));
  }

  @Override
  public void endCut(long cut) {
    var unused =
        waiting.forWrite(
            nodes.ask(
                "end of cut " + cut,
                BackupGrpc.getEndCutMethod(),
                EndCutRequest.newBuilder().setCut(cut).build(),
                Effect.ONCE,
                false));
  }

  @Override
  public Tenant beginRestore(
      String tenant, long backup, ReplicationFactor factor, TenantSettings settings) {
    return beginRestore(tenant, backup, factor, settings, false);
  }

  @Override
  public Tenant beginRestoreIntoEmpty(
      String tenant, long backup, ReplicationFactor factor, TenantSettings settings) {
    return beginRestore(tenant, backup, factor, settings, true);
  }

  private Tenant beginRestore(
      String tenant,
      long backup,
      ReplicationFactor factor,
      TenantSettings settings,
      boolean intoEmpty) {
    check(tenant);
    return waiting.forWrite(
        nodes
            .ask(
                "beginning of the restore of tenant " + Quoted.of(tenant),
                BackupGrpc.getBeginRestoreMethod(),
                BeginRestoreRequest.newBuilder()
                    .setTenant(ClusterCodec.newTenant(tenant, settings.replication(factor)))
                    .setBackup(backup)
                    .setIntoEmpty(intoEmpty)
                    .build(),
                Effect.ONCE,
                intoEmpty) // all of the tenant may have to be looked at
            .thenApply(
                answer -> {
                  engine.learn(answer.getTenant());
                  return ClusterCodec.tenant(answer.getTenant());
                }));
  }

  @Override
  public List<String> giveUpRestore(String tenant) {
    check(tenant);
    return waiting.forWrite(
        nodes
            .ask(
                "giving up of the restore of tenant " + Quoted.of(tenant),
                BackupGrpc.getGiveUpRestoreMethod(),
                GiveUpRestoreRequest.newBuilder()
                    .setTenant(tenant)
                    .setRequestId(RequestIds.bytes(null))
                    .build(),
                Effect.ONCE,
                false)
            .thenApply(answer -> List.copyOf(answer.getWarningsList())));
  }

  @Override
  public void restore(Tenant begun, List<BackupRecord> records) {
    check(begun.name());
    RestoreRequest.Builder request =
        RestoreRequest.newBuilder().setTenant(begun.name()).setTenantId(begun.id());
    for (BackupRecord each : records) {
      if (each.isLeftOut()) {
        throw new IllegalArgumentException("nothing is known to store of " + each);
      }
      request.addRecords(
          io.quorate.proto.v1.BackupRecord.newBuilder()
              .setKey(UnsafeByteOperations.unsafeWrap(each.key()))
              .setContent(UnsafeByteOperations.unsafeWrap(each.content())));
    }
    var unused =
        waiting.forWrite(
            nodes.ask(
                "restore of %d records of tenant %s"
                    .formatted(records.size(), Quoted.of(begun.name())),
                BackupGrpc.getRestoreMethod(),
                request.build(),
                Effect.ONCE,
                true));
  }

  @Override
  public TenantChange finishRestore(Tenant begun) {
    return finish(begun, FinishRestoreRequest.newBuilder());
  }

  @Override
  public TenantChange finishRestore(
      Tenant begun, ReplicationFactor factor, TenantSettings settings) {
    return finish(
        begun,
        FinishRestoreRequest.newBuilder()
            .setSettings(ClusterCodec.newTenant(begun.name(), settings.replication(factor))));
  }

  private TenantChange finish(Tenant begun, FinishRestoreRequest.Builder request) {
    check(begun.name());
    return waiting.forWrite(
        nodes
            .ask(
                "end of the restore of tenant " + Quoted.of(begun.name()),
                BackupGrpc.getFinishRestoreMethod(),
                request.setTenant(begun.name()).setTenantId(begun.id()).build(),
                Effect.ONCE,
                false)
            .thenApply(
                answer -> {
                  engine.learn(answer.getTenant());
                  return TenantChange.of(
                      ClusterCodec.tenant(answer.getTenant()), answer.getWarningsList());
                }));
  }

  private static void check(String tenant) {
    InvalidRequestException refused = Checks.tenant(tenant);
    if (refused != null) {
      throw refused;
    }
  }
}
