package io.quorate.sim.fault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.admin.OperatorRequest;
import io.quorate.admin.RequestTerms;
import io.quorate.cluster.Command;
import io.quorate.metadata.CommandOutcome;
import io.quorate.model.KeyRange;
import io.quorate.model.NodeId;
import io.quorate.model.RequestId;
import io.quorate.placement.Level;
import io.quorate.placement.Placements;
import io.quorate.placement.Tenant;
import io.quorate.replication.api.ClientRequest;
import io.quorate.replication.api.ClientScan;
import io.quorate.replication.api.DataPlane.ScanCallback;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.ScanPage;
import io.quorate.replication.api.ScanRequest;
import io.quorate.runtime.Lane;
import io.quorate.sim.cluster.PassingStorage;
import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.program.LeftOut;
import io.quorate.sim.program.Sabotage;
import io.quorate.storage.RecordStore;
import io.quorate.storage.Storage;
import io.quorate.storage.memory.DiskSpeed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a tenant had that was dropped goes from all disks, and does not come back. */
class DroppedTenantTest {
  private static final String ORDERS = "orders";
  private static final int KEYS = 60;
  private static final int ROUNDS = 30;
  private static final long DEADLINE_NANOS = Long.MAX_VALUE / 2;
  private static final Duration WHILE_OTHERS_BRING_IT = Duration.ofSeconds(20);

  private ThreeNodes nodes = ThreeNodes.without();

  private void decide(Command command) {
    AtomicReference<@Nullable CommandOutcome> outcome = new AtomicReference<>();
    nodes
        .node(0)
        .onMetadata(
            (group, nowNanos) -> group.propose(command, nowNanos + 5_000_000_000L, outcome::set));
    nodes.await(() -> outcome.get() != null);
    assertThat(outcome.get()).isInstanceOf(CommandOutcome.Accepted.class);
  }

  private static @Nullable Placements placements(SimNode node) {
    return node.placements();
  }

  private int idOf(SimNode node, String tenant) {
    Placements known = placements(node);
    Tenant found = known == null ? null : known.tenant(tenant);
    return found == null ? 0 : found.id();
  }

  private boolean knowsDropped(SimNode node, int id) {
    Placements known = placements(node);
    return known != null && known.tenants().dropped().contains(id);
  }

  /** Creates the tenant; all nodes know it. */
  private int create() {
    decide(new Command.CreateTenant(ORDERS, 3, null, null, 0));
    nodes.await(() -> nodes.cluster().present().stream().allMatch(node -> idOf(node, ORDERS) != 0));
    return idOf(nodes.node(0), ORDERS);
  }

  /** Null if the node knows no such tenant. The checker of promises knows nothing of it. */
  private @Nullable Outcome run(int node, Operation operation) {
    AtomicReference<@Nullable Outcome> outcome = new AtomicReference<>();
    ClientRequest request =
        ClientRequest.of(
            Objects.requireNonNull(placements(nodes.node(node))), operation, DEADLINE_NANOS);
    if (request == null) {
      return null;
    }
    nodes.node(node).onCoordinator(coordinator -> coordinator.submit(request, outcome::set));
    nodes.await(() -> outcome.get() != null);
    return outcome.get();
  }

  /** Begins a write, and does not wait for its outcome. */
  private void begin(int node, String key) {
    Placements known = Objects.requireNonNull(placements(nodes.node(node)));
    Operation put =
        new Operation.Put(ORDERS, key.getBytes(UTF_8), new byte[10], null, 0, RequestId.NONE);
    ClientRequest request = Objects.requireNonNull(ClientRequest.of(known, put, DEADLINE_NANOS));
    nodes.node(node).onCoordinator(coordinator -> coordinator.submit(request, ended -> {}));
  }

  private @Nullable Outcome put(int node, String key) {
    return put(node, key, Level.QUORUM);
  }

  private @Nullable Outcome put(int node, String key, Level level) {
    return run(
        node,
        new Operation.Put(ORDERS, key.getBytes(UTF_8), new byte[10], level, 0, RequestId.NONE));
  }

  private boolean isThere(int node, String key) {
    @Nullable Outcome read =
        run(node, new Operation.Get(ORDERS, key.getBytes(UTF_8), Level.QUORUM));
    assertThat(read).isInstanceOf(Outcome.Read.class);
    return ((Outcome.Read) Objects.requireNonNull(read)).live() != null;
  }

  private void fill(int node, String prefix) {
    for (int i = 0; i < KEYS; i++) {
      assertThat(put(node, prefix + i)).isInstanceOf(Outcome.Written.class);
    }
  }

