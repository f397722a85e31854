package io.quorate.client.internal.admin;

import com.google.protobuf.ByteString;
import io.quorate.client.admin.DeadLetter;
import io.quorate.client.admin.DeadLetters;
import io.quorate.client.admin.HintsReport;
import io.quorate.client.admin.PartitionComparison;
import io.quorate.client.admin.PartitionHash;
import io.quorate.client.admin.RepairProgress;
import io.quorate.client.admin.RepairScope;
import io.quorate.client.internal.text.Hex;
import io.quorate.proto.v1.DeadLetterFilter;
import io.quorate.proto.v1.GetComparisonsResponse;
import io.quorate.proto.v1.GetHintsResponse;
import io.quorate.proto.v1.HashPartitionResponse;
import io.quorate.proto.v1.HintTarget;
import io.quorate.proto.v1.ListDeadLettersRequest;
import io.quorate.proto.v1.RepairRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Our words and those on the wire, for looking after one node. */
final class MaintenanceWords {
  private MaintenanceWords() {}

  static HintsReport hints(GetHintsResponse response) {
    return new HintsReport(
        Hex.of(response.getHolder()),
        response.getTargetsList().stream().map(MaintenanceWords::target).toList(),
        response.getPaused(),
        response.getMarker(),
        response.getHintsBeforeMarker());
  }

  private static HintsReport.Target target(HintTarget target) {
    return new HintsReport.Target(
        Hex.of(target.getTarget()),
        target.getHints(),
        target.getBytes(),
        target.getRepairsList(),
        target.getDeadLetters(),
        Duration.ofMillis(target.getOldestMs()),
        target.getPaused(),
        target.getDeliveredPerSecond());
  }

  static List<PartitionComparison> comparisons(GetComparisonsResponse response) {
    return response.getPartitionsList().stream()
        .map(
            each ->
                new PartitionComparison(
                    each.getPartition(),
                    Hex.of(each.getOther()),
                    Duration.ofMillis(each.getAgeMs()),
                    each.getKnown()))
        .toList();
  }

  static DeadLetterFilter filter(DeadLetters which) {
    DeadLetterFilter.Builder filter =
        DeadLetterFilter.newBuilder().setTarget(NodeIds.parseOrAll(which.target()));
    if (which.partition() != null) {
      filter.setPartition(which.partition());
    }
    return filter.build();
  }

  static ListDeadLettersRequest page(DeadLetters which, int limit, @Nullable DeadLetter after) {
    ListDeadLettersRequest.Builder request =
        ListDeadLettersRequest.newBuilder().setFilter(filter(which)).setLimit(limit);
    if (after != null) {
      request.setAfter(toWire(after));
    }
    return request.build();
  }

  static DeadLetter letter(io.quorate.proto.v1.DeadLetter letter) {
    return new DeadLetter(
        Hex.of(letter.getTarget()),
        letter.getPartition(),
        letter.getTenantId(),
        letter.getTenant(),
        letter.getKey().toByteArray(),
        letter.getEpoch(),
        Instant.ofEpochMilli(letter.getSinceMs()),
        letter.getReason());
  }

  private static io.quorate.proto.v1.DeadLetter toWire(DeadLetter letter) {
    return io.quorate.proto.v1.DeadLetter.newBuilder()
        .setTarget(NodeIds.parse(letter.target()))
        .setPartition(letter.partition())
        .setTenantId(letter.tenantId())
        .setKey(ByteString.copyFrom(letter.key()))
        .build();
  }

  static RepairRequest repair(RepairScope scope) {
    return RepairRequest.newBuilder()
        .addAllPartitions(scope.partitions())
        .setTenant(scope.tenant() == null ? "" : scope.tenant())
        .setNode(NodeIds.parseOrAll(scope.node()))
        .build();
  }

  static RepairProgress progress(io.quorate.proto.v1.RepairResponse progress) {
    return new RepairProgress(
        progress.getPairs(),
        progress.getDone(),
        progress.getDifferences(),
        progress.getRecords(),
        progress.getBytes(),
        progress.getFailedList().stream()
            .map(
                each ->
                    new RepairProgress.Failed(
                        each.getPartition(), Hex.of(each.getOther()), each.getReason()))
            .toList(),
        progress.getOver());
  }

  static PartitionHash hash(HashPartitionResponse response) {
    return new PartitionHash(
        response.getEpoch(),
        response.getFactorsList().stream()
            .map(
                each ->
                    new PartitionHash.OfFactor(
                        each.getFactor(),
                        each.getNextFactor() == 0 ? each.getFactor() : each.getNextFactor(),
                        each.getRecords(),
                        each.getBytes(),
                        HexFormat.of().formatHex(each.getHash().toByteArray()),
                        Duration.ofMillis(each.getNewestAgeMs())))
            .toList());
  }
}
