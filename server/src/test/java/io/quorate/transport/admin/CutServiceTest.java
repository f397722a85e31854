package io.quorate.transport.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quorate.admin.FakeAdmin;
import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command;
import io.quorate.cluster.Decision;
import io.quorate.model.Invariant;
import io.quorate.model.NodeId;
import io.quorate.placement.Cut;
import io.quorate.placement.TenantSetting;
import io.quorate.placement.TenantSettings;
import io.quorate.proto.v1.BackupGrpc;
import io.quorate.proto.v1.CutStep;
import io.quorate.proto.v1.EndCutRequest;
import io.quorate.proto.v1.EndCutResponse;
import io.quorate.proto.v1.Failure;
import io.quorate.proto.v1.Failure.Code;
import io.quorate.proto.v1.GetCutRequest;
import io.quorate.proto.v1.GetCutResponse;
import io.quorate.proto.v1.KeepCutRequest;
import io.quorate.proto.v1.MakeCutRequest;
import io.quorate.runtime.real.SystemClock;
import io.quorate.transport.StatusTable;
import io.quorate.transport.TestLane;
import io.quorate.version.Hlc;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Cuts, as they are asked for over the API. */
class CutServiceTest {
  private static final long NOW_MILLIS = 1_000_000;
  private static final String DEFAULT = "default";

  private final FakeAdmin admin = new FakeAdmin();
  private final TestLane lane = new TestLane();
  private TestServer server;
  private BackupGrpc.BackupBlockingStub backups;