  private static long held(SimNode node, int tenant) {
    long held = 0;
    for (int partition = 0; partition < SimCluster.PARTITIONS; partition++) {
      held +=
          node.disk().durableRecords(partition).stream()
              .filter(entry -> entry.key().tenant() == tenant)
              .count();
    }
    return held;
  }

  private long heldByAll(int tenant) {
    return nodes.cluster().nodes().stream().mapToLong(node -> held(node, tenant)).sum();
  }

  @Test
  void allOfItGoesFromAllDisksAndNothingElse() {
    nodes.put(0, "of another tenant");
    int id = create();
    fill(0, "k");
    assertThat(heldByAll(id)).isGreaterThan(2L * KEYS);

    decide(new Command.DropTenant(ORDERS));
    nodes.await(() -> heldByAll(id) == 0);

    nodes.get(1, "of another tenant");
    assertThat(nodes.count("Cleared")).isPositive();
    nodes.comeToRest();
  }

  /** A client is told, and what takes the name is empty. */
  @Test
  void theNameIsFreeAndWhatTakesItIsEmpty() {
    int before = create();
    fill(0, "k");
    decide(new Command.DropTenant(ORDERS));
    nodes.await(
        () -> nodes.cluster().present().stream().allMatch(node -> knowsDropped(node, before)));

    assertThat(put(1, "k1")).as("there is no such tenant").isNull();

    int after = create();
    assertThat(after).isNotEqualTo(before);
    assertThat(isThere(1, "k1")).isFalse();
    fill(2, "k");
    nodes.await(() -> heldByAll(before) == 0);
    assertThat(isThere(1, "k1")).isTrue();
    nodes.comeToRest();
  }

  @Test
  void aTruncatedTenantIsEmptyAndTakesWrites() {
    int before = create();
    fill(0, "k");
    decide(new Command.TruncateTenant(ORDERS));
    nodes.await(
        () -> nodes.cluster().present().stream().allMatch(node -> knowsDropped(node, before)));

    assertThat(isThere(1, "k1")).isFalse();
    fill(1, "k");
    nodes.await(() -> heldByAll(before) == 0);
    assertThat(isThere(2, "k1")).isTrue();
    nodes.comeToRest();
  }

  /** Else a script that truncates a tenant and fills it again loses what it has written. */
  @Test
  void whatIsWrittenOnceAllKnowOfATruncationStays() {
    assertThat(lostAfterTruncations(true)).isZero();
    nodes = ThreeNodes.without();
    assertThat(lostAfterTruncations(false)).as("if an operator is answered before").isPositive();
  }

  /** How many of the writes are gone that follow truncations, each by way of another node. */
  private int lostAfterTruncations(boolean once) {
    create();
    int lost = 0;
    for (int round = 0; round < ROUNDS; round++) {
      int operators = round % 3;
      int clients = (round + 1) % 3;
      int before = idOf(nodes.node(operators), ORDERS);
      truncate(operators, once);
      boolean acknowledged = put(clients, "k") instanceof Outcome.Written;
      nodes.await(
          () -> nodes.cluster().present().stream().allMatch(node -> knowsDropped(node, before)));
      if (acknowledged && !isThere(operators, "k")) {
        lost++;
      }
    }
    nodes.comeToRest();
    return lost;
  }

  /**
   * @param once whether it is answered once all nodes know of it, as operators are
   */
  private void truncate(int operators, boolean once) {
    assertThat(truncated(operators, once)).isEmpty();
  }

  /** Truncates the tenant; returns what the operator is warned of. */
  private List<String> truncated(int operators, boolean once) {
    SimNode node = nodes.node(operators);
    Command truncation = new Command.TruncateTenant(ORDERS);
    AtomicReference<@Nullable CommandOutcome> outcome = new AtomicReference<>();
    node.onOperator(
        (lane, admin, coordinator) -> {
          long deadlineNanos = node.clock().nanos() + 5_000_000_000L;
          if (once) {
            new OperatorRequest(
                    admin, RequestTerms.NONE, known -> truncation, deadlineNanos, outcome::set)
                .run(Objects.requireNonNull(admin.state()));
          } else {
            admin.propose(truncation, deadlineNanos, outcome::set);
          }
        });
    nodes.await(() -> outcome.get() != null);
    assertThat(outcome.get()).isInstanceOf(CommandOutcome.Accepted.class);
    return ((CommandOutcome.Accepted) Objects.requireNonNull(outcome.get())).warnings();
  }

  private boolean isLive(int at, NodeId other) {
    AtomicReference<@Nullable Boolean> live = new AtomicReference<>();
    nodes.node(at).onOperator((lane, admin, coordinator) -> live.set(admin.seen(other).live()));
    nodes.await(() -> live.get() != null);
    return Boolean.TRUE.equals(live.get());
  }

