package app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quorate.client.KeyValue;
import io.quorate.client.Level;
import io.quorate.client.QuorateClient;
import io.quorate.client.ReadOptions;
import io.quorate.testkit.QuorateCluster;
import io.quorate.testkit.QuorateTest;
import org.junit.jupiter.api.Test;

@QuorateTest(nodes = 3, tenants = "orders")
class OrdersTest {
  @Test
  void anOrderIsReadWhileANodeIsAwayAndOnceItIsBack(QuorateCluster cluster, QuorateClient client) {
    KeyValue store = client.keyValue();
    store.put("order:1", "paid");
    cluster.node(1).kill();
    assertEquals("paid", store.get("order:1", ReadOptions.DEFAULT.level(Level.QUORUM)).text());
    store.put("order:2", "paid");
    cluster.node(1).start();
    cluster.awaitHealthy();
    assertEquals("paid", store.get("order:2", ReadOptions.DEFAULT.level(Level.ALL)).text());
  }
}
