package io.quorate.transport.admin;

import static io.quorate.transport.admin.AdminServer.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.quorate.admin.FakeAdmin;
import io.quorate.admin.MaintenanceAdmin;
import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command;
import io.quorate.cluster.Decision;
import io.quorate.model.Invariant;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSettings;
import io.quorate.proto.v1.BackupGrpc;
import io.quorate.proto.v1.BeginRestoreRequest;
import io.quorate.proto.v1.FinishRestoreRequest;
import io.quorate.proto.v1.GiveUpRestoreRequest;
import io.quorate.proto.v1.ReadBackupPageRequest;
import io.quorate.replication.api.BackupPlane;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.runtime.real.SystemClock;
import io.quorate.transport.TestLane;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which tenants and cuts pages are read of, and what is told of a restore that has ended. */
class BackupServiceTest {
  private static final String ORDERS = "orders";

  private final FakeAdmin admin = new FakeAdmin();
  private final TestLane lane = new TestLane();
  private final Pages pages = new Pages();
  private TestServer server;
  private BackupGrpc.BackupBlockingStub backups;

  /** Answers with empty pages, or refuses. */
  private static final class Pages implements BackupPlane {
    private final List<Integer> ids = new CopyOnWriteArrayList<>();
    private volatile boolean refuses;

    @Override
    public void look(
        Tenant tenant, int partition, long epoch, long deadlineNanos, LookCallback callback) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void read(Tenant tenant, Part part, long deadlineNanos, PageCallback callback) {
      ids.add(tenant.id());
      if (refuses) {
        callback.failed(Failure.refused(Reason.FAILED_PRECONDITION, "it is not of this tenant"));
      } else {
        callback.page(List.of(), null, false);
      }
    }

    @Override
    public void store(Tenant tenant, List<Item> items, long deadlineNanos, StoreCallback callback) {
      throw new UnsupportedOperationException();
    }
  }

  @BeforeEach
  @SuppressWarnings("NullAway") // nothing else is asked for
  void start() throws Exception {
    ClusterState before = FakeAdmin.threeMembers();
    admin.state = before;
    fold(new Command.CreateTenant(ORDERS, 3, TenantSettings.NONE));
    MaintenanceAdmin.Parts parts =
        new MaintenanceAdmin.Parts(
            FakeAdmin.A, null, known().placements(), null, null, null, pages, null);
    BackupService service = new BackupService(admin, () -> parts, lane.lane(), new SystemClock());
    server = new TestServer(lane, service.bindService());
    backups = BackupGrpc.newBlockingStub(server.channel());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private ClusterState known() {
    return Invariant.present(admin.state, "the node is of a cluster");
  }

  private void fold(Command command) {
    ClusterState before = known();
    admin.state = ((Decision.Accepted) before.apply(command, before.stateVersion() + 1)).next();
  }

  private int id() {
    return Invariant.present(known().tenants().get(ORDERS), "it is there").id();
  }

  private static ReadBackupPageRequest.Builder page(int id) {
    return ReadBackupPageRequest.newBuilder().setTenant(ORDERS).setTenantId(id);
  }

  private void read(ReadBackupPageRequest.Builder request) {
    var unused = backups.readBackupPage(request.build());
  }

  /** Replicas would answer with what the old one had, or with nothing. */
  @Test
  void nodeThatHasNotHeardOfATruncationReadsTheTenantThatIsThereNow() {
    int old = id();
    admin.stale = known();
    fold(new Command.TruncateTenant(ORDERS, old));
    assertThat(id()).isNotEqualTo(old);
    read(page(id()));
    assertThat(pages.ids).containsExactly(id());
    assertFails(
        () -> read(page(old)),
        Status.Code.FAILED_PRECONDITION,
        "tenant 'orders' was truncated or created again since it was looked at");
    read(page(0));
    assertThat(pages.ids).as("of whichever tenant has the name").containsExactly(id(), id());
  }

  @Test
  void nodeThatCannotMakeSureReadsNothing() {
    int old = id();
    admin.stale = known();
    fold(new Command.TruncateTenant(ORDERS, old));
    admin.confirms = false;
    admin.outOfTouch = "this node knows no leader of the metadata group";
    assertFails(
        () -> read(page(id())),
        Status.Code.UNAVAILABLE,
        "cannot make sure what tenant 'orders' is: this node knows no leader");
    assertThat(pages.ids).isEmpty();
  }

  /** An operator may ask one of them next. */
  @Test
  void nodesThatDoNotKnowOfTheEndOfARestoreYetAreNamed() {
    admin.hybridTime = 1L << 40;
    admin.unaware.add(FakeAdmin.B);
    int finished = begin("copy");
    int givenUp = begin("other");
    assertThat(givenUp).isNotEqualTo(finished);
    assertThat(
            List.of(
                backups
                    .finishRestore(
                        FinishRestoreRequest.newBuilder()
                            .setTenant("copy")
                            .setTenantId(finished)
                            .build())
                    .getWarningsList(),
                backups
                    .giveUpRestore(GiveUpRestoreRequest.newBuilder().setTenant("other").build())
                    .getWarningsList()))
        .allSatisfy(
            warnings ->
                assertThat(warnings)
                    .singleElement()
                    .asString()
                    .contains("not known yet by node " + FakeAdmin.B));
  }

  /** Returns the id of a tenant that is being restored from now on. */
  private int begin(String tenant) {
    return backups
        .beginRestore(
            BeginRestoreRequest.newBuilder()
                .setTenant(io.quorate.proto.v1.Tenant.newBuilder().setName(tenant))
                .setBackup(5)
                .build())
        .getTenant()
        .getId();
  }

  /** Else one who may read one tenant keeps the cuts of others. */
  @Test
  void cutIsKeptByThoseWhoCanReadIt() {
    pages.refuses = true;
    assertFails(
        () -> read(page(0).setCut(7)), Status.Code.FAILED_PRECONDITION, "it is not of this tenant");
    assertThat(admin.keptCuts).isEmpty();
    pages.refuses = false;
    read(page(0).setCut(7));
    assertThat(admin.keptCuts).containsExactly(7L);
  }
}
