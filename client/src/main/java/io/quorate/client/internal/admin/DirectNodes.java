package io.quorate.client.internal.admin;

import io.grpc.ManagedChannel;
import io.quorate.client.ClientClosedException;
import io.quorate.client.admin.AsyncNodeMaintenance;
import io.quorate.client.internal.net.Loop;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Channels to nodes that are asked for what is theirs alone, made when they are asked. Of the
 * addresses that were not asked for the longest time, the channels are let go. For all threads.
 */
public final class DirectNodes implements AutoCloseable {
  static final int CHANNELS_MAX = 64;

  private final Loop loop;
  private final Function<String, ManagedChannel> connect;
  private final Duration timeout;

  /** By address, the one asked last at the end. */
  private final Map<String, ManagedChannel> channels = new LinkedHashMap<>(16, 0.75f, true);

  private boolean closed;

  public DirectNodes(Loop loop, Function<String, ManagedChannel> connect, Duration timeout) {
    this.loop = loop;
    this.connect = connect;
    this.timeout = timeout;
  }

  /**
   * @throws IllegalArgumentException it is no address
   */
  synchronized AsyncNodeMaintenance maintenance(String address) {
    if (!closed) {
      ManagedChannel unused = to(address); // refuses what is no address
    }
    return new DirectMaintenance(loop, address, () -> to(address), timeout);
  }

  /**
   * The channel to an address, for one call.
   *
   * @throws ClientClosedException the client is closed
   */
  synchronized ManagedChannel to(String address) {
    if (closed) {
      throw new ClientClosedException("maintenance of " + address + ": the client is closed");
    }
    ManagedChannel channel = channels.computeIfAbsent(address, connect);
    if (channels.size() > CHANNELS_MAX) {
      var eldest = channels.values().iterator();
      eldest.next().shutdown(); // calls under way there still end
      eldest.remove();
    }
    return channel;
  }

  @Override
  public synchronized void close() {
    closed = true;
    channels.values().forEach(ManagedChannel::shutdownNow);
  }
}
