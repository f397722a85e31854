package io.quorate.sim.workload;

/** Many calls to one node, each made before the one before it has ended. */
final class Pipelines implements Workload {
  private static final long BETWEEN_NANOS = 300_000;

  @Override
  public void turn(Client client, Runnable done) {
    int depth = (int) client.random().between(3, 12);
    var all = new AllOf(depth, done);
    int node = client.anyNode();
    long at = 0;
    for (int i = 0; i < depth; i++) {
      at += client.random().exponential(BETWEEN_NANOS);
      client.later(at, () -> call(client, node, all));
    }
  }

  private static void call(Client client, int node, AllOf all) {
    String key = client.anyKey();
    if (client.random().chance(0.5)) {
      client.get(node, key, outcome -> all.oneLess());
    } else {
      client.write(node, key, outcome -> all.oneLess());
    }
  }
}
