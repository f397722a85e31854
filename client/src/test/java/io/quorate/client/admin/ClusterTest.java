package io.quorate.client.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.quorate.client.InvalidRequestException;
import io.quorate.client.KeyValue;
import io.quorate.client.Level;
import io.quorate.client.OutcomeUnknownException;
import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.ReadOptions;
import io.quorate.client.ReadRepair;
import io.quorate.client.UnknownTenantException;
import io.quorate.client.WriteOptions;
import io.quorate.client.fake.FakeCluster;
import io.quorate.client.fake.FakeNode;
import io.quorate.proto.v1.CreateTenantResponse;
import io.quorate.proto.v1.Failure;
import io.quorate.proto.v1.Failure.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Questions about the cluster find a node that answers them. */
class ClusterTest {
  private final FakeCluster cluster = new FakeCluster(3);
  private final QuorateClient client = cluster.client();

  @AfterEach
  void close() {
    client.close();
    cluster.close();
  }

  /** Names may come from the caller's callers. */
  @Test
  void whatWasGivenIsQuotedAndCut() {
    String huge = "x".repeat(70_000) + "\n";
    try (QuorateClient client =
        QuorateClient.builder()
            .endpoints("127.0.0.1:1")
            .tenant(huge)
            .timeout(Duration.ofMillis(300))
            .build()) {
      Cluster told = Administration.of(client).cluster();
      KeyValue kv = client.keyValue();
      List<ThrowableAssert.ThrowingCallable> all =
          List.of(
              () -> told.createTenant(huge, TenantSettings.DEFAULT),
              () -> told.alterTenant(huge, TenantSettings.DEFAULT),
              () -> told.readmitNode(huge, false, false),
              () -> told.statusOf(huge),
              () -> Administration.of(client).asyncMaintenance(huge),
              () -> kv.put("k", "v"),
              () -> kv.scan("k").next(),
              () -> Level.parse(huge),
              () -> ReadRepair.parse(huge),
              () -> QuorateClient.builder().endpoints(huge));
      for (ThrowableAssert.ThrowingCallable each : all) {
        assertThatThrownBy(each)
            .satisfies(
                failure ->
                    assertThat(failure.getMessage()).hasSizeLessThan(500).doesNotContain("\n"));
      }
    }
  }

  @Test
  void anyNodeWillDo() {
    cluster.nodes.get(0).kill();
    cluster.nodes.get(1).statusFailure = notServing();
    for (int i = 0; i < 6; i++) {
      assertThat(Administration.of(client).cluster().status().answeredBy())
          .isEqualTo(cluster.nodes.get(2).id());
    }
  }

  /** A busy machine may not answer an attempt in time, and has seconds left to answer the next. */
  @Test
  void nodesThatDoNotAnswerAnAttemptAreAskedAgainWithinTheTimeout() {
    cluster.nodes.forEach(node -> node.statusSilences.set(1));
    Duration timeout = Duration.ofSeconds(30);
    try (QuorateClient patient =
        QuorateClient.builder().endpoints(cluster.endpoints()).timeout(timeout).build()) {
      assertThat(Administration.of(patient).asyncCluster().status()).succeedsWithin(timeout);
    }
    assertThat(cluster.nodes).allMatch(node -> node.statusSilences.get() == 0);
  }

  @Test
  void nodesThatWillServeSoonAreWaitedFor() {
    cluster.nodes.forEach(node -> node.statusFailure = notServing());
    CompletableFuture<ClusterStatus> status = Administration.of(client).asyncCluster().status();
    assertThat(status).isNotDone();
    cluster.nodes.forEach(node -> node.statusFailure = null);
    assertThat(status).succeedsWithin(Duration.ofSeconds(4));
  }

