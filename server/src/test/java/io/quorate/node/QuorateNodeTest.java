package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.quorate.proto.v1.GetRequest;
import io.quorate.proto.v1.KeyValueGrpc;
import io.quorate.proto.v1.PutRequest;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuorateNodeTest {
  @TempDir private Path directory;

  @Test
  void threeNodesServeWhileOneIsDownAndAfterItIsBack() throws Exception {
    try (RealCluster cluster = RealCluster.ready(directory, 17_300, 3)) {
      put(cluster.address(0), "k1", "v1");
      assertThat(get(cluster.address(1), "k1")).isEqualTo("v1");
      cluster.stop(2);
      for (int i = 0; i < 20; i++) {
        put(cluster.address(i % 2), "down-" + i, "v" + i);
        assertThat(get(cluster.address((i + 1) % 2), "down-" + i)).isEqualTo("v" + i);
      }
      cluster.start(2);
      cluster.awaitReady(2);
      for (int i = 0; i < 20; i++) {
        assertThat(get(cluster.address(2), "down-" + i)).isEqualTo("v" + i);
      }
    }
  }

  private static void put(String address, String key, String value) throws Exception {
    ManagedChannel channel = ManagedChannelBuilder.forTarget(address).usePlaintext().build();
    try {
      var unused =
          KeyValueGrpc.newBlockingStub(channel)
              .withDeadlineAfter(5, TimeUnit.SECONDS)
              .put(
                  PutRequest.newBuilder()
                      .setKey(ByteString.copyFromUtf8(key))
                      .setValue(ByteString.copyFromUtf8(value))
                      .build());
    } finally {
      channel.shutdownNow();
    }
  }

  private static String get(String address, String key) throws Exception {
    ManagedChannel channel = ManagedChannelBuilder.forTarget(address).usePlaintext().build();
    try {
      return KeyValueGrpc.newBlockingStub(channel)
          .withDeadlineAfter(5, TimeUnit.SECONDS)
          .get(GetRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).build())
          .getValue()
          .toStringUtf8();
    } finally {
      channel.shutdownNow();
    }
  }

  @Test
  void aPortInUseIsSaidInOneParagraph() throws Exception {
    RealCluster cluster = new RealCluster(directory, 17_310, 1);
    try (var taken = new java.net.ServerSocket(17_310)) {
      assertThat(taken.isBound()).isTrue();
      assertThatThrownBy(() -> cluster.start(0))
          .isInstanceOf(NodeStartException.class)
          .hasMessageContaining("17310");
    }
    cluster.start(0); // nothing of the failed start is left
    cluster.awaitReady(0);
    assertThatThrownBy(() -> cluster.start(0))
        .isInstanceOf(NodeStartException.class)
        .hasMessageContaining("in use");
    cluster.close();
  }
}
