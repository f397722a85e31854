package io.quorate.node;

import io.grpc.ServerCredentials;
import io.grpc.ServerServiceDefinition;
import io.quorate.node.config.HostPort;
import io.quorate.node.config.NodeConfig;
import io.quorate.transport.GrpcServer;
import io.quorate.transport.ListenAdvice;
import io.quorate.transport.OpenConnections;
import io.quorate.transport.PooledMemory;
import io.quorate.transport.Reflection;
import io.quorate.transport.ServedHere;
import io.quorate.transport.tls.HandshakeTurns;
import io.quorate.transport.tls.NodeTls;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The gRPC servers of a node: one for all, or one for clients and one for other nodes. */
final class Servers implements AutoCloseable {
  private final GrpcServer clients;
  private final @Nullable GrpcServer peers;

  private Servers(GrpcServer clients, @Nullable GrpcServer peers) {
    this.clients = clients;
    this.peers = peers;
  }

  /** How connections to the ports begin. */
  record Doors(ServerCredentials clients, ServerCredentials peers) {
    /**
     * Connections that wait to begin with TLS, or for the thread that does so; more are ended: they
     * would have waited for longer than their clients do.
     */
    private static final int HANDSHAKES_WAITING_MAX = 2_000;

    /**
     * Has connections begin in turn, on a thread of their own.
     *
     * @param members says which addresses members have
     */
    static Doors open(
        EdgeContext with, NodeTls tls, SideThreads threads, Predicate<InetAddress> members) {
      LongTasks handshakes = threads.open("handshakes", HANDSHAKES_WAITING_MAX);
      HandshakeTurns turns =
          new HandshakeTurns(
              with.config().tls().handshakesPerSecond(),
              HANDSHAKES_WAITING_MAX,
              with.lane(),
              with.clock(),
              members,
              with.events());
      return new Doors(
          tls.server(handshakes, turns, with.events()),
          tls.serverForPeers(handshakes, turns, with.events()));
    }
  }

  /** How a server is made. */
  interface Maker {
    /**
     * Listens and serves.
     *
     * @throws IOException if it cannot listen there
     */
    GrpcServer start(
        HostPort at, ServerCredentials credentials, List<ServerServiceDefinition> services)
        throws IOException;
  }

  /**
   * Listens, at one port or at both.
   *
   * @param ports says what the one port serves that belongs to the other
   * @throws IOException if it cannot listen at one of them, with what to do; then it listens at
   *     none
   */
  static Servers start(
      NodeConfig.Node config,
      Ports ports,
      Doors doors,
      Maker maker,
      List<ServerServiceDefinition> forClients,
      ServerServiceDefinition forNodes)
      throws IOException {
    List<ServerServiceDefinition> atClientPort = new ArrayList<>(forClients);
    HostPort peerListen = config.peerListen();
    atClientPort.addAll(
        peerListen == null
            ? List.of(forNodes)
            : ServedHere.only(
                ports::servesNodesAtClientPort,
                "other nodes have a port of their own (node.peer_listen), by which seeds name this"
                    + " node",
                List.of(forNodes)));
    if (config.reflection()) {
      atClientPort.addAll(Reflection.services());
    }
    GrpcServer clients = clients(config, maker, doors, atClientPort);
    if (peerListen == null) {
      return new Servers(clients, null);
    }
    List<ServerServiceDefinition> atPeerPort = new ArrayList<>();
    atPeerPort.add(forNodes);
    atPeerPort.addAll(
        ServedHere.only(
            ports::servesClientsAtPeerPort,
            "it is for other nodes (node.peer_listen), and clients are served at node.address",
            forClients));
    try {
      return new Servers(clients, maker.start(peerListen, doors.peers(), atPeerPort));
    } catch (IOException cannotListen) {
      clients.close();
      throw advised(cannotListen, ListenAdvice.of(peerListen.host(), "node.peer_listen"));
    }
  }

  private static GrpcServer clients(
      NodeConfig.Node config, Maker maker, Doors doors, List<ServerServiceDefinition> services)
      throws IOException {
    HostPort listen = config.listen();
    try {
      return maker.start(listen, doors.clients(), services);
    } catch (IOException cannotListen) {
      throw advised(
          cannotListen,
          listen.equals(config.address())
              ? ListenAdvice.ofNodeAddress(listen.host())
              : ListenAdvice.of(listen.host(), "node.listen"));
    }
  }

  private static IOException advised(IOException cannotListen, String advice) {
    return new IOException(cannotListen.getMessage() + "; " + advice, cannotListen);
  }

  /** The port for clients. */
  int port() {
    return clients.port();
  }

  /** Connections that are open, at each port. */
  OpenConnections connections() {
    OpenConnections ofClients = clients.connections();
    return peers == null ? ofClients : ofClients.and(peers.connections());
  }

  /** Memory for the buffers of connections, which all servers of a process have together. */
  PooledMemory pool() {
    return clients.pool();
  }

  /** What the gRPC health service says of this node, at each port. */
  void setServing(boolean serving) {
    clients.setServing(serving);
    if (peers != null) {
      peers.setServing(serving);
    }
  }

  /** Lets calls under way end for a moment, then cuts them off. */
  void close(long graceMillis) {
    clients.close(graceMillis);
    if (peers != null) {
      peers.close(graceMillis);
    }
  }

  @Override
  public void close() {
    close(0);
  }
}
