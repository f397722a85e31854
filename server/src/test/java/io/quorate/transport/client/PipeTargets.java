package io.quorate.transport.client;

import io.grpc.Status;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.local.LocalChannel;
import io.grpc.netty.shaded.io.netty.channel.local.LocalIoHandler;
import io.grpc.netty.shaded.io.netty.channel.local.LocalServerChannel;
import io.quorate.fuzz.FuzzTarget;
import io.quorate.fuzz.WildBytes;
import io.quorate.model.NodeNames;
import io.quorate.proto.v1.PipeResponse;
import io.quorate.replication.api.DataPlane;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.ScanRequest;
import io.quorate.runtime.Clock;
import io.quorate.transport.Frame;
import io.quorate.transport.LaneEntry;
import io.quorate.transport.Loops;
import io.quorate.transport.RecentRequests;
import io.quorate.transport.RequestLimits;
import io.quorate.transport.Standstill;
import io.quorate.transport.TurnLane;
import io.quorate.transport.WildCall;
import io.quorate.transport.access.AnyCallers;
import io.quorate.transport.codec.peer.CodecTargets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;

/** Pipes that are sent wild messages, leave when they like, and read answers when they like. */
public final class PipeTargets {
  /** On which nothing is ever run. */
  private static final Loops LOOPS =
      new Loops(
          new MultiThreadIoEventLoopGroup(1, LocalIoHandler.newFactory()),
          LocalServerChannel.class,
          LocalChannel.class);

  private PipeTargets() {}

  /** Judges what comes at once; all that comes later has waited since now. */
  static LateCalls lateCalls(Clock clock) {
    return new LateCalls(new Standstill(clock), LOOPS, clock, event -> {});
  }

  public static List<FuzzTarget> create() {
    return List.of(new Pipes());
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
      RequestEntry desk =
          new RequestEntry(
              plane,
              lane.clock(),
              LIMITS,
              (tenant, kind, level, result, nanos) -> {},
              new SlowRequests(Long.MAX_VALUE),
              () -> NodeNames.NONE,
              new RecentRequests(),
              event -> {});
      LateCalls late = lateCalls(lane.clock());
      WildCall call =
          new WildCall(
              mine -> {
                PipeStream stream =
                    new PipeStream(mine, AnyCallers.one(), new LaneEntry(lane), desk, late);
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
              call.deliver(WildCall.frame(random, wild, CodecTargets.pipeRequest(random)));
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

  /** Answers when the target says so. */
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
}
