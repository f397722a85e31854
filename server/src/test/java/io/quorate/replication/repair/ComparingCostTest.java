package io.quorate.replication.repair;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.Factor;
import io.quorate.placement.Level;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Placements;
import io.quorate.placement.Tenant;
import io.quorate.replication.background.BackgroundBudget;
import io.quorate.replication.background.Pace;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.replication.replica.NoteLimits;
import io.quorate.replication.replica.Replica;
import io.quorate.replication.replica.memory.CacheSizes;
import io.quorate.replication.tree.HashTree;
import io.quorate.runtime.Clock;
import io.quorate.storage.KeptArrivals;
import io.quorate.storage.KeptNotes;
import io.quorate.version.Hlc;
import io.quorate.version.HybridClock;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What it costs to compare two replicas of 100,000 records, in messages and in bytes. */
@Tag("patient")
class ComparingCostTest {
  private static final NodeId OWN = new NodeId(1);
  private static final NodeId OTHER = new NodeId(2);
  private static final int RECORDS = 100_000;
  private static final Tenant TENANT = new Tenant(1, "t", 2, Level.QUORUM, Level.QUORUM, 0);
  private static final Placements PLACEMENTS =
      new Placements(
          1,
          Map.of(),
          Map.of(TENANT.name(), TENANT),
          List.of(new PartitionPlacement(1, List.of(OWN, OTHER))));

  private final Clock clock = new Standing();
  private final Replica own = replica(OWN);
  private final Replica other = replica(OTHER);
  private final Wire wire = new Wire(OWN, own, other);

  @BeforeEach
  void holdTheSame() {
    for (int i = 0; i < RECORDS; i++) {
      store(own, i, 1);
      store(other, i, 1);
    }
    build(own);
    build(other);
  }

  @Test
  void equalReplicasExchangeOneQuestionAndOneAnswer() {
    Session.Ended ended = compare();

    assertThat(ended.complete()).isTrue();
    assertThat(wire.messages()).hasSize(2);
    assertThat(wire.bytes()).isLessThan(100);
  }

  @Test
  void oneKeyThatDiffersIsFoundAndBroughtWithFewMessages() {
    store(own, 77_777, 2);

    Session.Ended ended = compare();

    assertThat(ended.complete()).isTrue();
    assertThat(ended.found()).isEqualTo(1);
    assertThat(ended.brought()).isEqualTo(1);
    // The tree, the versions of one leaf in pages of 16,000 keys looked at, and the record: each
    // a question and an answer. log2 of the number of records is 17.
    assertThat(wire.messages()).hasSize(2 * (1 + 7 + 1));
    assertThat(wire.bytes()).isLessThan(20_000);
    assertThat(compare().found()).isZero();
  }

  @Test
  void recordsAreBroughtMoreThanTenToAMessage() {
    for (int i = 0; i < 1_000; i++) {
      store(own, 10_000 + i, 2); // all keys between two of them differ
    }

    Session.Ended ended = compare();

    assertThat(ended.complete()).isTrue();
    assertThat(ended.brought()).isEqualTo(1_000);
    assertThat(wire.messages().stream().filter(ReplicaMessage.WriteRecords.class::isInstance))
        .hasSizeLessThan(100);
    assertThat(compare().found()).isZero();
  }

  private Session.Ended compare() {
    wire.clear();
    List<Session.Ended> ends = new ArrayList<>();
    HashTree tree =
        Objects.requireNonNull(own.trees().tree(0, Factor.of(TENANT.replicationFactor())));
    RepairConfig config = RepairConfig.DEFAULT;
    new Session(
            new Session.Task(
                OWN,
                OTHER,
                new Peers.Place(0, 1),
                Factor.of(TENANT.replicationFactor()),
                List.of(TENANT.id()),
                true),
            HashTree.of(tree.leaves()),
            wire,
            new Session.Settings(
                config,
                new RepairRules(),
                PLACEMENTS::model,
                new Pace(clock, 0),
                BackgroundBudget.UNLIMITED,
                clock),
            ends::add)
        .start();
    assertThat(ends).hasSize(1);
    return ends.getFirst();
  }

  private Replica replica(NodeId id) {
    return new Replica(
        new Replica.Collaborators(
            id,
            new SortedStore(),
            new KeptArrivals(),
            new KeptNotes(),
            clock,
            new HybridClock(500),
            new CacheSizes(0, 0),
            NoteLimits.DEFAULT,
            event -> {}),
        PLACEMENTS);
  }

  private static void store(Replica replica, int number, int version) {
    Key key = new Key(TENANT.id(), ("key" + number).getBytes(StandardCharsets.UTF_8));
    Record record = Record.value(new Version(0, Hlc.of(version, 0), OWN, 1), 1, 0, new byte[] {1});
    ReplicaMessage.Write write = new Write(0, 0, 1, key, record, Cause.REPAIR, 1_000);
    replica.write(write, outcome -> assertThat(outcome).isSameAs(ReplicaMessage.Stored.INSTANCE));
  }

  private static void build(Replica replica) {
    while (replica.trees().tree(0, Factor.of(TENANT.replicationFactor())) == null) {
      replica.trees().build(List.of(0));
      replica.trees().tick();
    }
  }
}
