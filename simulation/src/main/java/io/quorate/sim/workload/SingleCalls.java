package io.quorate.sim.workload;

/** One call after another, each of any kind, on any key, at any node. */
final class SingleCalls implements Workload {
  @Override
  public void turn(Client client, Runnable done) {
    int node = client.anyNode();
    String key = client.anyKey();
    int kind = client.random().nextInt(20);
    if (kind < 10) {
      client.write(node, key, outcome -> done.run());
    } else if (kind < 19) {
      client.get(node, key, outcome -> done.run());
    } else {
      client.scan(node, "", client.random().nextInt(3) + 1, outcome -> done.run());
    }
  }
}