  @BeforeEach
  void start() throws Exception {
    admin.state = FakeAdmin.threeMembers();
    admin.hybridTime = Hlc.of(NOW_MILLIS, 7);
    BackupService service = new BackupService(admin, () -> null, lane.lane(), new SystemClock());
    server = new TestServer(lane, service.bindService());
    backups = BackupGrpc.newBlockingStub(server.channel());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private long make(String... tenants) {
    return backups
        .makeCut(MakeCutRequest.newBuilder().addAllTenants(List.of(tenants)).build())
        .getCut();
  }

  private GetCutResponse get(long cut) {
    return backups.getCut(GetCutRequest.newBuilder().setCut(cut).build());
  }

  private EndCutResponse end(long cut) {
    return backups.endCut(EndCutRequest.newBuilder().setCut(cut).build());
  }

  private ClusterState known() {
    return Invariant.present(admin.state, "the node is of a cluster");
  }

  /** Has the leader take the next step. */
  private void step(Command command) {
    ClusterState before = known();
    Decision decision = before.apply(command, before.stateVersion() + 1);
    assertThat(decision).isInstanceOf(Decision.Accepted.class);
    admin.state = ((Decision.Accepted) decision).next();
  }

  @Test
  void cutLiesAheadOfTheClockByASecond() {
    long cut = make(DEFAULT);
    Cut made = known().cut();
    assertThat(cut).isEqualTo(made.id()).isPositive();
    assertThat(made.step()).isEqualTo(Cut.Step.ARMED);
    assertThat(made.time()).isEqualTo(Hlc.of(NOW_MILLIS + 1_000, 0));
    assertThat(get(cut))
        .isEqualTo(
            GetCutResponse.newBuilder()
                .setCut(cut)
                .setStep(CutStep.CUT_STEP_ARMED)
                .setHlc(Hlc.of(NOW_MILLIS + 1_000, 0))
                .addTenants(DEFAULT)
                .build());
    assertThat(get(0)).as("the newest").isEqualTo(get(cut));
  }

  @Test
  void tenantWithoutANameIsTheDefaultOne() {
    assertThat(get(make("")).getTenantsList()).containsExactly(DEFAULT);
  }

  @Test
  void stepsAreShown() {
    long cut = make(DEFAULT);
    step(new Command.CloseCut(cut));
    assertThat(get(cut).getStep()).isEqualTo(CutStep.CUT_STEP_CLOSED);
    SortedSet<NodeId> all = new TreeSet<>(List.of(FakeAdmin.A, FakeAdmin.B));
    step(new Command.SealCut(cut, Collections.nCopies(known().partitions().size(), all)));
    assertThat(get(cut).getStep()).isEqualTo(CutStep.CUT_STEP_SEALED);
    step(new Command.EndCut(cut, ""));
    assertThat(get(cut).getStep()).isEqualTo(CutStep.CUT_STEP_ENDED);
    assertThat(get(cut).getReason()).isEmpty();
  }

  @Test
  void theReasonOfAnEndNamesNodes() {
    long cut = make(DEFAULT);
    step(new Command.EndCut(cut, "node " + FakeAdmin.A + " was removed"));
    assertThat(get(cut).getReason()).isEqualTo("node " + FakeAdmin.A + " (upper) was removed");
  }

  @Test
  void theCodeOfAnEndTellsWhetherALaterMomentCanSucceed() {
    keepHistory();
    long asOf = Hlc.of(NOW_MILLIS - 1_000, 0);
    long cut = makeAsOf(asOf);
    assertThat(get(cut).getCode()).isEqualTo(Code.CODE_UNSPECIFIED);
    step(new Command.EndCut(cut, Cut.Cause.BEFORE_HISTORY, "it was kept since then"));
    assertThat(get(cut).getCode()).isEqualTo(Code.CODE_BEFORE_HISTORY);
    assertThat(get(cut).getReason()).isEqualTo("it was kept since then");
    long next = makeAsOf(asOf);
    assertThat(get(cut).getCode()).as("it is not known any more").isEqualTo(Code.CODE_UNSPECIFIED);
    step(new Command.EndCut(next, "a node was away"));
    assertThat(get(next).getCode()).isEqualTo(Code.CODE_UNSPECIFIED);
  }

  @Test
  void sealedOneSaysWhenItsCommandWasHeard() {
    admin.cutUnheardMillis = 12_000;
    long cut = make(DEFAULT);
    assertThat(get(cut).hasUnheardMs()).as("it is not sealed").isFalse();
    step(new Command.CloseCut(cut));
    SortedSet<NodeId> all = new TreeSet<>(List.of(FakeAdmin.A, FakeAdmin.B));
    step(new Command.SealCut(cut, Collections.nCopies(known().partitions().size(), all)));
    assertThat(get(cut).getUnheardMs()).isEqualTo(12_000);
    assertThat(get(cut).getUnheardMaxMs()).isEqualTo(90_000);
    admin.cutUnheardMillis = -1;
    assertThat(get(cut).hasUnheardMs()).as("it never was").isFalse();
  }

  @Test
  void cutIsKeptByThoseWhoAskForIt() {
    var unused = backups.keepCut(KeepCutRequest.newBuilder().setCut(7).build());
    assertThat(admin.keptCuts).containsExactly(7L);
  }

  @Test
  void whatTheClusterRefusesIsSaid() {
    AdminServer.assertFails(
        () -> make("nobody"), Status.Code.NOT_FOUND, "tenant 'nobody' does not exist");
    AdminServer.assertFails(this::make, Status.Code.INVALID_ARGUMENT, "no tenant is named");
    long first = make(DEFAULT);
    AdminServer.assertFails(
        () -> make(DEFAULT),
        Status.Code.FAILED_PRECONDITION,
        "cut " + first + " is ARMED, and there is one at a time");
    assertThat(code(() -> make(DEFAULT))).isEqualTo(Code.CODE_OTHER_CUT);
  }

  private static Code code(ThrowingCallable call) {
    StatusRuntimeException thrown = catchThrowableOfType(StatusRuntimeException.class, call);
    byte[] told = Objects.requireNonNull(thrown.getTrailers()).get(StatusTable.FAILURE);
    try {
      return Failure.parseFrom(told).getCode();
    } catch (InvalidProtocolBufferException malformed) {
      throw new AssertionError(malformed);
    }
  }

  /** Before the caller gives up, so that it can ask another node. */
  @Test
  void nodeThatCannotMakeSureWhatHasBecomeOfACutSaysSoInTime() {
    long begun = System.nanoTime();
    admin.confirms = false;
    AdminServer.assertFails(
        () -> get(1_000_000),
        Status.Code.UNAVAILABLE,
        "this node cannot make sure what has become of cut 1000000: the leader of the metadata"
            + " group did not answer in time. Ask again, or another node");
    assertThat(admin.confirmDeadlineNanos - begun)
        .as("a part of the default timeout")
        .isLessThan(Duration.ofSeconds(5).toNanos());
    admin.outOfTouch = "it stands still";
    AdminServer.assertFails(
        () -> get(1_000_000), Status.Code.UNAVAILABLE, "it stands still. Ask again");
    admin.outOfTouch = "";
    admin.confirms = true;
    AdminServer.assertFails(
        () -> get(1_000_000), Status.Code.INVALID_ARGUMENT, "there is no cut 1000000");
  }

  /** The one that asked was killed before it heard the answer; the next one asks again. */
  @Test
  void requestThatComesAgainBeginsNoOtherCut() {
    MakeCutRequest request = request(1).build();
    long cut = backups.makeCut(request).getCut();
    assertThat(get(cut).getStep()).isEqualTo(CutStep.CUT_STEP_ARMED);
    admin.hybridTime = Hlc.of(NOW_MILLIS + 500, 0);
    assertThat(backups.makeCut(request).getCut()).isEqualTo(cut);
    assertThat(known().cut().time()).isEqualTo(Hlc.of(NOW_MILLIS + 1_000, 0));
    step(new Command.EndCut(cut, "it was of no use"));
    long next = backups.makeCut(request(2).build()).getCut();
    assertThat(next).isGreaterThan(cut);
    assertThat(backups.makeCut(request).getCut()).as("not that of another one").isEqualTo(cut);
    assertThat(get(next).getStep()).isEqualTo(CutStep.CUT_STEP_ARMED);
  }

  @Test
  void requestOfTheSameIdForOtherTenantsIsRefused() {
    long cut = backups.makeCut(request(1).build()).getCut();
    MakeCutRequest other = request(1).clearTenants().addTenants("").build();
    AdminServer.assertFails(
        () -> backups.makeCut(other), Status.Code.FAILED_PRECONDITION, "used for another request");
    AdminServer.assertFails(
        () -> backups.makeCut(request(1).setRequestId(ByteString.copyFromUtf8("x")).build()),
        Status.Code.INVALID_ARGUMENT,
        "request_id of 1 bytes");
    assertThat(known().cut().id()).isEqualTo(cut);
  }

  /** That another one was in the way is the answer for good, also when that one has ended. */
  @Test
  void requestThatWasRefusedStaysRefused() {
    long first = make(DEFAULT);
    assertThat(code(() -> backups.makeCut(request(1).build()))).isEqualTo(Code.CODE_OTHER_CUT);
    step(new Command.EndCut(first, ""));
    assertThat(code(() -> backups.makeCut(request(1).build()))).isEqualTo(Code.CODE_OTHER_CUT);
    assertThat(known().cut().id()).isEqualTo(first);
    assertThat(backups.makeCut(request(2).build()).getCut()).isGreaterThan(first);
  }

  private static MakeCutRequest.Builder request(int id) {
    return MakeCutRequest.newBuilder()
        .addTenants(DEFAULT)
        .setRequestId(
            ByteString.copyFrom(
                new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, (byte) id}));
  }

