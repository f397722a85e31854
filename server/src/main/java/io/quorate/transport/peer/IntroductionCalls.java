package io.quorate.transport.peer;

import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.quorate.metadata.bootstrap.Introduction;
import io.quorate.metadata.bootstrap.IntroductionReply;
import io.quorate.metadata.bootstrap.Introductions;
import io.quorate.proto.internal.IntroduceRequest;
import io.quorate.proto.internal.IntroduceResponse;
import io.quorate.proto.internal.PeeringGrpc;
import io.quorate.runtime.Lane;
import io.quorate.transport.LaneEntry;
import io.quorate.transport.Loops;
import io.quorate.transport.codec.admin.IntroductionCodec;
import io.quorate.transport.tls.ClaimedNode;
import io.quorate.transport.tls.NodeCertificates;
import io.quorate.transport.tls.NodeTls;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Introductions by gRPC: one connection and one call for each. */
public final class IntroductionCalls implements Introductions {
  private final LaneEntry entry;
  private final PeerChannels channels;
  private final NodeCertificates certificates;

  /** Whether what it says can be read by the node alone that it asks. */
  private final boolean isPrivate;

  public IntroductionCalls(Loops loops, Lane lane, PeerSettings settings) {
    this(new LaneEntry(lane), new PeerChannels(loops, settings), NodeTls.off());
  }

  /**
   * @param ways from the address under which a node is known to the one to connect to
   * @param tls how connections begin, and which certificates other nodes have to have
   */
  public IntroductionCalls(
      Loops loops, Lane lane, PeerSettings settings, UnaryOperator<String> ways, NodeTls tls) {
    this(new LaneEntry(lane), new PeerChannels(loops, settings, ways, tls.client()), tls);
  }

  IntroductionCalls(LaneEntry entry, PeerChannels channels, NodeTls tls) {
    this.entry = entry;
    this.channels = channels;
    this.certificates = tls.nodes();
    this.isPrivate = tls.connectsWithTls();
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
    ClientCall<IntroduceRequest, IntroduceResponse> call =
        channel.newCall(
            PeeringGrpc.getIntroduceMethod(),
            CallOptions.DEFAULT.withDeadlineAfter(
                channels.settings().introduceMillisMax(), TimeUnit.MILLISECONDS));
    ClientCalls.asyncUnaryCall(
        call,
        IntroductionCodec.write(isPrivate ? mine : mine.withoutToken()),
        new Asked(channel, call, callback));
  }

  /**
   * One question under way. An answer may still be followed by an error, so the last call tells.
   */
  private final class Asked implements StreamObserver<IntroduceResponse> {
    private final ManagedChannel channel;
    private final ClientCall<?, ?> call;
    private final Callback callback;
    private @Nullable IntroduceResponse response;

    Asked(ManagedChannel channel, ClientCall<?, ?> call, Callback callback) {
      this.channel = channel;
      this.call = call;
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
      Attributes connection = call.getAttributes();
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
                String stranger =
                    certificates.refusal(
                        connection,
                        new ClaimedNode(reply.node(), reply.cluster(), Set.of(reply.address())));
                if (stranger != null) {
                  callback.failed("it is not the node that it says it is: " + stranger);
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
