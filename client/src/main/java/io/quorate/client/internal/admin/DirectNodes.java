package io.quorate.client.internal.admin;

import io.grpc.ManagedChannel;
import io.quorate.client.admin.AsyncNodeMaintenance;
import io.quorate.client.internal.net.Loop;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** Channels to nodes that are asked for what is theirs alone, made when they are asked first. */
public final class DirectNodes implements AutoCloseable {
  private final Loop loop;
  private final Function<String, ManagedChannel> connect;
  private final Duration timeout;
  private final Map<String, ManagedChannel> channels = new ConcurrentHashMap<>();

  public DirectNodes(Loop loop, Function<String, ManagedChannel> connect, Duration timeout) {
    this.loop = loop;
    this.connect = connect;
    this.timeout = timeout;
  }

  AsyncNodeMaintenance maintenance(String address) {
    return new DirectMaintenance(
        loop, address, channels.computeIfAbsent(address, connect), timeout);
  }

  @Override
  public void close() {
    channels.values().forEach(ManagedChannel::shutdownNow);
  }
}
