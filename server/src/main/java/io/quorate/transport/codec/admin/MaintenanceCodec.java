package io.quorate.transport.codec.admin;

import com.google.protobuf.ByteString;
import io.quorate.admin.DrainAdmin;
import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.model.NodeNames;
import io.quorate.model.Quoted;
import io.quorate.placement.Placements;
import io.quorate.placement.Tenant;
import io.quorate.proto.v1.DeadLetter;
import io.quorate.proto.v1.FactorHash;
import io.quorate.proto.v1.FailedPair;
import io.quorate.proto.v1.GetComparisonsResponse;
import io.quorate.proto.v1.GetDrainedResponse;
import io.quorate.proto.v1.GetTenantSizesRequest;
import io.quorate.proto.v1.HashPartitionResponse;
import io.quorate.proto.v1.HintTarget;
import io.quorate.proto.v1.PartitionComparison;
import io.quorate.proto.v1.RepairRequest;
import io.quorate.proto.v1.RepairResponse;
import io.quorate.proto.v1.TenantSize;
import io.quorate.replication.hint.Hints.Standing;
import io.quorate.replication.repair.AntiEntropy;
import io.quorate.replication.repair.FullHash;
import io.quorate.replication.repair.RepairRun;
import io.quorate.replication.repair.RepairScope;
import io.quorate.replication.tree.TenantSizes;
import io.quorate.storage.HintStore;
import io.quorate.transport.codec.FactorCodec;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The words of {@code quorate.v1.Maintenance}, by the generated classes. */
public final class MaintenanceCodec {
  /** Each takes one look at the disk for each partition. */
  private static final int SIZES_MAX = 16;

  private MaintenanceCodec() {}

  /** Returns the node with an id; null for 0, which means all nodes. */
  public static @Nullable NodeId node(long id) {
    return id == 0 ? null : new NodeId(id);
  }

  /** What is owed to one node. */
  public static HintTarget target(Standing standing, long wallMillis) {
    return HintTarget.newBuilder()
        .setTarget(standing.target().value())
        .setHints(standing.hints())
        .setBytes(standing.bytes())
        .addAllRepairs(standing.repairs())
        .setDeadLetters(standing.deadLetters())
        .setOldestMs(
            standing.oldestMillis() == 0 ? 0 : Math.max(1, wallMillis - standing.oldestMillis()))
        .setPaused(standing.paused())
        .setDeliveredPerSecond(standing.deliveredPerSecond())
        .build();
  }

  public static DeadLetter letter(
      HintStore.DeadLetter letter, Placements placements, NodeNames names) {
    Key key = letter.hint().key();
    return DeadLetter.newBuilder()
        .setTarget(letter.hint().target().value())
        .setPartition(letter.hint().partition())
        .setTenantId(key.tenant())
        .setTenant(name(key.tenant(), placements))
        .setKey(ByteString.copyFrom(key.bytes()))
        .setEpoch(letter.missed().epoch())
        .setSinceMs(letter.sinceMillis())
        .setReason(names.in(letter.reason()))
        .build();
  }

  private static String name(int tenantId, Placements placements) {
    Tenant tenant = placements.tenant(tenantId);
    return tenant == null ? "" : tenant.name();
  }

  /**
   * The hint that a dead letter was.
   *
   * @throws IllegalArgumentException if it says no target
   */
  public static HintStore.Hint hint(DeadLetter letter) {
    NodeId target = node(letter.getTarget());
    if (target == null) {
      throw new IllegalArgumentException("a dead letter has a target");
    }
    return new HintStore.Hint(
        target,
        letter.getPartition(),
        new Key(letter.getTenantId(), letter.getKey().toByteArray()));
  }

  /**
   * What an operator wants to have compared.
   *
   * @throws IllegalArgumentException if it names what there is not; the message says what
   */
  public static RepairScope scope(RepairRequest request, Placements placements) {
    int partitions = placements.partitions().size();
    for (int partition : request.getPartitionsList()) {
      checkPartition(partition, partitions);
    }
    String tenant = request.getTenant();
    if (!tenant.isEmpty() && placements.tenant(tenant) == null) {
      throw new IllegalArgumentException("there is no tenant " + Quoted.of(tenant));
    }
    NodeId node = node(request.getNode());
    if (node != null && !placements.nodes().containsKey(node)) {
      throw new IllegalArgumentException("node " + node + " is no member of the cluster");
    }
    return new RepairScope(
        new TreeSet<>(request.getPartitionsList()), tenant.isEmpty() ? null : tenant, node);
  }

