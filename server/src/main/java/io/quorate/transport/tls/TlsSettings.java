package io.quorate.transport.tls;

import java.util.List;

/**
 * What an operator said about the connections of a node.
 *
 * @param clients of gRPC, other nodes among them; probes and scrapers never have to show any
 * @param nodes patterns of the certificates of nodes that do not say so themselves; empty for none
 * @param users by which certificates of clients name their users
 */
public record TlsSettings(
    TlsMode mode,
    ClientCertificates clients,
    TlsFiles files,
    List<NodePattern> nodes,
    List<UserPattern> users) {
  public TlsSettings {
    nodes = List.copyOf(nodes);
    users = List.copyOf(users);
  }

  /** With users as {@code quorate security init} names them. */
  public TlsSettings(
      TlsMode mode, ClientCertificates clients, TlsFiles files, List<NodePattern> nodes) {
    this(mode, clients, files, nodes, List.of(UserPattern.USUAL));
  }
}
