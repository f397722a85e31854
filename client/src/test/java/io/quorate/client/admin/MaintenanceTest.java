package io.quorate.client.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.client.InvalidRequestException;
import io.quorate.client.QuorateClient;
import io.quorate.client.fake.FakeCluster;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** On the wire 0 means all nodes, so nothing that is not the id of a node may become 0. */
class MaintenanceTest {
  private final FakeCluster cluster = new FakeCluster(1);
  private final QuorateClient client = cluster.client();
  private final AsyncNodeMaintenance node =
      Administration.of(client).asyncMaintenance(cluster.nodes.get(0).address());

  @AfterEach
  void close() {
    client.close();
    cluster.close();
  }

  @Test
  void whatIsNoIdOfANodeIsRefusedBeforeItIsSent() {
    for (String no : List.of("", "0", "0000000000000000", "node-1", "11112222333344445", "-1")) {
      DeadLetters which = DeadLetters.ALL.target(no);
      List<CompletableFuture<?>> all =
          List.of(
              node.pauseHints(no, true),
              node.deadLetters(which, 10, null),
              node.replayDeadLetters(which),
              node.dropDeadLetters(which, true),
              node.repair(RepairScope.ALL.node(no), progress -> {}));
      for (CompletableFuture<?> each : all) {
        assertThat(each).isCompletedExceptionally();
        assertThatThrownBy(each::join)
            .hasCauseInstanceOf(InvalidRequestException.class)
            .hasMessageContaining("'" + no + "' is no id of a node: give 1 to 16 hexadecimal");
      }
    }
  }
}
