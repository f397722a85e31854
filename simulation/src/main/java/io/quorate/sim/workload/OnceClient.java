package io.quorate.sim.workload;

import io.quorate.model.RequestId;
import io.quorate.replication.api.Outcome;
import io.quorate.version.Hlc;
import org.jspecify.annotations.Nullable;

/** What a client remembers to stamp its writes: the clocks that it heard, and its last stamp. */
final class OnceClient {
  private static final long SKEW_MILLIS_MAX = 150;

  private final Client client;
  private final long session;
  private final long skewMillis;
  private long heard;
  private long last;
  private long number;

  OnceClient(Client client) {
    this.client = client;
    this.session = client.random().nextLong();
    this.skewMillis = client.random().between(0, 2 * SKEW_MILLIS_MAX) - SKEW_MILLIS_MAX;
  }

  RequestId nextRequest() {
    return new RequestId(heard, session, ++number);
  }

  /** A stamp above all that was heard and stamped, and above what is given. */
  long stampAbove(long floor) {
    long now = Hlc.of(client.trueMillis() + skewMillis, 0);
    long above = later(later(heard, last), floor) + 1;
    last = later(now, above);
    return last;
  }

  /** A node told its clock. */
  void hears(@Nullable Outcome outcome) {
    switch (outcome) {
      case Outcome.Written written -> heard = later(heard, written.info().hlc());
      case Outcome.Updated updated -> heard = later(heard, updated.info().hlc());
      case Outcome.Read read -> heard = later(heard, read.info().hlc());
      case null, default -> {}
    }
  }

  private static long later(long one, long other) {
    return Long.compareUnsigned(one, other) > 0 ? one : other;
  }
}