  private static final long HISTORY_MILLIS = 60_000;

  private void keepHistory() {
    step(
        new Command.AlterTenant(
            DEFAULT, TenantSettings.NONE.with(TenantSetting.HISTORY_MILLIS, HISTORY_MILLIS)));
  }

  private long makeAsOf(long hlc) {
    return backups
        .makeCut(MakeCutRequest.newBuilder().addTenants(DEFAULT).setAsOf(hlc).build())
        .getCut();
  }

  @Test
  void cutOfThePastIsClosedAtOnceAsOfItsMoment() {
    keepHistory();
    long asOf = Hlc.of(NOW_MILLIS - 1_000, 0xFFFF);
    long cut = makeAsOf(asOf);
    assertThat(known().cut().past()).isTrue();
    assertThat(get(cut).getStep()).isEqualTo(CutStep.CUT_STEP_CLOSED);
    assertThat(get(cut).getHlc()).isEqualTo(asOf);
    assertThat(get(cut).getTenantsList()).containsExactly(DEFAULT);
  }

  /** A record with a later stamp may still be written, and one with that of the clock is. */
  @Test
  void momentHasPassedOnceTheClockIsBeyondIt() {
    keepHistory();
    for (long early : List.of(admin.hybridTime, Hlc.of(NOW_MILLIS, 0xFFFF), Hlc.END, -1L)) {
      AdminServer.assertFails(
          () -> makeAsOf(early), Status.Code.INVALID_ARGUMENT, "has yet to come, as this node's");
    }
    assertThat(makeAsOf(admin.hybridTime - 1)).isPositive();
  }

