package io.quorate.client.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.quorate.client.FailedPreconditionException;
import io.quorate.client.FailureCode;
import io.quorate.client.InvalidRequestException;
import io.quorate.client.QuorateClient;
import io.quorate.client.UnavailableException;
import io.quorate.client.fake.FakeNode;
import io.quorate.proto.v1.AccessGrpc;
import io.quorate.proto.v1.AdminGrpc;
import io.quorate.proto.v1.BackupGrpc;
import io.quorate.proto.v1.CutStep;
import io.quorate.proto.v1.Failure;
import io.quorate.proto.v1.GetCallerRequest;
import io.quorate.proto.v1.GetCallerResponse;
import io.quorate.proto.v1.GetCutRequest;
import io.quorate.proto.v1.GetCutResponse;
import io.quorate.proto.v1.KeepCutRequest;
import io.quorate.proto.v1.KeepCutResponse;
import io.quorate.proto.v1.ListRolesRequest;
import io.quorate.proto.v1.ListRolesResponse;
import io.quorate.proto.v1.ListTenantsRequest;
import io.quorate.proto.v1.ListTenantsResponse;
import io.quorate.proto.v1.ListUsersRequest;
import io.quorate.proto.v1.ListUsersResponse;
import io.quorate.proto.v1.MakeCutRequest;
import io.quorate.proto.v1.MakeCutResponse;
import io.quorate.proto.v1.ReadBackupPageRequest;
import io.quorate.proto.v1.ReadBackupPageResponse;
import io.quorate.proto.v1.RestoreRequest;
import io.quorate.proto.v1.RestoreResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is asked of a node for backups. */
class BackupsTest {
  private final List<MakeCutRequest> asked = new CopyOnWriteArrayList<>();
  private final List<RestoreRequest> restored = new CopyOnWriteArrayList<>();

  /** How many of the next batches are lost on the way, or their answers are. */
  private final AtomicInteger lost = new AtomicInteger();

  private final List<Long> kept = new CopyOnWriteArrayList<>();
  private final List<ReadBackupPageRequest> pages = new CopyOnWriteArrayList<>();
  private volatile GetCutResponse cut = GetCutResponse.getDefaultInstance();

  /** Whether the node is of a release that can make sure of what it lists. */
  private volatile boolean confirms = true;

  /** How often it was asked to make sure. */
  private final AtomicInteger asksToConfirm = new AtomicInteger();

  /** How the node refuses what it is asked: the last one goes for all others. */
  private final Queue<Failure> refusals = new ConcurrentLinkedQueue<>();

  private Server node;
  private QuorateClient client;
  private Backups backups;

  @BeforeEach
  void start() throws IOException {
    node =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(
                new BackupGrpc.BackupImplBase() {
                  @Override
                  public void makeCut(MakeCutRequest request, StreamObserver<MakeCutResponse> out) {
                    asked.add(request);
                    answer(out, MakeCutResponse.newBuilder().setCut(7).build());
                  }

                  @Override
                  public void getCut(GetCutRequest request, StreamObserver<GetCutResponse> out) {
                    answer(out, cut);
                  }

                  @Override
                  public void restore(RestoreRequest request, StreamObserver<RestoreResponse> out) {
                    if (lost.getAndDecrement() > 0) {
                      restored.add(request);
                      out.onError(Status.UNAVAILABLE.asRuntimeException());
                    } else {
                      restored.add(request);
                      answer(out, RestoreResponse.getDefaultInstance());
                    }
                  }

                  @Override
                  public void readBackupPage(
                      ReadBackupPageRequest request, StreamObserver<ReadBackupPageResponse> out) {
                    pages.add(request);
                    answer(out, ReadBackupPageResponse.getDefaultInstance());
                  }

                  @Override
                  public void keepCut(KeepCutRequest request, StreamObserver<KeepCutResponse> out) {
                    kept.add(request.getCut());
                    out.onNext(KeepCutResponse.getDefaultInstance());
                    out.onCompleted();
                  }
                })
            .addService(
                new AccessGrpc.AccessImplBase() {
                  @Override
                  public void getCaller(
                      GetCallerRequest request, StreamObserver<GetCallerResponse> out) {
                    answer(out, GetCallerResponse.getDefaultInstance());
                  }

                  @Override
                  public void listUsers(
                      ListUsersRequest request, StreamObserver<ListUsersResponse> out) {
                    isToBeConfirmed(request.getConfirmed());
                    answer(out, ListUsersResponse.getDefaultInstance());
                  }

                  @Override
                  public void listRoles(
                      ListRolesRequest request, StreamObserver<ListRolesResponse> out) {
                    isToBeConfirmed(request.getConfirmed());
                    answer(out, ListRolesResponse.getDefaultInstance());
                  }
                })
            .addService(
                new AdminGrpc.AdminImplBase() {
                  @Override
                  public void listTenants(
                      ListTenantsRequest request, StreamObserver<ListTenantsResponse> out) {
                    isToBeConfirmed(request.getConfirmed());
                    answer(out, orders(confirms && request.getConfirmed()));
                  }
                })
            .build()
            .start();
    client =
        QuorateClient.builder()
            .endpoints("127.0.0.1:" + node.getPort())
            .timeout(Duration.ofSeconds(10))
            .build();
    backups = Administration.of(client).backups();
  }

