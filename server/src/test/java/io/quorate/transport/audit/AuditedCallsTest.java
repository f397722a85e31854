package io.quorate.transport.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.quorate.model.NodeNames;
import io.quorate.proto.v1.AdminGrpc;
import io.quorate.proto.v1.CreateTenantRequest;
import io.quorate.proto.v1.CreateTenantResponse;
import io.quorate.proto.v1.Tenant;
import io.quorate.runtime.TestClock;
import io.quorate.transport.access.AnyCallers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Of which calls that change something there is a line, by how they end. */
class AuditedCallsTest {
  private static final MethodDescriptor<CreateTenantRequest, CreateTenantResponse> METHOD =
      AdminGrpc.getCreateTenantMethod();

  private final List<String> lines = new ArrayList<>();
  private final AuditedCalls calls =
      new AuditedCalls(
          new AuditLog(
              "db-1:7401",
              "",
              () -> new NodeNames(Map.of()),
              TestClock.of(() -> 0, () -> 0),
              Runnable::run,
              lines::add,
              event -> {}),
          Set.of(METHOD.getFullMethodName()),
          AnyCallers.all());

  /** The server's side of it. */
  private static final class Call extends ServerCall<CreateTenantRequest, CreateTenantResponse> {
    @Override
    public void request(int messages) {}

    @Override
    public void sendHeaders(Metadata headers) {}

    @Override
    public void sendMessage(CreateTenantResponse message) {}

    @Override
    public void close(Status status, Metadata trailers) {}

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public MethodDescriptor<CreateTenantRequest, CreateTenantResponse> getMethodDescriptor() {
      return METHOD;
    }
  }

  /** Nothing answers it. */
  private ServerCall.Listener<CreateTenantRequest> begin() {
    return calls.interceptCall(
        new Call(), new Metadata(), (call, headers) -> new ServerCall.Listener<>() {});
  }

  @Test
  void aCallThatWasNotSaidWholeIsNone() {
    begin().onCancel();
    ServerCall.Listener<CreateTenantRequest> halfSaid = begin();
    halfSaid.onMessage(CreateTenantRequest.getDefaultInstance());
    halfSaid.onCancel();
    assertThat(lines).isEmpty();
  }

  /** It may have taken effect. */
  @Test
  void aCallWhoseCallerDidNotWaitIsKept() {
    ServerCall.Listener<CreateTenantRequest> said = begin();
    said.onMessage(
        CreateTenantRequest.newBuilder().setTenant(Tenant.newBuilder().setName("eu")).build());
    said.onHalfClose();
    said.onCancel();
    assertThat(lines).hasSize(1);
    assertThat(lines.getFirst())
        .contains("\"outcome\":\"CANCELLED\"", "\"arguments\":{\"tenant\":{\"name\":\"eu\"");
  }
}
