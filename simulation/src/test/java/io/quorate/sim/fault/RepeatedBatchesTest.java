package io.quorate.sim.fault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cluster.Command;
import io.quorate.metadata.CommandOutcome;
import io.quorate.model.NodeId;
import io.quorate.model.RequestId;
import io.quorate.placement.Model;
import io.quorate.placement.Placements;
import io.quorate.placement.TenantSetting;
import io.quorate.placement.TenantSettings;
import io.quorate.replication.api.BackupPlane.Item;
import io.quorate.replication.api.ClientRequest;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.Merged;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.StaleEpoch;
import io.quorate.replication.message.ReplicaMessage.WriteRecords;
import io.quorate.replication.message.ReplicaMessage.WriteRecordsReply;
import io.quorate.replication.message.ReplicaMessage.WritesOutcome;
import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.kernel.SimRule;
import io.quorate.version.CausalContext;
import io.quorate.version.CrdtState;
import io.quorate.version.Dot;
import io.quorate.version.Field;
import io.quorate.version.FieldChange;
import io.quorate.version.FieldValue;
import io.quorate.version.Hlc;
import io.quorate.version.Record;
import io.quorate.version.Register;
import io.quorate.version.Restated;
import io.quorate.version.SiblingSet;
import io.quorate.version.Version;
import io.quorate.version.WriteId;
import io.quorate.version.Writer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Batches of a restore that are sent again, in whole or in part, under other epochs, through other
 * nodes, and too late: each of their records is there once, as it was written again first
 * (docs/design/backup.md#restore).
 */
class RepeatedBatchesTest {
  private static final String TENANT = "again";
  private static final int KEYS = 60;

  /** Such that a partition has several times what is sent together. */
  private static final int MANY_KEYS = 400;

  /** Records that are sent together, at most. */
  private static final int TOGETHER_MAX = 16;

  /** Longer than a batch waits for replicas that say nothing, and sends what is lost again. */
  private static final Duration LONG = Duration.ofSeconds(5);

  private static final Version BEFORE = new Version(0, Hlc.of(500, 0), new NodeId(4), 2);
  private static final WriteId WRITTEN = new WriteId(Hlc.of(400, 0), 8, 1);
  private static final Writer WRITER = new Writer(5, 5);

  private final ThreeNodes nodes = ThreeNodes.without();

  /** Null while all run. */
  private @Nullable Integer down;

  /** One after the other, but for the one that is down. */
  private int turn;

  private final BackupOf backup = new BackupOf(nodes.cluster(), this::next);

  private int next() {
    turn = (turn + 1) % 3;
    return Integer.valueOf(turn).equals(down) ? next() : turn;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static List<Item> values(int keys) {
    return items(Model.LAST_WRITE_WINS, keys);
  }

  private static List<Item> items(Model model, int keys) {
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < keys; i++) {
      items.add(new Item(bytes("k" + i), record(model, i)));
    }
    return items;
  }

  /** As it was in the cluster of which the backup is. */
  private static Record record(Model model, int number) {
    byte[] value = bytes("of " + number);
    return switch (model) {
      case LAST_WRITE_WINS -> Record.value(BEFORE, 9, 0, value);
      case LINEARIZABLE -> new Register(0, 0, WRITTEN, List.of(), value).toRecord(BEFORE);
      case SIBLINGS -> siblings(value, bytes("beside " + number)).toRecord();
      case COUNTERS ->
          update(new FieldChange.Count(new Field("", Field.Kind.COUNTER), 1, 40 + number, 2));
      case SETS ->
          update(
              new FieldChange.Add(new Field("", Field.Kind.SET), 1, value, List.of()),
              new FieldChange.Add(new Field("", Field.Kind.SET), 2, bytes("more"), List.of()));
      case MAPS ->
          update(
              new FieldChange.Count(new Field("count", Field.Kind.COUNTER), 1, number, 1),
              new FieldChange.Assign(new Field("name", Field.Kind.REGISTER), 6, 1, value),
              new FieldChange.Add(new Field("tags", Field.Kind.SET), 2, value, List.of()));
    };
  }

  private static Record update(FieldChange... changes) {
    return CrdtState.update(WRITER, List.of(changes)).toRecord();
  }

  private static SiblingSet siblings(byte[]... values) {
    SiblingSet set = SiblingSet.EMPTY;
    for (int i = 0; i < values.length; i++) {
      Dot dot = new Dot(Hlc.of(i + 1, 0), new Dot.Actor(new NodeId(i + 1), 1, 1));
      set = set.write(dot, new WriteId(i + 1, 1, 1), CausalContext.NONE, values[i], 0);
    }
    return set;
  }

  private void addRule(SimRule<ReplicaMessage> rule) {
    nodes.cluster().network().addRule(ReplicaMessage.class, rule);
  }

  private Object stored(List<Item> batch) {
    AtomicReference<@Nullable Object> answer = backup.tryToStore(batch, TENANT, LONG);
    nodes.await(() -> answer.get() != null);
    return Objects.requireNonNull(answer.get());
  }

  /**
   * Each record is as it was written again, and has the same values later, when purges fold what
   * they need not tell apart any more, whichever majority is asked.
   */
  private void assertHolds(Model model, List<Item> had) {
    long restored =
        Objects.requireNonNull(BackupOf.tenant(nodes.node(0), TENANT)).get(TenantSetting.RESTORING);
    SortedMap<String, Record> expected = new TreeMap<>();
    for (Item each : had) {
      expected.put(text(each), Objects.requireNonNull(Restated.at(restored, each.record())));
    }
    nodes.cluster().network().clearRules();
    backup.finish(TENANT);
    assertThat(found()).isEqualTo(expected);
    for (int node = 0; node < 3; node++) {
      nodes.loses(node);
      down = node;
      assertThat(values(model, found()))
          .as("without node %d", node)
          .isEqualTo(values(model, expected));
      down = null;
      nodes.node(node).start();
      nodes.awaitReady();
    }
    nodes.comeToRest();
  }

  private SortedMap<String, Record> found() {
    SortedMap<String, Record> found = new TreeMap<>();
    backup.read(TENANT).forEach(each -> found.put(text(each), each.record()));
    return found;
  }

  private static SortedMap<String, List<String>> values(
      Model model, SortedMap<String, Record> records) {
    SortedMap<String, List<String>> values = new TreeMap<>();
    records.forEach((key, record) -> values.put(key, values(model, record)));
    return values;
  }

  private static List<String> values(Model model, Record record) {
    return switch (model) {
      case LAST_WRITE_WINS, LINEARIZABLE -> List.of(hex(record.bytes()));
      case SIBLINGS ->
          SiblingSet.of(record).siblings().stream().map(each -> hex(each.value())).toList();
      case COUNTERS, SETS, MAPS ->
          CrdtState.of(record).values().stream().map(RepeatedBatchesTest::values).toList();
    };
  }

  private static String values(FieldValue field) {
    return "%s: %d %s"
        .formatted(
            field.field(),
            field.count(),
            field.elements().stream().map(each -> hex(each.value())).toList());
  }

  private static String text(Item item) {
    return new String(item.key(), UTF_8);
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  /** A replica that says nothing may have nothing, for however long it is waited for. */
  @Test
  void aBatchThatOneReplicaAloneHasIsNotStored() {
    List<Item> had = values(KEYS);
    backup.begin(TENANT);
    addRule(sent -> sent.message() instanceof WriteRecords ? null : sent.message());

    assertThat(stored(had)).isInstanceOf(Failure.class);

    nodes.cluster().network().clearRules();
    assertThat(stored(had)).isEqualTo("stored");
    assertHolds(Model.LAST_WRITE_WINS, had);
  }

  /** What the other parts come to later does not make good for it. */
  @Test
  void aBatchOfWhichAPartHasFailedBeforeTheOthersAreStoredIsNotStored() {
    List<Item> had = values(KEYS);
    backup.begin(TENANT);
    Set<String> seen = new TreeSet<>();
    addRule(
        sent -> {
          if (!(sent.message() instanceof WriteRecords records)) {
            return sent.message();
          }
          if (records.partition() == 0) {
            sent.answerAs(
                sent.to(), new WriteRecordsReply(records.id(), 0, new Refused("as a test")));
            return null;
          }
          return seen.add(records.id() + " to " + sent.to()) ? null : records;
        });

    assertThat(stored(had)).isInstanceOf(Failure.class);

    nodes.cluster().network().clearRules();
    assertThat(stored(had)).isEqualTo("stored");
    assertHolds(Model.LAST_WRITE_WINS, had);
  }

  /** It is waited for first, and then done without. */
  @Test
  void aBatchThatAMajorityHasIsStored() {
    List<Item> had = values(KEYS);
    backup.begin(TENANT);
    NodeId silent = Objects.requireNonNull(nodes.node(2).knownId());
    turn = 2; // node 0 is asked
    addRule(
        sent ->
            sent.message() instanceof WriteRecords && sent.to().equals(silent)
                ? null
                : sent.message());

    assertThat(stored(had)).isEqualTo("stored");
    assertHolds(Model.LAST_WRITE_WINS, had);
  }

  /** Those that are not sent in the first message of a partition are sent all the same. */
  @Test
  void recordsThatAreNotSentTogetherAreAllStored() {
    List<Item> had = new ArrayList<>(values(MANY_KEYS));
    had.add(new Item(bytes("large"), Record.value(BEFORE, 9, 0, new byte[70 << 10])));
    backup.begin(TENANT);
    Set<Long> messages = new TreeSet<>();
    Set<String> lost = new TreeSet<>();
    addRule(
        sent -> {
          if (sent.message() instanceof WriteRecords records) {
            assertThat(records.entries()).hasSizeBetween(1, TOGETHER_MAX);
            messages.add(records.id());
            return lost.add(records.id() + " to " + sent.to()) ? null : records;
          }
          return sent.message();
        });

    assertThat(stored(had)).isEqualTo("stored");

    assertThat(messages).hasSizeGreaterThan(2 * SimCluster.PARTITIONS);
    assertHolds(Model.LAST_WRITE_WINS, had);
  }

  /**
   * Attempts fail when a part is stored, at one replica or at a majority; the next ones go through
   * other nodes, with other parts of the records, under other epochs.
   */
  @ParameterizedTest
  @EnumSource(Model.class)
  void whatIsStoredAgainIsThereOnce(Model model) {
    List<Item> had = items(model, KEYS);
    backup.begin(TENANT, TenantSettings.NONE.with(TenantSetting.MODEL, model));
    Set<Long> lost = new TreeSet<>();
    addRule(
        sent ->
            sent.message() instanceof WriteRecords records
                    && (records.partition() % 2 == 0 || lost.add(records.id()))
                ? null
                : sent.message());
    assertThat(stored(had)).isInstanceOf(Failure.class);
    promiseAPurge(1);
    nodes.cluster().network().clearRules();
    assertThat(stored(had.subList(0, 20).reversed())).isEqualTo("stored");
    for (int from = 0; from < KEYS; from += 7) {
      assertThat(stored(had.subList(from, Math.min(KEYS, from + 20)))).isEqualTo("stored");
    }
    promiseAPurge(2);
    assertThat(stored(had)).isEqualTo("stored");
    assertHolds(model, had);
  }

  private void promiseAPurge(long mark) {
    nodes.pass(Duration.ofSeconds(1)); // until all have heard of the epochs before
    Placements known = Objects.requireNonNull(nodes.node(0).placements());
    List<Command.AtEpoch> all = new ArrayList<>();
    for (int partition = 0; partition < SimCluster.PARTITIONS; partition++) {
      all.add(new Command.AtEpoch(partition, known.epoch(partition)));
    }
    assertThat(backup.decide(new Command.PromisePurge(all, mark)))
        .isInstanceOf(CommandOutcome.Accepted.class);
  }

  /** A node that has not heard of an epoch plans on the one before, and others refuse that. */
  @Test
  void aReplicaThatServesALaterEpochHasNotStored() {
    List<Item> had = values(KEYS);
    backup.begin(TENANT);
    int behind = nodes.node(1).leads() ? 2 : 1;
    NodeId id = Objects.requireNonNull(nodes.node(behind).knownId());
    down = behind; // others are asked
    nodes
        .cluster()
        .network()
        .addRule(byte[].class, sent -> sent.to().equals(id) ? null : sent.message());
    promiseAPurge(1);
    nodes.pass(Duration.ofSeconds(1)); // until the others serve it
    List<WritesOutcome> outcomes = new ArrayList<>();
    addRule(
        sent -> {
          if (sent.message() instanceof WriteRecordsReply reply && sent.to().equals(id)) {
            outcomes.add(reply.outcome());
          }
          return sent.message();
        });
    down = null;
    turn = behind - 1;
    AtomicReference<@Nullable Object> answer = backup.tryToStore(had, TENANT, LONG);
    nodes.pass(LONG.minusSeconds(2)); // longer than replicas that say nothing are waited for

    assertThat(outcomes).isNotEmpty().allMatch(StaleEpoch.class::isInstance);
    assertThat(answer.get()).isNull();

    nodes.cluster().network().clearRules();
    nodes.await(() -> answer.get() != null);
    assertThat(stored(had)).isEqualTo("stored");
    assertHolds(Model.LAST_WRITE_WINS, had);
  }

  /** Of each message to a replica the first is held back, and its resend is not. */
  private List<SimRule.Sent<ReplicaMessage>> holdFirstMessages() {
    List<SimRule.Sent<ReplicaMessage>> held = new ArrayList<>();
    Set<String> seen = new TreeSet<>();
    addRule(
        sent -> {
          if (sent.message() instanceof WriteRecords records
              && seen.add(records.id() + " to " + sent.to())) {
            held.add(sent);
            return null;
          }
          return sent.message();
        });
    return held;
  }

  private List<SimRule.Sent<ReplicaMessage>> restoredWithMessagesHeldBack(List<Item> had) {
    backup.begin(TENANT);
    List<SimRule.Sent<ReplicaMessage>> held = holdFirstMessages();
    assertThat(stored(had)).isEqualTo("stored");
    nodes.cluster().network().clearRules();
    backup.finish(TENANT);
    nodes.await(
        () ->
            nodes.cluster().present().stream()
                .allMatch(node -> BackupOf.isThere(node, TENANT, false)));
    assertThat(held).hasSizeGreaterThanOrEqualTo(2 * SimCluster.PARTITIONS);
    return held;
  }

  /** Delivers what was held back; returns what its replicas say of it. */
  private List<WritesOutcome> arrive(List<SimRule.Sent<ReplicaMessage>> held) {
    Set<String> asked = new TreeSet<>();
    for (SimRule.Sent<ReplicaMessage> each : held) {
      asked.add(((WriteRecords) each.message()).id() + " of " + each.from());
    }
    List<WritesOutcome> outcomes = new ArrayList<>();
    addRule(
        sent -> {
          if (sent.message() instanceof WriteRecordsReply reply
              && asked.contains(reply.id() + " of " + sent.to())) {
            outcomes.add(reply.outcome());
          }
          return sent.message();
        });
    held.forEach(SimRule.Sent::release);
    nodes.await(() -> outcomes.size() == held.size());
    return outcomes;
  }

  /** What clients have written since the tenant was opened is newer than all of a restore. */
  @Test
  void aMessageThatArrivesLateTakesNothingAway() {
    List<Item> had = values(KEYS);
    List<SimRule.Sent<ReplicaMessage>> held = restoredWithMessagesHeldBack(had);
    SortedMap<String, String> expected = new TreeMap<>(BackupOf.texts(had));
    for (int i = 0; i < KEYS; i += 2) {
      run(
          new Operation.Put(
              TENANT, bytes("k" + i), bytes("written since"), null, 0, RequestId.NONE));
      expected.put("k" + i, "written since");
    }
    for (int i = 1; i < KEYS; i += 4) {
      run(new Operation.Delete(TENANT, bytes("k" + i), null, RequestId.NONE));
      expected.remove("k" + i);
    }

    assertThat(arrive(held)).allMatch(Merged.class::isInstance);

    for (int node = 0; node < 3; node++) {
      nodes.loses(node);
      down = node;
      assertThat(BackupOf.texts(backup.read(TENANT))).as("without %d", node).isEqualTo(expected);
      down = null;
      nodes.node(node).start();
      nodes.awaitReady();
    }
    nodes.comeToRest();
  }

  private void run(Operation operation) {
    AtomicReference<@Nullable Outcome> outcome = new AtomicReference<>();
    SimNode node = nodes.node(next());
    ClientRequest request =
        Objects.requireNonNull(
            ClientRequest.of(
                Objects.requireNonNull(node.placements()), operation, Long.MAX_VALUE / 2));
    node.onCoordinator(coordinator -> coordinator.submit(request, outcome::set));
    nodes.await(() -> outcome.get() != null);
    assertThat(outcome.get()).isInstanceOf(Outcome.Written.class);
  }

  /** Else it could bring back a key whose deletion was purged. */
  @Test
  void aMessageThatArrivesAfterAPurgeWasPromisedIsRefused() {
    List<SimRule.Sent<ReplicaMessage>> held = restoredWithMessagesHeldBack(values(KEYS));
    promiseAPurge(1);
    nodes.pass(Duration.ofSeconds(1)); // until each replica serves the epoch of that

    assertThat(arrive(held)).allMatch(StaleEpoch.class::isInstance);
    nodes.comeToRest();
  }
}