  private static ListTenantsResponse orders(boolean confirmed) {
    return ListTenantsResponse.newBuilder()
        .addTenants(io.quorate.proto.v1.Tenant.newBuilder().setName("orders").setId(5))
        .setConfirmed(confirmed)
        .build();
  }

  private void isToBeConfirmed(boolean so) {
    if (so) {
      asksToConfirm.incrementAndGet();
    }
  }

  private <T> void answer(StreamObserver<T> out, T answer) {
    Failure refused = refusals.size() > 1 ? refusals.poll() : refusals.peek();
    if (refused == null) {
      out.onNext(answer);
      out.onCompleted();
    } else {
      out.onError(FakeNode.refusal(refused, Status.Code.FAILED_PRECONDITION));
    }
  }

  @AfterEach
  void stop() {
    client.close();
    node.shutdownNow();
  }

  /** What a node has yet to hear of would be missing in a backup. */
  @Test
  void nodesMakeSureOfWhatABackupHas() {
    assertThat(backups.tenants()).extracting(Tenant::name).containsExactly("orders");
    assertThat(backups.users()).isEmpty();
    assertThat(backups.roles()).isEmpty();
    assertThat(asksToConfirm).hasValue(3);
    var unused = Administration.of(client).cluster().tenants();
    unused = Administration.of(client).cluster().tenants();
    assertThat(asksToConfirm).as("others are answered without a leader").hasValue(3);
  }

  /** It does not know the field, and answers as it would without. */
  @Test
  void nodeOfAnEarlierReleaseCannotMakeSure() {
    confirms = false;
    assertThatThrownBy(backups::tenants)
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining("of release 0.1, and cannot make sure")
        .hasMessageNotContaining("check the endpoints");
  }

  /** Of a cluster that is being upgraded, those nodes answer that can. */
  @Test
  void anotherNodeIsAskedInPlaceOfOneOfAnEarlierRelease() throws IOException {
    AtomicInteger askedInVain = new AtomicInteger();
    Server earlier =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(
                new AdminGrpc.AdminImplBase() {
                  @Override
                  public void listTenants(
                      ListTenantsRequest request, StreamObserver<ListTenantsResponse> out) {
                    askedInVain.incrementAndGet();
                    answer(out, ListTenantsResponse.getDefaultInstance());
                  }
                })
            .build()
            .start();
    try (QuorateClient ofBoth =
        QuorateClient.builder()
            .endpoints(List.of("127.0.0.1:" + earlier.getPort(), "127.0.0.1:" + node.getPort()))
            .timeout(Duration.ofSeconds(10))
            .build()) {
      for (int i = 0; i < 4; i++) {
        assertThat(Administration.of(ofBoth).backups().tenants())
            .extracting(Tenant::name)
            .containsExactly("orders");
      }
      assertThat(askedInVain).as("each second time it came first").hasPositiveValue();
    } finally {
      earlier.shutdownNow();
    }
  }