  /**
   * @throws IllegalArgumentException if there is no such partition
   */
  public static void checkPartition(int partition, int partitions) {
    if (partition < 0 || partition >= partitions) {
      throw new IllegalArgumentException(
          "there is no partition %d: give 0 to %d".formatted(partition, partitions - 1));
    }
  }

  public static GetComparisonsResponse comparisons(List<AntiEntropy.Age> ages) {
    GetComparisonsResponse.Builder out = GetComparisonsResponse.newBuilder();
    for (AntiEntropy.Age age : ages) {
      out.addPartitions(
          PartitionComparison.newBuilder()
              .setPartition(age.partition())
              .setOther(age.other().value())
              .setAgeMs(age.nanos() / 1_000_000)
              .setKnown(age.known()));
    }
    return out.build();
  }

  /**
   * The tenants that a request names, as far as this node knows them.
   *
   * @throws IllegalArgumentException if it names none, or too many
   */
  public static List<Tenant> tenants(GetTenantSizesRequest request, Placements placements) {
    int count = request.getTenantsCount();
    if (count < 1 || count > SIZES_MAX) {
      throw new IllegalArgumentException(
          "tenants must be 1 to " + SIZES_MAX + " names, but are " + count);
    }
    return request.getTenantsList().stream()
        .map(placements::tenant)
        .filter(Objects::nonNull)
        .toList();
  }

  public static TenantSize size(TenantSizes.Size size) {
    TenantSize.Builder out =
        TenantSize.newBuilder()
            .setTenant(size.tenant().name())
            .setTenantId(size.tenant().id())
            .addAllPartitions(size.keys().keySet())
            .addAllKeys(size.keys().values())
            .addAllUncounted(size.uncounted());
    if (size.diskBytes() >= 0) {
      out.setDiskBytes(size.diskBytes());
    }
    return out.build();
  }

  public static GetDrainedResponse drained(NodeId self, DrainAdmin.Standing standing) {
    return GetDrainedResponse.newBuilder()
        .setNode(self.value())
        .setDrained(standing.drained())
        .setRequests(standing.requests())
        .setLeadsMetadata(standing.leadsMetadata())
        .setDecidesLocks(standing.decidesLocks())
        .setHints(standing.hints())
        .build();
  }

  public static RepairResponse progress(RepairRun.Progress progress, NodeNames names) {
    RepairResponse.Builder out =
        RepairResponse.newBuilder()
            .setPairs(progress.pairs())
            .setDone(progress.done())
            .setDifferences(progress.found())
            .setRecords(progress.records())
            .setBytes(progress.bytes())
            .setOver(progress.over());
    for (RepairRun.Failed failed : progress.failed()) {
      out.addFailed(
          FailedPair.newBuilder()
              .setPartition(failed.partition())
              .setOther(failed.other().value())
              .setReason(names.in(failed.why())));
    }
    return out.build();
  }

  public static HashPartitionResponse hashed(FullHash.Hashed hashed) {
    HashPartitionResponse.Builder out = HashPartitionResponse.newBuilder().setEpoch(hashed.epoch());
    for (FullHash.OfFactor each : hashed.factors()) {
      byte[] hash =
          ByteBuffer.allocate(2 * Long.BYTES).putLong(each.high()).putLong(each.low()).array();
      out.addFactors(
          FactorHash.newBuilder()
              .setFactor(each.factor().from().replicas())
              .setNextFactor(each.factor().to().replicas())
              .addAllByRegion(FactorCodec.byRegion(each.factor().from()))
              .addAllNextByRegion(FactorCodec.byRegion(each.factor().to()))
              .setRecords(each.records())
              .setBytes(each.bytes())
              .setHash(ByteString.copyFrom(hash))
              .setNewestAgeMs(hashed.beganMillis() - each.newestMillis()));
    }
    return out.build();
  }
}
