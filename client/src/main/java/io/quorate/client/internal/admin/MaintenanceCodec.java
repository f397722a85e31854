package io.quorate.client.internal.admin;

import com.google.protobuf.ByteString;
import io.quorate.client.InvalidRequestException;
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
import io.quorate.client.internal.text.Hex;
import io.quorate.proto.v1.DeadLetterFilter;
import io.quorate.proto.v1.GetComparisonsResponse;
import io.quorate.proto.v1.GetDrainedResponse;
import io.quorate.proto.v1.GetHintsResponse;
import io.quorate.proto.v1.HashPartitionResponse;
import io.quorate.proto.v1.HintTarget;
import io.quorate.proto.v1.ListDeadLettersRequest;
import io.quorate.proto.v1.RepairRequest;
import io.quorate.proto.v1.SetLogLevelRequest;
import io.quorate.proto.v1.TenantSize;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Our words and those on the wire, for looking after one node. */
final class MaintenanceCodec {
  private MaintenanceCodec() {}

  static HintsReport hints(GetHintsResponse response) {
    return HintsReport.builder()
        .holder(Hex.of(response.getHolder()))
        .targets(response.getTargetsList().stream().map(MaintenanceCodec::target).toList())
        .paused(response.getPaused())
        .marker(response.getMarker())
        .hintsBeforeMarker(response.getHintsBeforeMarker())
        .build();
  }

  private static HintsReport.Target target(HintTarget target) {
    return HintsReport.Target.builder()
        .target(Hex.of(target.getTarget()))
        .hints(target.getHints())
        .bytes(target.getBytes())
        .repairs(target.getRepairsList())
        .deadLetters(target.getDeadLetters())
        .oldest(Duration.ofMillis(target.getOldestMs()))
        .paused(target.getPaused())
        .deliveredPerSecond(target.getDeliveredPerSecond())
        .build();
  }

  static DrainStatus drained(GetDrainedResponse response) {
    return DrainStatus.of(
        response.getDrained(),
        response.getRequests(),
        response.getLeadsMetadata(),
        response.getDecidesLocks(),
        response.getHints());
  }

  static TenantShare tenant(TenantSize size) {
    var keys = new TreeMap<Integer, Long>();
    for (int i = 0; i < Math.min(size.getPartitionsCount(), size.getKeysCount()); i++) {
      keys.put(size.getPartitions(i), size.getKeys(i));
    }
    return TenantShare.of(
        size.getTenant(),
        keys,
        size.getUncountedList(),
        size.hasDiskBytes() ? OptionalLong.of(size.getDiskBytes()) : OptionalLong.empty());
  }

  static List<PartitionComparison> comparisons(GetComparisonsResponse response) {
    return response.getPartitionsList().stream()
        .map(
            each ->
                PartitionComparison.of(
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
    return DeadLetter.builder()
        .target(Hex.of(letter.getTarget()))
        .partition(letter.getPartition())
        .tenantId(letter.getTenantId())
        .tenant(letter.getTenant())
        .key(letter.getKey().toByteArray())
        .epoch(letter.getEpoch())
        .since(Instant.ofEpochMilli(letter.getSinceMs()))
        .reason(letter.getReason())
        .build();
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
    return RepairProgress.builder()
        .pairs(progress.getPairs())
        .done(progress.getDone())
        .differences(progress.getDifferences())
        .records(progress.getRecords())
        .bytes(progress.getBytes())
        .failed(
            progress.getFailedList().stream()
                .map(
                    each ->
                        RepairProgress.Failed.of(
                            each.getPartition(), Hex.of(each.getOther()), each.getReason()))
                .toList())
        .over(progress.getOver())
        .build();
  }

  static PartitionHash hash(HashPartitionResponse response) {
    return PartitionHash.of(
        response.getEpoch(),
        response.getFactorsList().stream()
            .map(
                each ->
                    PartitionHash.OfFactor.builder()
                        .factor(each.getFactor())
                        .nextFactor(
                            each.getNextFactor() == 0 ? each.getFactor() : each.getNextFactor())
                        .byRegion(FactorCodec.byRegion(each.getByRegionList()))
                        .nextByRegion(FactorCodec.byRegion(each.getNextByRegionList()))
                        .records(each.getRecords())
                        .bytes(each.getBytes())
                        .hash(HexFormat.of().formatHex(each.getHash().toByteArray()))
                        .newestAge(Duration.ofMillis(each.getNewestAgeMs()))
                        .build())
            .toList());
  }

  static ReloadedFile file(io.quorate.proto.v1.ReloadedFile file) {
    return ReloadedFile.of(
        file.getSetting(),
        file.getPath(),
        switch (file.getResult()) {
          case RELOAD_RESULT_UNCHANGED -> ReloadedFile.Result.UNCHANGED;
          case RELOAD_RESULT_TAKEN -> ReloadedFile.Result.TAKEN;
          case RELOAD_RESULT_REFUSED -> ReloadedFile.Result.REFUSED;
          case RELOAD_RESULT_HELD_BACK -> ReloadedFile.Result.HELD_BACK;
          case RELOAD_RESULT_UNSPECIFIED, UNRECOGNIZED -> ReloadedFile.Result.UNKNOWN;
        },
        file.getEndsMs() == 0 ? null : Instant.ofEpochMilli(file.getEndsMs()),
        file.getWhy().isEmpty() ? null : file.getWhy());
  }

  static List<LoggerLevel> loggers(List<io.quorate.proto.v1.LoggerLevel> loggers) {
    return loggers.stream().map(MaintenanceCodec::logger).toList();
  }

  private static LoggerLevel logger(io.quorate.proto.v1.LoggerLevel logger) {
    return LoggerLevel.of(
        logger.getLogger(),
        level(logger.getLevel()),
        level(logger.getConfigured()),
        logger.getLeftMs() == 0 ? null : Duration.ofMillis(logger.getLeftMs()));
  }

  private static LogLevel level(io.quorate.proto.v1.LogLevel level) {
    return switch (level) {
      case LOG_LEVEL_ERROR -> LogLevel.ERROR;
      case LOG_LEVEL_WARN -> LogLevel.WARN;
      case LOG_LEVEL_INFO -> LogLevel.INFO;
      case LOG_LEVEL_DEBUG -> LogLevel.DEBUG;
      case LOG_LEVEL_TRACE -> LogLevel.TRACE;
      case LOG_LEVEL_UNSPECIFIED, UNRECOGNIZED -> LogLevel.UNKNOWN;
    };
  }

  static SetLogLevelRequest level(@Nullable String logger, LogLevel level, Duration time) {
    if (time.isNegative() || time.toMillis() == 0) {
      throw new InvalidRequestException("a log level is set for a second or more");
    }
    return SetLogLevelRequest.newBuilder()
        .setLogger(logger == null ? "" : logger)
        .setLevel(
            switch (level) {
              case ERROR -> io.quorate.proto.v1.LogLevel.LOG_LEVEL_ERROR;
              case WARN -> io.quorate.proto.v1.LogLevel.LOG_LEVEL_WARN;
              case INFO -> io.quorate.proto.v1.LogLevel.LOG_LEVEL_INFO;
              case DEBUG -> io.quorate.proto.v1.LogLevel.LOG_LEVEL_DEBUG;
              case TRACE -> io.quorate.proto.v1.LogLevel.LOG_LEVEL_TRACE;
              case UNKNOWN -> throw new InvalidRequestException("no level that can be set");
            })
        .setForMs(time.toMillis())
        .build();
  }
}