  /**
   * A node looks for a leader until the time is nearly over: the rest is none for another one.
   * AskingTest has what is told then, which on a busy machine may be that the outcome is unknown.
   */
  @Test
  void aChangeThatANodeRefusesLateIsAskedOfNoOther() {
    Failure noLeader =
        Failure.newBuilder().setReason(Reason.REASON_UNAVAILABLE).setMessage("no leader").build();
    cluster.nodes.forEach(node -> node.createRefusedLate = noLeader);
    try (QuorateClient asking =
        QuorateClient.builder()
            .endpoints(cluster.endpoints())
            .timeout(Duration.ofSeconds(2))
            .build()) {
      List<CompletableFuture<TenantChange>> all = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        all.add(
            Administration.of(asking)
                .asyncCluster()
                .createTenant("orders-" + i, TenantSettings.DEFAULT));
      }
      assertThat(all)
          .allSatisfy(
              each ->
                  assertThat(each)
                      .failsWithin(Duration.ofSeconds(20))
                      .withThrowableThat()
                      .withCauseInstanceOf(QuorateException.class));
    }
    assertThat(cluster.nodes.stream().flatMap(node -> node.createsAsked.stream()))
        .isNotEmpty()
        .doesNotHaveDuplicates();
  }

  @Test
  void placementIsGivenWhole() {
    Placement placement = Administration.of(client).cluster().placement();
    assertThat(placement.partitions()).hasSize(FakeCluster.PARTITIONS);
    assertThat(placement.partitions().get(1).preferenceList()).containsExactly(1, 2, 0);
    assertThat(placement.nodes().get(0).id()).isEqualTo("0000000000000001");
    assertThat(placement.nodes().get(0).name()).isEqualTo("db-1");
    assertThat(placement.tenants().get(0).name()).isEqualTo("default");
  }

  @Test
  void tenantIsCreatedAsAskedAndWarningsAreTold() {
    cluster.nodes.forEach(
        node ->
            node.createScript =
                ask ->
                    CreateTenantResponse.newBuilder()
                        .setTenant(ask.getTenant().toBuilder().setId(9))
                        .addWarnings("reads may miss writes")
                        .build());
    TenantChange created =
        Administration.of(client)
            .cluster()
            .createTenant(
                "orders",
                TenantSettings.DEFAULT
                    .replicationFactor(3)
                    .readLevel(Level.ONE)
                    .writeLevel(Level.of(2))
                    .defaultTtl(Duration.ofHours(1))
                    .readRepair(ReadRepair.background(7))
                    .operationsPerSecond(100)
                    .bytesPerSecond(4096)
                    .hintOverflow(HintOverflow.REJECT)
                    .retries(Retries.ONCE)
                    .model(Model.SIBLINGS));
    assertThat(created.tenant())
        .isEqualTo(
            Tenant.builder()
                .name("orders")
                .id(9)
                .replicationFactor(3)
                .nextReplicationFactor(3)
                .settings(
                    TenantSettings.DEFAULT
                        .readLevel(Level.ONE)
                        .writeLevel(Level.of(2))
                        .defaultTtl(Duration.ofHours(1))
                        .readRepair(ReadRepair.background(7))
                        .operationsPerSecond(100)
                        .bytesPerSecond(4096)
                        .hintOverflow(HintOverflow.REJECT)
                        .retries(Retries.ONCE)
                        .model(Model.SIBLINGS))
                .build());
    assertThat(created.tenant().model()).isEqualTo(Model.SIBLINGS);
    assertThat(created.tenant().retries()).isEqualTo(Retries.ONCE);
    assertThat(created.tenant().limits())
        .isEqualTo(TenantLimits.of(100, 4096, HintOverflow.REJECT));
    assertThat(created.warnings()).containsExactly("reads may miss writes");
  }

  @Test
  void settingThatIsNeverChangedIsRefusedBeforeAnythingIsSent() {
    assertThatThrownBy(
            () ->
                Administration.of(client)
                    .cluster()
                    .alterTenant("orders", TenantSettings.DEFAULT.retries(Retries.REPEAT)))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("tenant 'orders': retries is given when a tenant is created");
    assertThat(cluster.nodes).allMatch(node -> node.alterationsAsked.isEmpty());
    assertThat(TenantSetting.all().stream().filter(TenantSetting::isFixed))
        .containsExactly(TenantSetting.RETRIES, TenantSetting.MODEL);
  }

  /** The answer to its creation says that its writes are to be stamped. */
  @Test
  void firstWriteOfATenantThatWasCreatedHereIsStamped() {
    cluster.placementHlc = 1_700_000_000_000L << 16;
    cluster.connect(client);
    Administration.of(client)
        .cluster()
        .createTenant("orders", TenantSettings.DEFAULT.replicationFactor(3).retries(Retries.ONCE));
    byte[] key = FakeCluster.utf8("k");
    client.keyValue().put(key, key, WriteOptions.DEFAULT.tenant("orders"));
    assertThat(cluster.nodes.stream().flatMap(node -> node.operations().stream()))
        .singleElement()
        .matches(put -> put.getPut().getStamp().getFirstAttempt());
  }

  @Test
  void newTenantCanBeUsedAtOnceThoughANodeIsBehind() {
    cluster.connect(client);
    Administration.of(client)
        .cluster()
        .createTenant("orders", TenantSettings.DEFAULT.replicationFactor(3));
    AtomicInteger behind = new AtomicInteger(3);
    cluster.nodes.forEach(
        node ->
            node.script =
                operation ->
                    behind.getAndDecrement() > 0
                        ? FakeCluster.failed(Reason.REASON_UNKNOWN_TENANT)
                        : cluster.serve(operation));
    KeyValue kv = client.keyValue();
    byte[] key = FakeCluster.utf8("k");
    assertThat(kv.put(key, key, WriteOptions.DEFAULT.tenant("orders"))).isNotNull();
    behind.set(1);
    assertThatThrownBy(() -> kv.get(key, ReadOptions.DEFAULT.tenant("nobody")))
        .isInstanceOf(UnknownTenantException.class)
        .hasMessageContaining("tenant 'nobody'");
  }

  @Test
  void refusalOfAChangeIsPassedOn() {
    Map<Reason, Class<? extends QuorateException>> types =
        Map.of(
            Reason.REASON_INVALID, InvalidRequestException.class,
            Reason.REASON_OUTCOME_UNKNOWN, OutcomeUnknownException.class);
    types.forEach(
        (reason, type) -> {
          Failure failure = Failure.newBuilder().setReason(reason).setMessage("because").build();
          cluster.nodes.forEach(
              node ->
                  node.createScript =
                      ask -> {
                        throw FakeNode.refusal(failure, Status.Code.FAILED_PRECONDITION);
                      });
          assertThatThrownBy(
                  () ->
                      Administration.of(client)
                          .cluster()
                          .createTenant("orders", TenantSettings.DEFAULT))
              .isInstanceOf(type)
              .hasMessageContaining("creation of tenant 'orders'")
              .hasMessageContaining("because");
        });
  }

  private static Failure notServing() {
    return Failure.newBuilder().setReason(Reason.REASON_NOT_SERVING).setMessage("starting").build();
  }
}
