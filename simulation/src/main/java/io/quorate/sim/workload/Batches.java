package io.quorate.sim.workload;

/**
 * A batch of puts or of gets arrives at one node at once: its operations go their own ways, as with
 * BatchPut and BatchGet of the wire. Keys may come twice.
 */
final class Batches implements Workload {
  @Override
  public void turn(Client client, Runnable done) {
    int size = (int) client.random().between(2, 10);
    var all = new AllOf(size, done);
    int node = client.anyNode();
    boolean reads = client.random().chance(0.5);
    for (int i = 0; i < size; i++) {
      String key = client.anyKey();
      if (reads) {
        client.get(node, key, outcome -> all.oneLess());
      } else {
        client.put(node, key, outcome -> all.oneLess());
      }
    }
  }
}