  @Test
  void momentIsNotLongerAgoThanTheHistory() {
    keepHistory();
    for (long late : List.of(1L, Hlc.of(NOW_MILLIS - HISTORY_MILLIS - 1, 0xFFFF))) {
      AdminServer.assertFails(
          () -> makeAsOf(late),
          Status.Code.FAILED_PRECONDITION,
          "the history of tenant 'default' goes back to 1970-01-01T00:15:40Z, and 1970-01-01T00:");
      assertThat(code(() -> makeAsOf(late))).isEqualTo(Code.CODE_BEFORE_HISTORY);
    }
    assertThat(makeAsOf(Hlc.of(NOW_MILLIS - HISTORY_MILLIS, 0))).isPositive();
  }

  @Test
  void tenantWithoutAHistoryHasNoPast() {
    AdminServer.assertFails(
        () -> makeAsOf(Hlc.of(NOW_MILLIS - 1, 0)),
        Status.Code.FAILED_PRECONDITION,
        "tenant 'default' has no history");
    assertThat(code(() -> makeAsOf(Hlc.of(NOW_MILLIS - 1, 0)))).isEqualTo(Code.CODE_NO_HISTORY);
    assertThat(known().cut()).isEqualTo(Cut.NONE);
  }

  @Test
  void nodeWhoseClockIsOffMakesNone() {
    admin.hybridTime = 0;
    AdminServer.assertFails(() -> make(DEFAULT), Status.Code.UNAVAILABLE, "Ask another node");
    AdminServer.assertFails(() -> makeAsOf(1), Status.Code.UNAVAILABLE, "Ask another node");
  }

  @Test
  void endedCutSaysWhy() {
    long cut = make(DEFAULT);
    assertThat(end(cut)).isNotNull();
    assertThat(get(cut).getStep()).isEqualTo(CutStep.CUT_STEP_ENDED);
    assertThat(get(cut).getReason()).isEqualTo("it was ended before it could be read");
    assertThat(end(cut)).as("once more").isNotNull();
    long next = make(DEFAULT);
    assertThat(get(cut).getStep()).isEqualTo(CutStep.CUT_STEP_ENDED);
    assertThat(get(cut).getReason()).isEqualTo("cut " + next + " was begun since");
    assertThat(end(cut)).as("and it is not the next one that ends").isNotNull();
    assertThat(get(next).getStep()).isEqualTo(CutStep.CUT_STEP_ARMED);
  }

  @Test
  void cutThatThereIsNotIsNotFound() {
    AdminServer.assertFails(() -> get(9_999), Status.Code.INVALID_ARGUMENT, "there is no cut 9999");
    AdminServer.assertFails(
        () -> end(9_999), Status.Code.FAILED_PRECONDITION, "there never was one");
    assertThat(get(0))
        .isEqualTo(GetCutResponse.newBuilder().setStep(CutStep.CUT_STEP_ENDED).build());
  }

  /** It was begun at another node. */
  @Test
  void nodeThatHasNotHeardOfACutMakesSure() {
    ClusterState before = known();
    long cut = make(DEFAULT);
    admin.stale = before;
    assertThat(get(cut).getStep()).isEqualTo(CutStep.CUT_STEP_ARMED);
  }
}
