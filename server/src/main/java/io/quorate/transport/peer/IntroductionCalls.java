package io.quorate.transport.peer;

import io.grpc.ChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.quorate.metadata.bootstrap.Introduction;
import io.quorate.metadata.bootstrap.IntroductionReply;
import io.quorate.metadata.bootstrap.Introductions;
import io.quorate.proto.internal.IntroduceResponse;
import io.quorate.proto.internal.PeeringGrpc;
import io.quorate.runtime.Lane;
import io.quorate.transport.LaneEntry;
import io.quorate.transport.Loops;
import io.quorate.transport.codec.IntroductionCodec;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Introductions by gRPC: one connection and one call for each. */
public final class IntroductionCalls implements Introductions {
  private final LaneEntry entry;
  private final PeerChannels channels;
  private final PeerSettings settings;

  public IntroductionCalls(Loops loops, Lane lane, PeerSettings settings) {
    this(new LaneEntry(lane), new PeerChannels(loops, settings), settings);
  }

  /**
   * @param ways from the address under which a node is known to the one to connect to
   * @param credentials how connections begin
   */
  public IntroductionCalls(
      Loops loops,
      Lane lane,
      PeerSettings settings,
      UnaryOperator<String> ways,
      ChannelCredentials credentials) {
    this(new LaneEntry(lane), new PeerChannels(loops, settings, ways, credentials), settings);
  }

  IntroductionCalls(LaneEntry entry, PeerChannels channels, PeerSettings settings) {
    this.entry = entry;
    this.channels = channels;
    this.settings = settings;
  }

  @Override
  public void ask(String address, Introduction mine, Callback callback) {
    ManagedChannel channel;
    try {
      channel = channels.open(address);
    } catch (IllegalArgumentException e) {
      entry
          .lane()
          .execute(() -> callback.failed("'" + address + "' is no host:port: " + e.getMessage()));
      return;
    }
    PeeringGrpc.newStub(channel)
        .withDeadlineAfter(settings.connectMillisMax(), TimeUnit.MILLISECONDS)
        .introduce(IntroductionCodec.write(mine), new Asked(channel, callback));
  }

  /**
   * One question under way. An answer may still be followed by an error, so the last call tells.
   */
  private final class Asked implements StreamObserver<IntroduceResponse> {
    private final ManagedChannel channel;
    private final Callback callback;
    private @Nullable IntroduceResponse response;

    Asked(ManagedChannel channel, Callback callback) {
      this.channel = channel;
      this.callback = callback;
    }

    @Override
    public void onNext(IntroduceResponse message) {
      response = message;
    }

    @Override
    public void onError(Throwable thrown) {
      channel.shutdownNow();
      entry.lane().execute(() -> callback.failed(describe(thrown)));
    }

    @Override
    public void onCompleted() {
      channel.shutdownNow();
      IntroduceResponse answer = response;
      // As a task of its own even on the lane: it may have come during the call that asked.
      entry
          .lane()
          .execute(
              () -> {
                if (answer == null) {
                  callback.failed("it answered nothing");
                  return;
                }
                IntroductionReply reply;
                try {
                  reply = IntroductionCodec.read(answer);
                } catch (IllegalArgumentException noNode) {
                  callback.failed("what answers there is no Quorate node: " + noNode.getMessage());
                  return;
                }
                callback.answered(reply);
              });
    }
  }

  private static String describe(Throwable thrown) {
    Status status = Status.fromThrowable(thrown);
    if (status.getCode() == Status.Code.UNIMPLEMENTED) {
      return "what answers there is no Quorate node";
    }
    String text =
        status.getDescription() == null ? status.getCode().toString() : status.getDescription();
    Throwable cause = status.getCause();
    return cause == null || cause.getMessage() == null ? text : text + ": " + cause.getMessage();
  }
}