  /** Returns a node that is neither the one that operators ask nor the leader. */
  private NodeId follower(int operators) {
    AtomicReference<@Nullable NodeId> leader = new AtomicReference<>();
    nodes
        .node(operators)
        .onMetadata(
            (group, nowNanos) -> leader.set(Objects.requireNonNull(group.status().leader())));
    nodes.await(() -> leader.get() != null);
    return nodes.cluster().nodes().stream()
        .map(node -> Objects.requireNonNull(node.knownId()))
        .filter(id -> !id.equals(leader.get()))
        .filter(id -> !id.equals(nodes.node(operators).knownId()))
        .findFirst()
        .orElseThrow();
  }

  /** It may serve clients that others do not hear of, by what was before. */
  @Test
  void aNodeThatHasJustFallenSilentIsNamedToTheOperatorAndOneThatIsDownIsNot() {
    create();
    NodeId silent = follower(0);
    nodes.cluster().network().isolate(silent);
    assertThat(nodes.runUntil(() -> !isLive(0, silent), Duration.ofSeconds(5))).isTrue();
    assertThat(truncated(0, true))
        .singleElement()
        .asString()
        .contains("not known yet by node " + silent, "which go by what was before");
    nodes.pass(Duration.ofSeconds(5));
    assertThat(truncated(0, true)).isEmpty();

    nodes.cluster().network().healAll();
    nodes.comeToRest();
  }

  /** Else it would be taken for all of the tenant, and be half of one and half of the other. */
  @Test
  void aScanDoesNotGoOnOnceItsTenantIsTruncated() {
    int before = create();
    fill(0, "k");
    byte[] cursor = ((ScanPage) page(0, new byte[0])).cursor();
    assertThat(cursor).isNotEmpty();
    assertThat(page(1, cursor)).isInstanceOf(ScanPage.class);

    decide(new Command.TruncateTenant(ORDERS));
    nodes.await(
        () -> nodes.cluster().present().stream().allMatch(node -> knowsDropped(node, before)));
    fill(0, "k");
    for (int node = 0; node < 3; node++) {
      assertThat(page(node, cursor))
          .isInstanceOfSatisfying(
              Failure.class,
              failure -> {
                assertThat(failure.reason()).isEqualTo(Failure.Reason.INVALID);
                assertThat(failure.message()).contains("was truncated", "Begin the scan again");
              });
    }
    byte[] next = ((ScanPage) page(0, new byte[0])).cursor();
    assertThat(page(1, next)).isInstanceOf(ScanPage.class);
    nodes.comeToRest();
  }

  /** One page of three entries, or why there is none. */
  private Object page(int at, byte[] cursor) {
    SimNode node = nodes.node(at);
    ScanRequest request = new ScanRequest(ORDERS, KeyRange.ALL, Level.QUORUM, 3, cursor);
    ClientScan scan =
        Objects.requireNonNull(
            ClientScan.of(Objects.requireNonNull(placements(node)), request, DEADLINE_NANOS));
    AtomicReference<@Nullable Object> said = new AtomicReference<>();
    node.onCoordinator(
        coordinator ->
            coordinator.scan(
                scan,
                new ScanCallback() {
                  @Override
                  public void page(ScanPage page) {
                    said.set(page);
                  }

                  @Override
                  public void failed(Failure failure) {
                    said.set(failure);
                  }
                }));
    nodes.await(() -> said.get() != null);
    return Objects.requireNonNull(said.get());
  }

  /** It holds what the others have taken away, and hints for it are left. */
  @Test
  void aReplicaThatWasAwayBringsNothingBack() {
    int id = create();
    fill(0, "k");
    nodes.pass(Duration.ofSeconds(3));
    nodes.loses(2);
    fill(0, "hinted ");
    decide(new Command.DropTenant(ORDERS));
    nodes.await(() -> held(nodes.node(0), id) == 0 && held(nodes.node(1), id) == 0);
    assertThat(held(nodes.node(2), id)).isPositive();

    nodes.node(2).start();
    nodes.await(() -> heldByAll(id) == 0);
    nodes.pass(WHILE_OTHERS_BRING_IT);
    assertThat(heldByAll(id)).isZero();
    nodes.comeToRest();
  }

  @Test
  void whatANodeSendsThatHasYetToLearnOfItIsStoredNowhereElse() {
    int id = writtenByOneThatHasYetToLearn();

    assertThat(nodes.count("refused as dropped")).isPositive();
    assertThat(held(nodes.node(0), id) + held(nodes.node(1), id)).isZero();
    assertThat(held(nodes.node(2), id)).as("what it stored itself").isPositive();

    nodes.cluster().network().clearRules();
    nodes.await(() -> heldByAll(id) == 0);
    nodes.comeToRest();
  }

