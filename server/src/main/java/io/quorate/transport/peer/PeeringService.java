package io.quorate.transport.peer;

import io.grpc.Attributes;
import io.grpc.MethodDescriptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.quorate.metadata.bootstrap.Introduction;
import io.quorate.metadata.bootstrap.Introductions;
import io.quorate.model.NodeId;
import io.quorate.proto.internal.IntroduceRequest;
import io.quorate.proto.internal.IntroduceResponse;
import io.quorate.proto.internal.PeeringGrpc;
import io.quorate.runtime.Lane;
import io.quorate.transport.LaneEntry;
import io.quorate.transport.codec.admin.IntroductionCodec;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * {@code quorate.internal.Peering}: how other nodes introduce themselves and open their streams.
 */
public final class PeeringService {
  private static final int INTRODUCED_REMEMBERED_MAX = 1_000;

  private final LaneEntry entry;
  private final Introductions.Host host;
  private final PeerStreams streams;

  /** In which of their starts nodes without a cluster have introduced themselves; bounded. */
  private final Map<NodeId, Integer> introduced = bounded();

  /** Why nodes were not taken in, and in which of their starts; bounded. */
  private final Map<NodeId, NotTakenIn> notTakenIn = bounded();

  private record NotTakenIn(int incarnation, String why) {}

  public PeeringService(Lane lane, Introductions.Host host, PeerStreams streams) {
    this.entry = new LaneEntry(lane);
    this.host = host;
    this.streams = streams;
  }

  private static <T> Map<NodeId, T> bounded() {
    return new LinkedHashMap<>() {
      private static final long serialVersionUID = 1;

      @Override
      protected boolean removeEldestEntry(Map.Entry<NodeId, T> eldest) {
        return size() > INTRODUCED_REMEMBERED_MAX;
      }
    };
  }

  /** What a server serves. */
  public ServerServiceDefinition definition() {
    MethodDescriptor<IntroduceRequest, IntroduceResponse> introduce =
        PeeringGrpc.getIntroduceMethod();
    ServiceDescriptor generated = PeeringGrpc.getServiceDescriptor();
    ServiceDescriptor service =
        ServiceDescriptor.newBuilder(generated.getName())
            .setSchemaDescriptor(generated.getSchemaDescriptor())
            .addMethod(introduce)
            .addMethod(PeerMethods.STREAM)
            .build();
    ServerServiceDefinition methods =
        ServerServiceDefinition.builder(service)
            .addMethod(
                introduce,
                (call, headers) ->
                    ServerCalls.<IntroduceRequest, IntroduceResponse>asyncUnaryCall(
                            (request, caller) -> introduce(request, caller, call.getAttributes()))
                        .startCall(call, headers))
            .addMethod(PeerMethods.STREAM, streams::accept)
            .build();
    return ServerInterceptors.intercept(methods, new NodesOnly(entry, streams));
  }

  private void introduce(
      IntroduceRequest request, StreamObserver<IntroduceResponse> caller, Attributes connection) {
    Introduction asker;
    try {
      asker = IntroductionCodec.read(request);
    } catch (IllegalArgumentException e) {
      caller.onError(Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException());
      return;
    }
    entry.enter(
        () -> {
          String stranger =
              streams.strangerAt(connection, asker.node(), asker.cluster(), asker.address());
          if (stranger != null) {
            caller.onError(
                streams
                    .refused("the introduction of node " + asker.node(), stranger, connection)
                    .asRuntimeException());
            return;
          }
          String lack = host.lackOfToken(asker, streams.certifiedFor(connection));
          if (lack != null) {
            NotTakenIn now = new NotTakenIn(asker.incarnation(), lack);
            boolean again = now.equals(notTakenIn.put(asker.node(), now));
            caller.onError(
                streams
                    .notTakenIn(asker.node(), asker.address(), lack, again, connection)
                    .asRuntimeException());
            return;
          }
          if (asker.cluster() == null
              && !Integer.valueOf(asker.incarnation())
                  .equals(introduced.put(asker.node(), asker.incarnation()))) {
            streams.introduced(asker.node(), asker.address(), connection);
          }
          caller.onNext(IntroductionCodec.write(host.answer(asker)));
          caller.onCompleted();
        });
  }
}
