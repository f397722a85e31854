package io.quorate.replication.coordinator.operation;

import io.quorate.replication.health.BreakerConfig;
import io.quorate.replication.repair.RepairConfig;
import io.quorate.replication.replica.limit.RequestLimiterConfig;

/**
 * Bounds of what one node coordinates.
 *
 * @param operationsMax requests under way at most; more are refused at once
 * @param valueBytesMax bytes of values in writes under way at most; more are refused at once
 * @param recordBytesMax bytes of all that is kept under a key at most, where it is more than one
 *     value: a put that would make more siblings, or an update that would make larger fields, is
 *     refused
 * @param versionsOnlyAboveBytes a read asks the second and further replicas for versions only, when
 *     the value here is larger
 * @param hedgeDelayNanosMin a read asks one more replica no earlier than this
 * @param hedgeShare hedges per read at most, in the long run
 * @param sweepNanos how often deadlines, dead replicas and hedges are looked at
 * @param lagNanosMax a replica that lags further behind is asked after others
 * @param breaker when a replica is left alone that does not cope
 * @param repair how much is done to find differences between replicas
 * @param limiter what other nodes may have under way at the replica here
 */
public record CoordinatorConfig(
    int operationsMax,
    long valueBytesMax,
    long recordBytesMax,
    int versionsOnlyAboveBytes,
    long hedgeDelayNanosMin,
    double hedgeShare,
    long sweepNanos,
    long lagNanosMax,
    BreakerConfig breaker,
    RepairConfig repair,
    RequestLimiterConfig limiter) {
  /** Bytes that {@link #recordBytesMax} has beside the largest value. */
  public static final int RECORD_BYTES_BESIDE = 64 << 10;

  public static final CoordinatorConfig DEFAULT =
      new CoordinatorConfig(
          16_384,
          64 << 20,
          (4 << 20) + RECORD_BYTES_BESIDE,
          16 << 10,
          2_000_000L,
          0.1,
          2_000_000L,
          500_000_000L,
          BreakerConfig.DEFAULT,
          RepairConfig.DEFAULT,
          RequestLimiterConfig.DEFAULT);

  /** Bytes of one value, at most. */
  public long largestValueBytes() {
    return recordBytesMax - RECORD_BYTES_BESIDE;
  }
}
