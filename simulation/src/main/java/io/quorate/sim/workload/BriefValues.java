package io.quorate.sim.workload;

import java.util.List;

/** Values that expire while others read them, on keys of their own. */
final class BriefValues implements Workload {
  @Override
  public void turn(Client client, Runnable done) {
    int node = client.anyNode();
    String key = client.random().pick(WorkloadShape.BRIEF);
    switch (client.random().nextInt(5)) {
      case 0, 1 -> {
        long ttlMillis = client.random().pick(List.of(0L, 1L, 30L, 1_000L));
        client.putBriefly(node, key, ttlMillis, outcome -> done.run());
      }
      case 2 -> client.delete(node, key, outcome -> done.run());
      default -> client.get(node, key, outcome -> done.run());
    }
  }
}
