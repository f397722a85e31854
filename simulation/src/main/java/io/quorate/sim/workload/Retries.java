package io.quorate.sim.workload;

/**
 * A client that wants its value stored: while it does not know that it is, it puts again at another
 * node; then it reads it there and elsewhere.
 */
final class Retries implements Workload {
  private static final int TRIES_MAX = 5;
  private static final long WAIT_NANOS_MAX = 30_000_000;

  @Override
  public void turn(Client client, Runnable done) {
    put(client, client.anyKey(), 1, done);
  }

  private static void put(Client client, String key, int attempt, Runnable done) {
    int node = client.anyNode();
    client.put(
        node,
        key,
        outcome -> {
          if (Client.succeeded(outcome)) {
            readBack(client, key, node, done);
          } else if (attempt < TRIES_MAX) {
            long wait = client.random().between(0, WAIT_NANOS_MAX);
            client.later(wait, () -> put(client, key, attempt + 1, done));
          } else {
            done.run();
          }
        });
  }

  private static void readBack(Client client, String key, int node, Runnable done) {
    var both = new AllOf(2, done);
    client.get(node, key, outcome -> both.oneLess());
    client.get(client.anyNode(), key, outcome -> both.oneLess());
  }
}
