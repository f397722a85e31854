package io.quorate.transport;

/**
 * Connections that others have opened to this node, by what is known of them.
 *
 * @param clients on which clients call
 * @param nodes on which other nodes call
 * @param unauthenticated of clients that have not logged in
 * @param others on which nothing was called yet, or every call was refused
 */
public record OpenConnections(int clients, int nodes, int unauthenticated, int others) {
  public static final OpenConnections NONE = new OpenConnections(0, 0, 0, 0);

  /** The connections at two ports. */
  public OpenConnections and(OpenConnections more) {
    return new OpenConnections(
        clients + more.clients,
        nodes + more.nodes,
        unauthenticated + more.unauthenticated,
        others + more.others);
  }
}
