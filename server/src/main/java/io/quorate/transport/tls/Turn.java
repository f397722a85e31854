package io.quorate.transport.tls;

import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** A connection that waits until it may begin with TLS. Each is another one than all others. */
final class Turn {
  private final @Nullable SocketAddress from;
  private final Runnable begin;
  private final Runnable refuse;

  /**
   * @param begin told on the lane that it may begin
   * @param refuse told on the lane that it may not, as too many wait
   */
  Turn(@Nullable SocketAddress from, Runnable begin, Runnable refuse) {
    this.from = from;
    this.begin = begin;
    this.refuse = refuse;
  }

  @Nullable SocketAddress from() {
    return from;
  }

  void begin() {
    begin.run();
  }

  void refuse() {
    refuse.run();
  }
}
