package io.quorate.transport.peer;

import com.google.protobuf.ByteString;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.local.LocalChannel;
import io.grpc.netty.shaded.io.netty.channel.local.LocalIoHandler;
import io.grpc.netty.shaded.io.netty.channel.local.LocalServerChannel;
import io.quorate.fuzz.FuzzTarget;
import io.quorate.fuzz.WildBytes;
import io.quorate.model.ClusterId;
import io.quorate.model.NodeId;
import io.quorate.model.Releases;
import io.quorate.placement.Placements;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.runtime.real.SeededRandomness;
import io.quorate.transport.Frame;
import io.quorate.transport.Loops;
import io.quorate.transport.TurnLane;
import io.quorate.transport.WildCall;
import io.quorate.transport.codec.WireWriter;
import io.quorate.transport.codec.peer.CodecTargets;
import io.quorate.transport.codec.peer.Hello;
import io.quorate.transport.codec.peer.PeerCodec;
import io.quorate.transport.codec.peer.Protocols;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Streams of other nodes that send wild messages, and leave when they like. */
public final class PeerStreamTargets {
  /** On which nothing is ever run. */
  private static final Loops LOOPS =
      new Loops(
          new MultiThreadIoEventLoopGroup(1, LocalIoHandler.newFactory()),
          LocalServerChannel.class,
          LocalChannel.class);

  private PeerStreamTargets() {}

  public static List<FuzzTarget> create() {
    return List.of(new Peers(), new NewerPeers());
  }

  /**
   * Streams of other nodes, to one node. Only what was let in is heard, under the name of its
   * hello, and what ends says why.
   */
  private record Peers() implements FuzzTarget {
    private static final NodeId SELF = new NodeId(0);
    private static final int STREAMS = 6;
    private static final int STEPS = 60;

    @Override
    public String name() {
      return "peer-stream";
    }

    @Override
    public void run(long seed) {
      SplittableRandom random = new SplittableRandom(seed);
      WildBytes wild = new WildBytes(random);
      TurnLane lane = new TurnLane();
      PeerStreams streams =
          new PeerStreams(
              LOOPS, lane, PeerSettings.DEFAULT, new SeededRandomness(seed), event -> {});
      Map<NodeId, Placements.Member> members = new TreeMap<>();
      for (int id = 0; id < 3; id++) {
        NodeId node = new NodeId(id);
        // This text is no address, so nothing connects to it.
        members.put(node, new Placements.Member(node, "no address%", "r", "z", 1));
      }
      Heard heard = new Heard();
      lane.run(
          () ->
              streams.start(
                  new Hello(SELF, new ClusterId(9), "a:1", 1, Protocols.KNOWN, Releases.THIS),
                  new Placements(1, members, Map.of(), List.of()),
                  heard));
      List<WildCall> calls = new ArrayList<>();
      for (int step = 0; step < STEPS; step++) {
        if (calls.size() < STREAMS && random.nextInt(4) == 0) {
          calls.add(new WildCall(call -> streams.accept(call, new Metadata())));
        } else if (!calls.isEmpty()) {
          WildCall call = calls.get(random.nextInt(calls.size()));
          int before = heard.messages;
          if (random.nextInt(20) == 0) {
            call.leave(random.nextBoolean());
          } else {
            call.deliver(WildCall.frame(random, wild, CodecTargets.frame(random)));
          }
          lane.runAll();
          if (heard.messages > before && call.sent.isEmpty()) {
            throw new AssertionError("heard before it was let in");
          }
        }
        lane.runAll();
      }
      lane.run(streams::close);
      for (WildCall call : calls) {
        if (call.closed == null && !call.left && !call.sent.isEmpty()) {
          throw new AssertionError("a stream that was let in is left open");
        }
        call.checkEnd(
            Status.Code.OK,
            Status.Code.INVALID_ARGUMENT,
            Status.Code.FAILED_PRECONDITION,
            Status.Code.ABORTED,
            Status.Code.ALREADY_EXISTS,
            Status.Code.DATA_LOSS,
            Status.Code.UNAVAILABLE);
      }
    }

    private static final class Heard implements PeerHandler {
      private int messages;

      @Override
      public void onMessage(NodeId from, ReplicaMessage message) {
        onRaft(from, new byte[0]);
      }

      @Override
      public long diskMark() {
        return 0;
      }

      @Override
      public boolean isSetBack(NodeId node, long diskMark) {
        return diskMark == 3;
      }

      @Override
      public void onRaft(NodeId from, byte[] message) {
        messages++;
        if (from.equals(SELF) || from.value() > 2 || from.value() < 0) {
          throw new AssertionError("heard of node " + from);
        }
      }
    }
  }

  /**
   * A stream of a node that runs a newer version: among messages that are understood there are
   * requests and answers that are not. The stream goes on, and all others are heard in their order.
   */
  private record NewerPeers() implements FuzzTarget {
    private static final NodeId OTHER = new NodeId(1);
    private static final int FRAMES = 20;

    @Override
    public String name() {
      return "newer-peer";
    }

    @Override
    public void run(long seed) {
      SplittableRandom random = new SplittableRandom(seed);
      TurnLane lane = new TurnLane();
      PeerStreams streams =
          new PeerStreams(
              LOOPS, lane, PeerSettings.DEFAULT, new SeededRandomness(seed), event -> {});
      Understood heard = new Understood();
      // This text is no address, so nothing connects to it.
      var member = new Placements.Member(OTHER, "no address%", "r", "z", 1);
      lane.run(
          () ->
              streams.start(
                  new Hello(
                      new NodeId(0), new ClusterId(9), "a:1", 1, Protocols.KNOWN, Releases.THIS),
                  new Placements(1, Map.of(OTHER, member), Map.of(), List.of()),
                  heard));
      WildCall call = new WildCall(mine -> streams.accept(mine, new Metadata()));
      lane.runAll();
      WireWriter hello = new WireWriter();
      PeerCodec.addHello(
          hello, new Hello(OTHER, new ClusterId(9), "a:2", 1, Protocols.KNOWN, Releases.THIS));
      call.deliver(Frame.of(hello.toByteArray()));
      lane.runAll();
      List<ByteString> understood = new ArrayList<>();
      for (int i = 0; i < FRAMES; i++) {
        call.deliver(Frame.of(CodecTargets.ofNewerNode(random, understood)));
        lane.runAll();
        if (call.closed != null) {
          throw new AssertionError("the stream was ended: " + call.closed);
        }
      }
      if (!heard.messages.equals(understood)) {
        throw new AssertionError(
            heard.messages.size() + " messages were heard, and others were sent: " + understood);
      }
      lane.run(streams::close);
    }

    private static final class Understood implements PeerHandler {
      private final List<ByteString> messages = new ArrayList<>();

      @Override
      public void onMessage(NodeId from, ReplicaMessage message) {
        if (!(message instanceof ReplicaMessage.UnknownRequest)
            && !(message instanceof ReplicaMessage.UnknownReply)) {
          messages.add(ByteString.copyFrom(PeerCodec.encode(message)));
        }
      }

      @Override
      public void onRaft(NodeId from, byte[] message) {
        messages.add(ByteString.copyFrom(message));
      }

      @Override
      public long diskMark() {
        return 0;
      }

      @Override
      public boolean isSetBack(NodeId node, long diskMark) {
        return false;
      }
    }
  }
}
