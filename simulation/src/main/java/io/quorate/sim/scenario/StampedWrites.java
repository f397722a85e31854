package io.quorate.sim.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.model.RequestId;
import io.quorate.placement.Tenant;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.WriteStamp;
import io.quorate.sim.kernel.SimClock;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.version.Hlc;
import org.jspecify.annotations.Nullable;

/** Writes that a client stamps, as tenants with retries ONCE and with siblings have them. */
final class StampedWrites {
  private static final long SESSION = 7;

  private final SimWorld world;
  private int numbers;

  StampedWrites(SimWorld world) {
    this.world = world;
  }

  /** A stamp that is {@code shiftMillis} later than the true time. */
  long from(long shiftMillis) {
    return Hlc.of(SimClock.EPOCH_MILLIS + world.nowNanos() / 1_000_000 + shiftMillis, 0);
  }

  /** The first attempt at a put of a value that was never put before, or at a deletion. */
  Operation write(boolean put, String key, long stamp, byte[] context) {
    var request = new RequestId(0, SESSION, ++numbers);
    var first = new WriteStamp(stamp, 1, 0, true);
    byte[] bytes = key.getBytes(UTF_8);
    return put
        ? new Operation.Put(
            Tenant.DEFAULT_NAME,
            bytes,
            ("value " + numbers).getBytes(UTF_8),
            null,
            0,
            request,
            first,
            0,
            context)
        : new Operation.Delete(Tenant.DEFAULT_NAME, bytes, null, request, first, 0, context);
  }

  /** One more attempt at the same write, or update. */
  static Operation again(Operation write) {
    return switch (write) {
      case Operation.Put put ->
          new Operation.Put(
              put.tenant(),
              put.key(),
              put.value(),
              null,
              0,
              put.requestId(),
              later(put.stamp()),
              put.aboveHlc(),
              put.context());
      case Operation.Delete delete ->
          new Operation.Delete(
              delete.tenant(),
              delete.key(),
              null,
              delete.requestId(),
              later(delete.stamp()),
              delete.aboveHlc(),
              delete.context());
      case Operation.Update update -> WrittenFields.again(update);
      case Operation.Increment increment -> throw new BadScenario("no scenario has increments");
      case Operation.UpdateFields update ->
          throw new BadScenario("no scenario has updates of linearizable maps");
      case Operation.Get get -> throw new BadScenario("a read has no stamp");
    };
  }

  private static WriteStamp later(@Nullable WriteStamp stamp) {
    if (stamp == null) {
      throw new BadScenario("only a write with a stamp can be tried again");
    }
    return new WriteStamp(stamp.hlc(), stamp.epoch(), stamp.expiresAtMillis(), false);
  }
}