  @Test
  void pageIsOfTheTenantThatWasListed() {
    Tenant orders = backups.tenants().get(0);
    var unused = backups.read(orders, 3, new byte[] {1}, 9, 11);
    assertThat(pages)
        .containsExactly(
            ReadBackupPageRequest.newBuilder()
                .setTenant("orders")
                .setTenantId(5)
                .setPartition(3)
                .setAfter(ByteString.copyFrom(new byte[] {1}))
                .setCut(9)
                .setSince(11)
                .build());
  }

  /** All that was stamped within the millisecond is in the cut. */
  @Test
  void momentThatHasPassedIsTheEndOfItsMillisecond() {
    assertThat(backups.makeCut(List.of("orders"), Instant.parse("2026-11-27T22:10:00.123456Z")))
        .isEqualTo(7);
    assertThat(backups.makeCut(List.of("orders", "items"), Instant.EPOCH)).isEqualTo(7);
    assertThat(backups.makeCut(List.of("orders"))).isEqualTo(7);
    assertThat(asked.stream().map(MakeCutRequest::getRequestId))
        .as("each is another request")
        .doesNotHaveDuplicates()
        .allMatch(id -> id.size() == 16);
    assertThat(asked.stream().map(each -> each.toBuilder().clearRequestId().build()))
        .containsExactly(
            request(Instant.parse("2026-11-27T22:10:00.123Z").toEpochMilli() << 16 | 0xFFFF)
                .addTenants("orders")
                .build(),
            request(0xFFFF).addTenants("orders").addTenants("items").build(),
            request(0).addTenants("orders").build());
  }

  /** A caller that was killed asks again under the id that it wrote down. */
  @Test
  void requestForACutHasTheIdThatIsGiven() {
    UUID id = new UUID(1, 2);
    ByteString bytes =
        ByteString.copyFrom(new byte[] {0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2});
    assertThat(backups.makeCut(List.of("orders"), id)).isEqualTo(7);
    assertThat(backups.makeCut(List.of("orders"), Instant.EPOCH, id)).isEqualTo(7);
    assertThat(asked)
        .containsExactly(
            request(0).addTenants("orders").setRequestId(bytes).build(),
            request(0xFFFF).addTenants("orders").setRequestId(bytes).build());
  }

  private static MakeCutRequest.Builder request(long asOf) {
    return MakeCutRequest.newBuilder().setAsOf(asOf);
  }

  @Test
  void momentThatNoClockShowsIsRefusedBeforeAnythingIsSent() {
    List<Instant> wild =
        List.of(
            Instant.MIN,
            Instant.EPOCH.minusNanos(1),
            Instant.parse("9999-12-31T23:59:59.999Z").plusMillis(1),
            Instant.MAX);
    for (Instant each : wild) {
      assertThatThrownBy(() -> backups.makeCut(List.of("orders"), each))
          .isInstanceOf(InvalidRequestException.class)
          .hasMessageContaining("is a moment that no clock of a cluster shows");
    }
    assertThat(asked).isEmpty();
  }

  /** Nothing is known of what has become of the first attempts. */
  @Test
  void batchWhoseAnswerIsLostIsSentAgainWithAllItsRecords() {
    List<BackupRecord> records =
        IntStream.range(0, 100)
            .mapToObj(i -> BackupRecord.of(new byte[] {(byte) i}, new byte[] {1, (byte) i}))
            .toList();
    lost.set(3);
    backups.restore(Tenant.builder().name("orders").id(9).build(), records);
    assertThat(restored).hasSize(4);
    assertThat(Set.copyOf(restored)).as("all alike").hasSize(1);
    assertThat(restored.get(3).getRecordsList())
        .extracting(
            each -> BackupRecord.of(each.getKey().toByteArray(), each.getContent().toByteArray()))
        .containsExactlyElementsOf(records);
  }