  /** The twin shows that the schedule means something: what is stored then stays. */
  @Test
  void withoutTheRefusalItWouldBeStoredForGood() {
    nodes = ThreeNodes.without(LeftOut.REFUSAL_OF_THE_DROPPED);
    int id = writtenByOneThatHasYetToLearn();

    nodes.cluster().network().clearRules();
    nodes.pass(WHILE_OTHERS_BRING_IT);

    assertThat(held(nodes.node(0), id) + held(nodes.node(1), id)).isPositive();
  }

  private int writtenByOneThatHasYetToLearn() {
    int id = create();
    fill(0, "k");
    NodeId unheard = Objects.requireNonNull(nodes.node(2).knownId());
    nodes
        .cluster()
        .network()
        .addRule(byte[].class, sent -> sent.to().equals(unheard) ? null : sent.message());
    decide(new Command.DropTenant(ORDERS));
    nodes.await(() -> held(nodes.node(0), id) == 0 && held(nodes.node(1), id) == 0);
    assertThat(knowsDropped(nodes.node(2), id)).isFalse();
    for (int i = 0; i < KEYS; i++) {
      assertThat(put(2, "late " + i, Level.ONE)).isInstanceOf(Outcome.Written.class);
    }
    nodes.pass(WHILE_OTHERS_BRING_IT);
    assertThat(knowsDropped(nodes.node(2), id)).isFalse();
    return id;
  }

  /** By which a value could be read that a file system, or a copy of the files, still has. */
  @Test
  void keysAreForgottenOnceNothingIsLeft() {
    List<IntPredicate> forgotten = new ArrayList<>();
    nodes = ThreeNodes.with(noting(forgotten));
    int other = idOf(nodes.node(0), Tenant.DEFAULT_NAME);
    int id = create();
    fill(0, "k");
    nodes.pass(Duration.ofSeconds(1));
    assertThat(forgotten).isEmpty();

    decide(new Command.DropTenant(ORDERS));
    nodes.await(() -> !forgotten.isEmpty());
    assertThat(heldByAll(id)).as("the first has nothing left").isLessThanOrEqualTo(2L * KEYS);
    nodes.await(() -> forgotten.size() == 3);

    assertThat(heldByAll(id)).isZero();
    assertThat(forgotten)
        .allSatisfy(
            tenants -> {
              assertThat(tenants.test(id)).isTrue();
              assertThat(tenants.test(other)).isFalse();
            });
  }

  private static Sabotage noting(List<IntPredicate> forgotten) {
    return new Sabotage() {
      @Override
      public Storage storage(Storage real) {
        return new Noting(real, forgotten);
      }
    };
  }

  /** A disk of which it is known whose keys it was to forget. */
  private record Noting(Storage real, List<IntPredicate> forgotten) implements PassingStorage {
    @Override
    public void forgetKeys(Lane lane, IntPredicate tenants, RecordStore.PutCallback durable) {
      forgotten.add(tenants);
      durable.stored();
    }
  }

  /** Nothing is found of a write that has not ended, and it lies there afterwards. */
  @Test
  void aWriteThatIsUnderWayLeavesNothing() {
    nodes.node(2).disk().speed(DiskSpeed.SLOW); // so that it learns of a drop later than others
    for (int round = 0; round < ROUNDS; round++) {
      int id = create();
      decide(new Command.DropTenant(ORDERS));
      nodes.pass(Duration.ofMillis(20L * round));
      for (int i = 0; i < KEYS && !knowsDropped(nodes.node(2), id); i++) {
        begin(2, "late " + i); // in each partition, whichever is looked at first
      }
      nodes.await(() -> knowsDropped(nodes.node(2), id));
      nodes.pass(Duration.ofSeconds(60));
      assertThat(heldByAll(id)).as("round %d", round).isZero();
    }
    assertThat(nodes.count("looked later for a write")).isPositive();
    nodes.comeToRest();
  }

  /** It learned of the drop, and died before it had taken all away. */
  @Test
  void aNodeThatDiesMeanwhileTakesTheRestAwayAtItsNextStart() {
    int id = create();
    fill(0, "k");
    decide(new Command.DropTenant(ORDERS));
    nodes.await(() -> knowsDropped(nodes.node(2), id));
    assertThat(held(nodes.node(2), id)).as("not taken away yet").isPositive();
    nodes.node(2).crash();
    nodes.pass(Duration.ofSeconds(2));
    assertThat(held(nodes.node(2), id)).as("some is left").isPositive();

    nodes.node(2).start();
    nodes.await(() -> heldByAll(id) == 0);
    nodes.comeToRest();
  }
}
