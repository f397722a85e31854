package io.quorate.outside;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.quorate.proto.internal.PeerFrame;
import io.quorate.proto.internal.PeerMessage;
import io.quorate.proto.internal.StreamAccepted;
import io.quorate.proto.internal.StreamHello;
import io.quorate.proto.internal.WriteRecord;
import io.quorate.proto.v1.Release;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A program that takes the place of a member whose process was killed: it listens at the member's
 * address, receives messages of other members, and sends them messages in the member's name, which
 * the test chooses.
 */
final class LyingMember implements AutoCloseable {
  /** Above the version of any cluster, so that the member is let in. */
  private static final int NEWEST_CLUSTER_VERSION = 1_000;

  private static final int PROTOCOL = 1;

  private static final String STREAM = "quorate.internal.Peering/Stream";

  /** Above the incarnation of the replaced member, and below those of its later starts. */
  private final int incarnation;

  private final long id;
  private final long cluster;
  private final Server server;
  private final Map<String, Speech> speeches = new LinkedHashMap<>();
  private final Map<String, Integer> opened = new LinkedHashMap<>();
  private final CopyOnWriteArrayList<PeerMessage> heard = new CopyOnWriteArrayList<>();

  LyingMember(long cluster, long id, int incarnation, String address) {
    this.cluster = cluster;
    this.id = id;
    this.incarnation = incarnation;
    String[] parts = address.split(":", -1);
    try {
      server =
          NettyServerBuilder.forAddress(new InetSocketAddress(parts[0], Integer.parseInt(parts[1])))
              .maxInboundMessageSize(64 << 20)
              .addService(
                  ServerServiceDefinition.builder("quorate.internal.Peering")
                      .addMethod(
                          RawCalls.method(MethodType.BIDI_STREAMING, STREAM),
                          ServerCalls.asyncBidiStreamingCall(this::listen))
                      .build())
              .build()
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private StreamObserver<byte[]> listen(StreamObserver<byte[]> answers) {
    return new StreamObserver<>() {
      @Override
      public void onNext(byte[] bytes) {
        try {
          PeerFrame frame = PeerFrame.parseFrom(bytes);
          if (frame.hasHello()) {
            answers.onNext(
                StreamAccepted.newBuilder()
                    .setNode(id)
                    .setProtocol(PROTOCOL)
                    .build()
                    .toByteArray());
          }
          heard.addAll(frame.getMessagesList());
        } catch (InvalidProtocolBufferException e) {
          throw new UncheckedIOException(e);
        }
      }

      @Override
      public void onError(Throwable thrown) {}

      @Override
      public void onCompleted() {
        answers.onCompleted();
      }
    };
  }

  /** A write that a member asked this one to store. */
  WriteRecord heardWrite() {
    Waiting.until(
        Duration.ofSeconds(30),
        () -> heard.stream().anyMatch(PeerMessage::hasWriteRecord),
        () -> "no write was heard among " + heard.size() + " messages");
    return heard.stream()
        .filter(PeerMessage::hasWriteRecord)
        .reduce((before, last) -> last)
        .orElseThrow()
        .getWriteRecord();
  }

  /**
   * Sends a message until it is answered: an answer is lost while the member has not connected to
   * this program at the killed member's address.
   */
  void sayUntilAnswered(String address, PeerMessage message, Predicate<PeerMessage> answer) {
    Waiting.until(
        Duration.ofSeconds(30),
        () -> {
          say(address, message);
          return heard.stream().anyMatch(answer);
        },
        () ->
            "not answered, among "
                + heard.stream()
                    .collect(
                        Collectors.groupingBy(
                            PeerMessage::getMessageCase, TreeMap::new, Collectors.counting())));
  }

  /** How many streams to a member were opened: one, unless the member ended one. */
  int streamsTo(String address) {
    return opened.getOrDefault(address, 0);
  }

  /** Sends a message of the metadata group: its kind in the first byte, then its content. */
  void sayOfMetadata(String address, int kind, byte[] lie) {
    byte[] message = new byte[1 + lie.length];
    message[0] = (byte) kind;
    System.arraycopy(lie, 0, message, 1, lie.length);
    say(address, PeerMessage.newBuilder().setRaft(ByteString.copyFrom(message)).build());
  }

  /** Proposes a change of the cluster; only the leader processes it. */
  void propose(String address, byte[] lie) {
    sayOfMetadata(address, 2, lie);
  }

  void sayRaft(String address, byte[] lie) {
    sayOfMetadata(address, 1, lie);
  }

  void say(String address, PeerMessage... messages) {
    PeerFrame.Builder frame = PeerFrame.newBuilder();
    for (PeerMessage message : messages) {
      frame.addMessages(message);
    }
    sayRaw(address, frame.build().toByteArray());
  }

  /** Sends one frame of any content; opens a stream if there is none. */
  void sayRaw(String address, byte[] frame) {
    Speech speech =
        speeches.compute(
            address,
            (key, open) -> open == null || open.ended != null ? new Speech(address) : open);
    speech.call.sendMessage(frame);
  }

  @Override
  public void close() {
    speeches.values().forEach(speech -> speech.channel.shutdownNow());
    server.shutdownNow();
  }

  private final class Speech {
    private final ManagedChannel channel;
    private final ClientCall<byte[], byte[]> call;
    private volatile @Nullable Status ended;

    Speech(String address) {
      int unused = opened.merge(address, 1, Integer::sum);
      channel = NettyChannelBuilder.forTarget(address).usePlaintext().build();
      call =
          channel.newCall(RawCalls.method(MethodType.BIDI_STREAMING, STREAM), CallOptions.DEFAULT);
      call.start(
          new ClientCall.Listener<>() {
            @Override
            public void onClose(Status status, Metadata trailers) {
              ended = status;
            }
          },
          new Metadata());
      call.request(1_000);
      StreamHello hello =
          StreamHello.newBuilder()
              .setNode(id)
              .setCluster(cluster)
              .setIncarnation(incarnation)
              .setProtocol(PROTOCOL)
              .setProtocolOldest(PROTOCOL)
              .setRelease(
                  Release.newBuilder()
                      .setName("0.1.0")
                      .setOldestClusterVersion(1)
                      .setNewestClusterVersion(NEWEST_CLUSTER_VERSION))
              .build();
      call.sendMessage(PeerFrame.newBuilder().setHello(hello).build().toByteArray());
    }
  }
}
