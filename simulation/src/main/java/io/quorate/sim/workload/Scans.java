package io.quorate.sim.workload;

import java.util.List;

/** Reads all keys of a kind, in small pages, while others change them. */
final class Scans implements Workload {
  @Override
  public void turn(Client client, Runnable done) {
    String prefix = client.random().pick(List.of("", "hot", "cold", "brief", "nothing"));
    int entriesMax = client.random().pick(List.of(1, 2, 3, 100));
    client.scan(client.anyNode(), prefix, entriesMax, outcome -> done.run());
  }
}
