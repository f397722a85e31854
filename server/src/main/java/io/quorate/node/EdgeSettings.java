package io.quorate.node;

import io.quorate.node.config.NodeConfig;
import io.quorate.storage.rocks.RocksSettings;
import io.quorate.transport.ConnectionLimits;
import io.quorate.transport.RequestLimits;
import io.quorate.transport.peer.PeerSettings;

/** What an operator decided, in the words of the disk and the wire. */
record EdgeSettings(
    RocksSettings disk, RequestLimits requests, ConnectionLimits connections, PeerSettings peers) {

  static EdgeSettings of(NodeConfig config) {
    return new EdgeSettings(
        disk(config), requests(config), connections(config.limits()), peers(config));
  }

  private static RocksSettings disk(NodeConfig config) {
    RocksSettings usual = RocksSettings.DEFAULT;
    return new RocksSettings(
        config.storage().durability(),
        config.storage().syncSpacing().toNanos(),
        config.storage().blockCacheBytes(),
        config.storage().memtableBytes(),
        RocksSettings.walBytesMax(config.storage().memtableBytes()),
        usual.readers(),
        usual.backgroundJobs());
  }

  private static RequestLimits requests(NodeConfig config) {
    RequestLimits usual = RequestLimits.DEFAULT;
    return new RequestLimits(
        config.limits().keyBytesMax(),
        config.limits().valueBytesMax(),
        usual.batchOperationsMax(),
        config.limits().inflightRequestsMax(),
        usual.pipeInFlightMax(),
        Math.max(usual.pipeUnreadBytesMax(), config.limits().valueBytesMax()),
        Math.max(usual.unreadBytesMax(), 4L * config.limits().valueBytesMax()),
        (int) config.timeouts().request().toMillis());
  }

  private static ConnectionLimits connections(NodeConfig.Limits limits) {
    return new ConnectionLimits(
        limits.clientConnectionsMax(),
        limits.connectionAge().toMillis(),
        limits.connectionIdle().toMillis());
  }

  private static PeerSettings peers(NodeConfig config) {
    PeerSettings usual = PeerSettings.DEFAULT;
    return new PeerSettings(
        (int) config.limits().peerQueueBytesMax(),
        Math.max(usual.frameBytesMax(), 4 * config.limits().valueBytesMax()),
        usual.connectMillisMax(),
        usual.retryMillisMin(),
        usual.retryMillisMax(),
        config.regions().compression());
  }
}
