package io.quorate.transport;

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
import io.quorate.proto.v1.PipeResponse;
import io.quorate.replication.api.DataPlane;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.ScanRequest;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.runtime.Clock;
import io.quorate.runtime.Lane;
import io.quorate.runtime.real.SeededRandomness;
import io.quorate.transport.codec.CodecTargets;
import io.quorate.transport.codec.Hello;
import io.quorate.transport.codec.PeerCodec;
import io.quorate.transport.codec.Protocols;
import io.quorate.transport.codec.WireWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** Streams that are sent wild messages, leave when they like, and read answers when they like. */
public final class StreamTargets {
  /** On which nothing is ever run. */
  private static final Loops LOOPS =
      new Loops(
          new MultiThreadIoEventLoopGroup(1, LocalIoHandler.newFactory()),
          LocalServerChannel.class,
          LocalChannel.class);

  private StreamTargets() {}

  public static List<FuzzTarget> create() {
    return List.of(new Peers(), new NewerPeers(), new Pipes());
  }

  /** A real message, a mutated one, or none that anybody would send. */
  private static Frame wild(SplittableRandom random, WildBytes wild, byte[] real) {
    return Frame.of(
        switch (random.nextInt(6)) {
          case 0 -> wild.mutated(real);
          case 1 -> random.nextInt(4) == 0 ? wild.madeUp() : real;
          default -> real;
        });
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
              LOOPS, lane, PeerSettings.DEFAULT, new SeededRandomness(seed), fact -> {});
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
            call.deliver(wild(random, wild, CodecTargets.frame(random)));
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
              LOOPS, lane, PeerSettings.DEFAULT, new SeededRandomness(seed), fact -> {});
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
    }
  }

  /** A client's Pipe: each operation that was begun is answered once, and nothing is left over. */
  private record Pipes() implements FuzzTarget {
    private static final RequestLimits LIMITS =
        new RequestLimits(100, 120, 10, 12, 6, 2_000, 6_000, 1_000);
    private static final int STEPS = 80;

    @Override
    public String name() {
      return "pipe-stream";
    }

    @Override
    public void run(long seed) throws Exception {
      SplittableRandom random = new SplittableRandom(seed);
      WildBytes wild = new WildBytes(random);
      TurnLane lane = new TurnLane();
      SlowPlane plane = new SlowPlane(random);
      RequestDesk desk =
          new RequestDesk(
              plane,
              lane.clock(),
              LIMITS,
              (kind, level, result, nanos) -> {},
              new SlowRequests(Long.MAX_VALUE),
              new RecentRequests(),
              fact -> {});
      LateCalls late =
          new LateCalls(new Standstill(lane.clock()), LOOPS.group(), lane.clock(), fact -> {});
      WildCall call =
          new WildCall(
              mine -> {
                PipeStream stream = new PipeStream(mine, new LaneEntry(lane), desk, late);
                lane.run(stream::open);
                return stream;
              });
      for (int step = 0; step < STEPS; step++) {
        switch (random.nextInt(12)) {
          case 0 -> call.ready(random.nextBoolean());
          case 1, 2, 3, 4 -> lane.run(plane::answerOne);
          case 5 -> {
            if (random.nextInt(10) == 0) {
              call.leave(random.nextBoolean());
            }
          }
          case 6 -> lane.nanos += random.nextInt(400_000_000);
          default -> {
            if (call.mayDeliver()) {
              call.deliver(wild(random, wild, CodecTargets.pipeRequest(random)));
            }
          }
        }
        lane.runAll();
      }
      call.ready(true);
      lane.run(plane::answerAll);
      call.ready(true);
      call.leave(false);
      lane.run(plane::answerAll);
      if (desk.inFlight() != 0 || desk.unread().bytes() != 0) {
        throw new AssertionError(
            "left over: %d operations, %d bytes".formatted(desk.inFlight(), desk.unread().bytes()));
      }
      if (call.closed == null && !call.left) {
        throw new AssertionError("a Pipe is left open");
      }
      call.checkEnd(Status.Code.OK, Status.Code.INVALID_ARGUMENT);
      int results = 0;
      for (Frame frame : call.sent) {
        byte[] bytes = Arrays.copyOf(frame.bytes(), frame.length());
        results += PipeResponse.parseFrom(bytes).getResultsCount();
      }
      if (results < plane.begun && call.closed != null && call.closed.isOk()) {
        throw new AssertionError(plane.begun + " begun, " + results + " answered");
      }
    }
  }

  /** Answers when it is told to. */
  private static final class SlowPlane implements DataPlane {
    private final SplittableRandom random;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private int begun;

    SlowPlane(SplittableRandom random) {
      this.random = random;
    }

    @Override
    public void submit(Operation operation, long deadlineNanos, OutcomeCallback callback) {
      begun++;
      Outcome outcome =
          switch (random.nextInt(3)) {
            case 0 -> FakeDataPlane.written(1);
            case 1 -> FakeDataPlane.found(new byte[random.nextInt(1_500)]);
            default ->
                new Outcome.Failed(Failure.refused(Failure.Reason.UNAVAILABLE, "not enough"));
          };
      if (random.nextBoolean()) {
        callback.done(outcome);
      } else {
        waiting.add(() -> callback.done(outcome));
      }
    }

    void answerOne() {
      Runnable next = waiting.poll();
      if (next != null) {
        next.run();
      }
    }

    /** Also what is begun meanwhile. */
    void answerAll() {
      while (!waiting.isEmpty()) {
        answerOne();
      }
    }

    @Override
    public void scan(ScanRequest request, long deadlineNanos, ScanCallback callback) {
      throw new AssertionError("a Pipe scans nothing");
    }
  }

  /** Runs its tasks when it is told to. */
  private static final class TurnLane implements Lane {
    /** Threads of gRPC add to it, too: when a name does not resolve, say. */
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

    private long nanos = 1;

    /** The one that runs tasks; null while none does. */
    private volatile @Nullable Thread running;

    void run(Runnable task) {
      execute(task);
      runAll();
    }

    void runAll() {
      running = Thread.currentThread();
      for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
        task.run();
      }
      running = null;
    }

    @Override
    public void execute(Runnable task) {
      tasks.add(task);
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
      return () -> {};
    }

    @Override
    public boolean isCurrent() {
      return Thread.currentThread().equals(running);
    }

    Clock clock() {
      return new Clock() {
        @Override
        public long nanos() {
          return nanos;
        }

        @Override
        public long wallMillis() {
          return nanos / 1_000_000;
        }
      };
    }
  }
}
