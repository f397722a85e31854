package io.quorate.client.internal.engine;

import io.quorate.proto.v1.RequestId;
import java.util.concurrent.atomic.AtomicLong;

/** Names the writes of one client, each once: a retry carries the same name. For all threads. */
public final class Session {
  private final long id;
  private final AtomicLong lastNumber = new AtomicLong();

  /** Highest clock heard; written by the loop only, and it does no harm to read it late. */
  private final AtomicLong heardHlc = new AtomicLong();

  public Session(long id) {
    this.id = id;
  }

  public RequestId nextRequest() {
    return RequestId.newBuilder()
        .setHlc(heardHlc.getOpaque())
        .setSession(id)
        .setNumber(lastNumber.incrementAndGet())
        .build();
  }

  /** A node told its clock. On the loop. */
  void onHeard(long hlc) {
    if (Long.compareUnsigned(hlc, heardHlc.getPlain()) > 0) {
      heardHlc.setOpaque(hlc);
    }
  }

  /** The highest clock heard; 0: none. */
  long heardHlc() {
    return heardHlc.getOpaque();
  }
}
