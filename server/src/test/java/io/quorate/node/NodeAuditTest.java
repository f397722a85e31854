package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import io.grpc.StatusRuntimeException;
import io.quorate.proto.v1.AccessGrpc;
import io.quorate.proto.v1.AdminGrpc;
import io.quorate.proto.v1.BackupGrpc;
import io.quorate.proto.v1.CreateTenantRequest;
import io.quorate.proto.v1.CreateTenantResponse;
import io.quorate.proto.v1.GetStatusRequest;
import io.quorate.proto.v1.MaintenanceGrpc;
import io.quorate.proto.v1.Tenant;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What a real node keeps of the calls that change something. */
class NodeAuditTest {
  /** Methods of operators that change nothing; a new one has to be in one of both sets. */
  private static final Set<String> READS =
      Set.of(
          "quorate.v1.Admin/GetStatus",
          "quorate.v1.Admin/ListJoinTokens",
          "quorate.v1.Admin/ListTenants",
          "quorate.v1.Admin/PlanTopologyChange",
          "quorate.v1.Admin/GetUpgradeStatus",
          "quorate.v1.Maintenance/GetHints",
          "quorate.v1.Maintenance/ListDeadLetters",
          "quorate.v1.Maintenance/GetComparisons",
          "quorate.v1.Maintenance/HashPartition",
          "quorate.v1.Maintenance/GetLogLevels",
          "quorate.v1.Maintenance/GetTenantSizes",
          "quorate.v1.Maintenance/GetDrained",
          "quorate.v1.Backup/ReadBackupPage",
          "quorate.v1.Backup/GetCut",
          // Asked for again and again, and changes nothing of what there is.
          "quorate.v1.Backup/KeepCut",
          // Records, of which there are many: it is kept that they come, and from which backup.
          "quorate.v1.Backup/Restore",
          "quorate.v1.Access/GetCaller",
          "quorate.v1.Access/LogIn",
          "quorate.v1.Access/ListUsers",
          "quorate.v1.Access/ListRoles");

  @TempDir private Path directory;

  private final Logger logger = (Logger) LoggerFactory.getLogger(NodeAudit.LOGGER);
  private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

  @BeforeEach
  void listen() {
    appender.list = new CopyOnWriteArrayList<>();
    appender.start();
    logger.addAppender(appender);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(appender);
  }

  private List<String> lines() {
    return appender.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  @Test
  void eachMethodOfOperatorsIsAChangeOrIsNot() {
    Set<String> all = new HashSet<>();
    for (ServiceDescriptor service :
        List.of(
            AdminGrpc.getServiceDescriptor(),
            MaintenanceGrpc.getServiceDescriptor(),
            AccessGrpc.getServiceDescriptor(),
            BackupGrpc.getServiceDescriptor())) {
      service.getMethods().stream().map(MethodDescriptor::getFullMethodName).forEach(all::add);
    }
    Set<String> known = new HashSet<>(READS);
    known.addAll(NodeAudit.CHANGES);
    assertThat(known).isEqualTo(all);
    assertThat(READS).doesNotContainAnyElementsOf(NodeAudit.CHANGES);
  }

  /** Else a user who may do little could have the lines of others replaced. */
  @Test
  void callsThatFailCrowdNoChangeOut() throws Exception {
    try (RealCluster cluster = RealCluster.ready(directory, 17_794, 1)) {
      ManagedChannel channel =
          Grpc.newChannelBuilder(cluster.address(0), InsecureChannelCredentials.create()).build();
      try {
        AdminGrpc.AdminBlockingStub admin = AdminGrpc.newBlockingStub(channel);
        for (int i = 0; i < 400; i++) {
          assertThatThrownBy(() -> admin.createTenant(CreateTenantRequest.getDefaultInstance()))
              .hasMessageContaining("INVALID_ARGUMENT");
        }
        ClientCall<CreateTenantRequest, CreateTenantResponse> left =
            channel.newCall(AdminGrpc.getCreateTenantMethod(), CallOptions.DEFAULT);
        left.start(new ClientCall.Listener<>() {}, new Metadata());
        Object unused = admin.getStatus(GetStatusRequest.getDefaultInstance());
        left.cancel("it has said nothing yet", null);
        unused = admin.getStatus(GetStatusRequest.getDefaultInstance());
        unused =
            admin.createTenant(
                CreateTenantRequest.newBuilder()
                    .setTenant(Tenant.newBuilder().setName("audited").setReplicationFactor(1))
                    .build());
      } finally {
        channel.shutdownNow();
      }
      await().until(() -> lines().getLast().contains("\"audited\""));
    }
    assertThat(lines())
        .filteredOn(line -> line.contains("INVALID_ARGUMENT"))
        .as("100, and one more each second")
        .hasSizeBetween(100, 250);
    assertThat(lines()).noneMatch(line -> line.contains("CANCELLED"));
    assertThat(lines()).anyMatch(line -> line.contains("\"event\":\"left_out\""));
    assertThat(lines().getLast()).contains("\"audited\"");
  }

  @Test
  void changesAreKeptWithWhatTheySaidAndReadsAreNot() throws Exception {
    try (RealCluster cluster = RealCluster.ready(directory, 17_790, 1)) {
      ManagedChannel channel =
          Grpc.newChannelBuilder(cluster.address(0), InsecureChannelCredentials.create()).build();
      try {
        AdminGrpc.AdminBlockingStub admin = AdminGrpc.newBlockingStub(channel);
        Object unused = admin.getStatus(GetStatusRequest.getDefaultInstance());
        CreateTenantRequest create =
            CreateTenantRequest.newBuilder()
                .setTenant(Tenant.newBuilder().setName("audited").setReplicationFactor(1))
                .build();
        unused = admin.createTenant(create);
        CreateTenantRequest other =
            create.toBuilder()
                .setTenant(create.getTenant().toBuilder().setReplicationFactor(3))
                .build();
        assertThatThrownBy(() -> admin.createTenant(other))
            .isInstanceOf(StatusRuntimeException.class);
      } finally {
        channel.shutdownNow();
      }
      await().until(() -> lines().size() >= 2);
    }
    assertThat(lines()).hasSize(2).allSatisfy(line -> assertThat(line).contains("\"audited\""));
    assertThat(lines().get(0))
        .contains("\"action\":\"quorate.v1.Admin/CreateTenant\"", "\"outcome\":\"OK\"")
        .contains("\"from\":\"127.0.0.1:");
    assertThat(lines().get(1)).doesNotContain("\"outcome\":\"OK\"").contains("\"why\":");
  }
}