  @Test
  void cutSaysForHowLongNothingWasHeardOfItsCaller() {
    assertThat(backups.cut(0).unheard()).as("it is not sealed").isNull();
    cut =
        GetCutResponse.newBuilder()
            .setCut(7)
            .setStep(CutStep.CUT_STEP_SEALED)
            .setUnheardMs(0)
            .setUnheardMaxMs(90_000)
            .build();
    assertThat(backups.cut(7).unheard()).isEqualTo(Duration.ZERO);
    assertThat(backups.cut(7).unheardMax()).isEqualTo(Duration.ofSeconds(90));
    assertThat(backups.cut(7))
        .isEqualTo(backups.cut(0))
        .isNotEqualTo(backups.cut(7).heard(null, Duration.ZERO));
    backups.keepCut(7);
    assertThat(kept).containsExactly(7L);
  }

  @Test
  void refusalOfACutSaysWhatExactlyIsTheMatter() {
    Failure refused =
        Failure.newBuilder()
            .setReason(Failure.Reason.REASON_FAILED_PRECONDITION)
            .setMessage("not now")
            .setCode(Failure.Code.CODE_OTHER_CUT)
            .build();
    refusals.add(refused);
    assertThatThrownBy(() -> backups.makeCut(List.of("orders")))
        .isInstanceOfSatisfying(
            FailedPreconditionException.class,
            failed -> assertThat(failed.info().code()).isEqualTo(FailureCode.OTHER_CUT));
    refusals.add(refused.toBuilder().clearCode().build());
    assertThat(refusals.poll()).isEqualTo(refused);
    assertThatThrownBy(() -> backups.makeCut(List.of("orders")))
        .isInstanceOfSatisfying(
            FailedPreconditionException.class,
            failed -> assertThat(failed.info().code()).isEqualTo(FailureCode.NONE));
  }

  /** What was said only once, another attempt may do away with. */
  @Test
  void whatWasSaidAtAllAttemptsIsToldWithThem() {
    Failure refused =
        Failure.newBuilder()
            .setReason(Failure.Reason.REASON_NOT_SERVING)
            .setCode(Failure.Code.CODE_NOT_JOINED)
            .build();
    refusals.add(refused);
    assertCodeOfAll(FailureCode.NOT_JOINED);
    refusals.clear();
    refusals.addAll(List.of(refused.toBuilder().clearCode().build(), refused));
    assertCodeOfAll(FailureCode.NONE);
  }

  private void assertCodeOfAll(FailureCode code) {
    try (QuorateClient asking =
        QuorateClient.builder()
            .endpoints("127.0.0.1:" + node.getPort())
            .timeout(Duration.ofSeconds(1)) // which questions about backups do not heed
            .build()) {
      assertThatThrownBy(() -> Administration.of(asking).access().whoAmI())
          .isInstanceOfSatisfying(
              UnavailableException.class,
              failed -> assertThat(failed.info().code()).isEqualTo(code));
    }
  }

  @Test
  void cutThatHasEndedSaysWhatForExactly() {
    cut = GetCutResponse.newBuilder().setCut(7).setStep(CutStep.CUT_STEP_ENDED).build();
    BackupCut untold = backups.cut(7);
    assertThat(untold.code()).isEqualTo(FailureCode.NONE);
    cut = cut.toBuilder().setCode(Failure.Code.CODE_BEFORE_HISTORY).build();
    BackupCut early = backups.cut(7);
    assertThat(early.code()).isEqualTo(FailureCode.BEFORE_HISTORY);
    assertThat(early)
        .isNotEqualTo(untold)
        .isEqualTo(untold.coded(FailureCode.BEFORE_HISTORY))
        .isEqualTo(early.heard(null, Duration.ZERO));
    cut = cut.toBuilder().setCodeValue(77).build();
    assertThat(backups.cut(7).code()).as("of a later release").isEqualTo(FailureCode.NONE);
  }

  @Test
  void historyIsADurationOfATenant() {
    Tenant tenant =
        Tenant.builder().settings(TenantSettings.DEFAULT.history(Duration.ofHours(24))).build();
    assertThat(tenant.history()).isEqualTo(Duration.ofHours(24));
    assertThat(Tenant.builder().build().history()).isZero();
    assertThatThrownBy(() -> TenantSettings.DEFAULT.history(Duration.ofMillis(-1)))
        .hasMessageContaining("give 0 (replaced versions are not kept) or more");
  }
}
