package io.quorate.node;

import io.quorate.node.config.NodeConfig;
import io.quorate.storage.rocks.database.RocksSettings;
import io.quorate.transport.ConnectionLimits;
import io.quorate.transport.RequestLimits;
import io.quorate.transport.peer.PeerSettings;
import io.quorate.transport.tls.ClientCertificates;
import io.quorate.transport.tls.NodeTls;
import io.quorate.transport.tls.TlsFiles;
import io.quorate.transport.tls.TlsFilesException;
import io.quorate.transport.tls.TlsMode;
import io.quorate.transport.tls.TlsSettings;

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

  /**
   * How connections begin.
   *
   * @throws TlsFilesException if the files cannot be used
   */
  static NodeTls tls(NodeConfig.Tls config, long nowMillis) throws TlsFilesException {
    if (config.certificate() == null || config.key() == null || config.authorities() == null) {
      return NodeTls.off();
    }
    TlsMode mode =
        switch (config.mode()) {
          case OFF -> TlsMode.OFF;
          case ALLOW -> TlsMode.ALLOW;
          case PREFER -> TlsMode.PREFER;
          case REQUIRE -> TlsMode.REQUIRE;
        };
    TlsFiles files =
        new TlsFiles(config.certificate(), config.key(), config.authorities(), config.revoked());
    ClientCertificates clients =
        switch (config.clientCertificates()) {
          case OPTIONAL -> ClientCertificates.OPTIONAL;
          case REQUIRED -> ClientCertificates.REQUIRED;
        };
    return NodeTls.open(
        new TlsSettings(mode, clients, files, config.nodes(), config.users()), nowMillis);
  }

  private static ConnectionLimits connections(NodeConfig.Limits limits) {
    return new ConnectionLimits(
        limits.clientConnectionsMax(),
        limits.unauthenticatedConnectionsMax(),
        limits.connectionAge().toMillis(),
        limits.connectionIdle().toMillis());
  }

  private static PeerSettings peers(NodeConfig config) {
    PeerSettings usual = PeerSettings.DEFAULT;
    return new PeerSettings(
        (int) config.limits().peerQueueBytesMax(),
        Math.max(usual.frameBytesMax(), 4 * config.limits().valueBytesMax()),
        usual.connectMillisMax(),
        usual.acceptMillisMax(),
        usual.introduceMillisMax(),
        usual.retryMillisMin(),
        usual.retryMillisMax(),
        config.regions().compression());
  }
}
