package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node tells which services it has where only its own machine can ask, or if it is to. */
class ReflectionTest {
  private static final int PORT = 17_895;
  private static final Map<String, String> ON_ALL =
      Map.of("node.listen", "0.0.0.0:" + PORT, "security.insecure", "true");

  @TempDir private Path directory;

  /** Returns the services that a node tells, or why it does not. */
  private String asked(Map<String, String> settings) throws Exception {
    try (RealCluster cluster = new RealCluster(directory, PORT, 1)) {
      cluster.start(0, settings);
      ManagedChannel channel =
          Grpc.newChannelBuilder(cluster.address(0), InsecureChannelCredentials.create()).build();
      try {
        CompletableFuture<String> told = new CompletableFuture<>();
        StreamObserver<ServerReflectionRequest> asking =
            ServerReflectionGrpc.newStub(channel)
                .serverReflectionInfo(
                    new StreamObserver<>() {
                      @Override
                      public void onNext(ServerReflectionResponse answer) {
                        told.complete(answer.toString());
                      }

                      @Override
                      public void onError(Throwable refused) {
                        told.complete(Status.fromThrowable(refused).getCode().name());
                      }

                      @Override
                      public void onCompleted() {}
                    });
        asking.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
        return told.get(10, TimeUnit.SECONDS);
      } finally {
        channel.shutdownNow();
      }
    }
  }

  @Test
  void onLoopbackItIsOnUnlessItIsToBeOff() throws Exception {
    assertThat(asked(Map.of())).contains("quorate.v1.KeyValue");
    assertThat(asked(Map.of("node.reflection", "off"))).isEqualTo("UNIMPLEMENTED");
  }

  @Test
  void elsewhereItIsOffUnlessItIsToBeOn() throws Exception {
    assertThat(asked(ON_ALL)).isEqualTo("UNIMPLEMENTED");
    Map<String, String> on = new HashMap<>(ON_ALL);
    on.put("node.reflection", "on");
    assertThat(asked(on)).contains("quorate.v1.KeyValue");
  }
}
