package io.quorate.cli.bench;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.ServerChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.stub.StreamObserver;
import io.quorate.cli.bench.checked.BenchData;
import io.quorate.cli.bench.checked.BenchData.Origin;
import io.quorate.cli.process.Logging;
import io.quorate.proto.v1.GetPlacementRequest;
import io.quorate.proto.v1.GetPlacementResponse;
import io.quorate.proto.v1.GetResponse;
import io.quorate.proto.v1.KeyValueGrpc;
import io.quorate.proto.v1.Level;
import io.quorate.proto.v1.Operation;
import io.quorate.proto.v1.OperationResult;
import io.quorate.proto.v1.PartitionPlacement;
import io.quorate.proto.v1.PipeRequest;
import io.quorate.proto.v1.PipeResponse;
import io.quorate.proto.v1.PlacementGrpc;
import io.quorate.proto.v1.PlacementNode;
import io.quorate.proto.v1.PutResponse;
import io.quorate.proto.v1.ResultInfo;
import io.quorate.proto.v1.Tenant;
import io.quorate.proto.v1.Version;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * What the wire alone costs: a server that answers every operation at once, with no replicas and
 * nothing stored, in the process layout and with the gRPC settings of a node. Measuring it with the
 * same client gives the floor below which no cluster of this layout can get.
 *
 * <p>A version is the machine's monotonic clock, which all processes share: so versions grow as in
 * a cluster, and the client's checks cost what they cost there.
 */
final class FloorServer {
  static final int PARTITIONS = 256;

  private FloorServer() {}

  /**
   * Serves until its standard input ends.
   *
   * @param args the value size in bytes, the position of this node, then the port of each node
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    Logging.silence();
    int valueBytes = Integer.parseInt(args[0]);
    int self = Integer.parseInt(args[1]);
    int[] ports = Arrays.stream(args).skip(2).mapToInt(Integer::parseInt).toArray();
    Server server = start(valueBytes, self, ports);
    System.out.println("ready");
    // Standard input ends when the process that started this one has ended.
    System.in.transferTo(OutputStream.nullOutputStream());
    server.shutdownNow().awaitTermination();
    System.exit(0);
  }

  static Server start(int valueBytes, int self, int[] ports) throws IOException {
    boolean epoll = Epoll.isAvailable();
    EventLoopGroup loop =
        new MultiThreadIoEventLoopGroup(
            1, epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    Class<? extends ServerChannel> channel =
        epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    return NettyServerBuilder.forAddress(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), ports[self]))
        .bossEventLoopGroup(loop)
        .workerEventLoopGroup(loop)
        .channelType(channel)
        .directExecutor()
        .addService(new Pipes(valueBytes, self + 1))
        .addService(new Placements(ports))
        .build()
        .start();
  }

  private static final class Pipes extends KeyValueGrpc.KeyValueImplBase {
    private final BenchData data;
    private final SplittableRandom random = new SplittableRandom(1);
    private final long node;

    private Pipes(int valueBytes, long node) {
      this.data = new BenchData(valueBytes);
      this.node = node;
    }

    @Override
    public StreamObserver<PipeRequest> pipe(StreamObserver<PipeResponse> answers) {
      return new StreamObserver<>() {
        @Override
        public void onNext(PipeRequest request) {
          PipeResponse.Builder batch = PipeResponse.newBuilder();
          for (Operation operation : request.getOperationsList()) {
            batch.addResults(answer(operation));
          }
          answers.onNext(batch.build());
        }

        @Override
        public void onError(Throwable cancelled) {}

        @Override
        public void onCompleted() {
          answers.onCompleted();
        }
      };
    }

    private OperationResult answer(Operation operation) {
      Version version = Version.newBuilder().setHlc(System.nanoTime()).setNode(node).build();
      ResultInfo info =
          ResultInfo.newBuilder()
              .setEpoch(1)
              .addReplicas(1)
              .addReplicas(2)
              .setHlc(version.getHlc())
              .build();
      OperationResult.Builder result = OperationResult.newBuilder().setId(operation.getId());
      if (operation.hasGet()) {
        result.setGet(
            GetResponse.newBuilder()
                .setFound(true)
                .setValue(value(operation.getGet().getKey()))
                .setVersion(version)
                .setInfo(info));
      } else {
        result.setPut(PutResponse.newBuilder().setVersion(version).setInfo(info));
      }
      return result.build();
    }

    private ByteString value(ByteString key) {
      Origin origin = new Origin(BenchData.number(key.toByteArray()), 0, 0);
      return UnsafeByteOperations.unsafeWrap(data.value(origin, random));
    }
  }

  private static final class Placements extends PlacementGrpc.PlacementImplBase {
    private final GetPlacementResponse placement;

    private Placements(int[] ports) {
      Level quorum = Level.newBuilder().setNamed(Level.Named.NAMED_QUORUM).build();
      GetPlacementResponse.Builder all =
          GetPlacementResponse.newBuilder()
              .setStateVersion(1)
              .addTenants(
                  Tenant.newBuilder()
                      .setName("default")
                      .setId(1)
                      .setReplicationFactor(ports.length)
                      .setReadLevel(quorum)
                      .setWriteLevel(quorum)
                      .setModel(Tenant.Model.MODEL_LAST_WRITE_WINS));
      for (int i = 0; i < ports.length; i++) {
        all.addNodes(
            PlacementNode.newBuilder()
                .setId(i + 1)
                .setAddress("127.0.0.1:" + ports[i])
                .setRegion("local")
                .setZone("zone-" + (i + 1)));
      }
      for (int partition = 0; partition < PARTITIONS; partition++) {
        PartitionPlacement.Builder one = PartitionPlacement.newBuilder().setEpoch(1);
        for (int i = 0; i < ports.length; i++) {
          one.addPreferenceList((partition + i) % ports.length);
        }
        all.addPartitions(one);
      }
      placement = all.build();
    }

    @Override
    public void getPlacement(
        GetPlacementRequest request, StreamObserver<GetPlacementResponse> answer) {
      answer.onNext(placement);
      answer.onCompleted();
    }
  }
}
