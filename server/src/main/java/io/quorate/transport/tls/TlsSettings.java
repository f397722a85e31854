package io.quorate.transport.tls;

import java.util.List;

/**
 * What an operator said about the connections of a node.
 *
 * @param clients of gRPC, other nodes among them; probes and scrapers never have to show any
 * @param nodes patterns of the certificates of nodes that do not say so themselves; empty for none
 */
public record TlsSettings(
    TlsMode mode, ClientCertificates clients, TlsFiles files, List<NodePattern> nodes) {
  public TlsSettings {
    nodes = List.copyOf(nodes);
  }
}
