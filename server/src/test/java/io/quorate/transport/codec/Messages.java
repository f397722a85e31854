package io.quorate.transport.codec;

import io.quorate.model.Key;
import io.quorate.model.KeyRange;
import io.quorate.model.NodeId;
import io.quorate.model.RequestId;
import io.quorate.placement.Factor;
import io.quorate.placement.Level;
import io.quorate.placement.ReadRepair;
import io.quorate.replication.api.Condition;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Fields;
import io.quorate.replication.api.FieldsUpdate;
import io.quorate.replication.api.Minimum;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.ResultInfo;
import io.quorate.replication.api.WriteStamp;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.tree.HashTree;
import io.quorate.storage.HistoryStore;
import io.quorate.storage.RecordStore;
import io.quorate.version.Addition;
import io.quorate.version.Field;
import io.quorate.version.FieldChange;
import io.quorate.version.FieldValue;
import io.quorate.version.Record;
import io.quorate.version.Summary;
import io.quorate.version.Version;
import io.quorate.version.Writer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import org.jspecify.annotations.Nullable;

/** Arbitrary messages of every kind, edge values included. */
public final class Messages {
  /** Why operations on keys fail. */
  private static final List<Failure.Reason> REASONS =
      Stream.of(Failure.Reason.values())
          .filter(reason -> reason != Failure.Reason.FAILED_PRECONDITION)
          .toList();

  private static final List<Failure.Code> CODES = List.of(Failure.Code.values());

  private static final List<ReplicaMessage.Mark> MARKS = List.of(ReplicaMessage.Mark.values());
  private static final List<ReplicaMessage.Cause> CAUSES = List.of(ReplicaMessage.Cause.values());
  private static final List<ReplicaMessage.Offered> OFFERED =
      List.of(ReplicaMessage.Offered.values());

  private static final List<Field.Kind> KINDS = List.of(Field.Kind.values());

  private final RandomGenerator random;
  private final int bytesMax;

  /** How many changes have been numbered. */
  private long numbers;

  /**
   * @param bytesMax of one key or value
   */
  public Messages(RandomGenerator random, int bytesMax) {
    this.random = random;
    this.bytesMax = bytesMax;
  }

  private Messages(RandomGenerator random) {
    this(random, Integer.MAX_VALUE);
  }

  public static Arbitrary<ReplicaMessage> replica() {
    return Arbitraries.randomValue(random -> new Messages(random).replicaMessage());
  }

  public static Arbitrary<Operation> operations() {
    return Arbitraries.randomValue(random -> new Messages(random).operation());
  }

  public static Arbitrary<Outcome> outcomes() {
    return Arbitraries.randomValue(random -> new Messages(random).outcome());
  }

  private int pageRecords() {
    return random.nextInt(Elements.MAX + 1);
  }

  private int pageBytes() {
    return random.nextInt(16 << 20);
  }

  private BitSet leaves() {
    return BitSet.valueOf(Arrays.copyOf(bytes(), HashTree.LEAVES / Byte.SIZE));
  }

  private ReplicaMessage.Write write() {
    return new ReplicaMessage.Write(
        number(),
        smallNumber(),
        number(),
        key(),
        record(),
        CAUSES.get(random.nextInt(CAUSES.size())),
        smallNumber());
  }

  public ReplicaMessage replicaMessage() {
    return switch (random.nextInt(26)) {
      case 0 -> write();
      case 1 -> new ReplicaMessage.WriteReply(number(), number(), writeOutcome());
      case 2 ->
          new ReplicaMessage.Read(
              number(),
              smallNumber(),
              number(),
              key(),
              chance() ? summary() : null,
              chance(),
              number(),
              smallNumber());
      case 3 ->
          new ReplicaMessage.ReadReply(
              number(),
              number(),
              switch (random.nextInt(6)) {
                case 0 -> ReplicaMessage.Same.INSTANCE;
                case 1 -> new ReplicaMessage.Held(record());
                case 2 -> new ReplicaMessage.HeldSummary(summary());
                case 3 -> ReplicaMessage.Nothing.INSTANCE;
                case 4 -> new ReplicaMessage.StaleEpoch(number());
                default -> new ReplicaMessage.Refused(text());
              });
      case 4 ->
          new ReplicaMessage.ReadRange(
              number(),
              number(),
              new RecordStore.Range(
                  smallNumber(), smallNumber(), bytes(), bytes(), pageRecords(), pageBytes()),
              smallNumber());
      case 5 ->
          new ReplicaMessage.RangeReply(
              number(),
              number(),
              switch (random.nextInt(5)) {
                case 0 -> records();
                case 4 -> keptVersions();
                case 3 -> new ReplicaMessage.NoImage(text());
                case 1 -> new ReplicaMessage.StaleEpoch(number());
                default -> new ReplicaMessage.Refused("why " + text());
              });
      case 6 -> new ReplicaMessage.Forward(number(), operation(), smallNumber());
      case 7 -> new ReplicaMessage.Forwarded(number(), outcome());
      case 8 ->
          new ReplicaMessage.CompareTree(
              number(), smallNumber(), number(), factor(), number(), smallNumber());
      case 9 ->
          new ReplicaMessage.TreeReply(
              number(),
              number(),
              switch (random.nextInt(5)) {
                case 0 -> ReplicaMessage.SameTree.of(number());
                case 1 -> new ReplicaMessage.OtherTree(tree(), number());
                case 2 -> ReplicaMessage.NoTree.INSTANCE;
                case 3 -> new ReplicaMessage.StaleEpoch(number());
                default -> new ReplicaMessage.Refused("why " + text());
              });
      case 10 ->
          new ReplicaMessage.ReadVersions(
              number(),
              number(),
              new RecordStore.Range(
                  smallNumber(), smallNumber(), new byte[0], bytes(), pageRecords(), pageBytes()),
              leaves(),
              smallNumber());
      case 11 ->
          new ReplicaMessage.VersionsReply(
              number(),
              number(),
              switch (random.nextInt(3)) {
                case 0 -> versions();
                case 1 -> new ReplicaMessage.StaleEpoch(number());
                default -> new ReplicaMessage.Refused("why " + text());
              });
      case 12 -> {
        ReplicaMessage.Records records = records();
        int tenant =
            records.entries().isEmpty()
                ? smallNumber()
                : records.entries().getFirst().key().tenant();
        yield new ReplicaMessage.WriteRecords(
            number(), smallNumber(), number(), tenant, records.entries(), smallNumber());
      }
      case 13 ->
          new ReplicaMessage.WriteRecordsReply(
              number(),
              number(),
              switch (random.nextInt(3)) {
                case 0 ->
                    new ReplicaMessage.Merged(
                        Stream.generate(this::writeOutcome).limit(random.nextInt(4)).toList());
                case 1 -> new ReplicaMessage.StaleEpoch(number());
                default -> new ReplicaMessage.Refused("why " + text());
              });
      case 14 ->
          new ReplicaMessage.ReadRecords(
              number(),
              smallNumber(),
              number(),
              records().entries().stream().map(RecordStore.Entry::key).toList(),
              pageBytes(),
              smallNumber());
      case 15 ->
          random.nextBoolean()
              ? new ReplicaMessage.NotUnderstood(number(), 1, ReplicaMessage.Asked.WRITE)
              : new ReplicaMessage.NotUnderstood(number(), 33, ReplicaMessage.Asked.OTHER);
      case 16 ->
          new ReplicaMessage.Probe(
              number(), smallNumber(), number(), key(), version(), chance(), smallNumber());
      case 17 ->
          new ReplicaMessage.ProbeReply(
              number(),
              number(),
              switch (random.nextInt(3)) {
                case 0 ->
                    new ReplicaMessage.Probed(
                        chance() ? version() : null,
                        number(),
                        OFFERED.get(random.nextInt(OFFERED.size())));
                case 1 -> new ReplicaMessage.StaleEpoch(number());
                default -> new ReplicaMessage.Refused("why " + text());
              });
      case 18 ->
          new ReplicaMessage.RelayWrite(
              write(), random.longs(random.nextInt(4)).mapToObj(NodeId::new).toList());
      case 19 -> new ReplicaMessage.RelayedWrite(write(), new NodeId(number()));
      case 20 ->
          new ReplicaMessage.Prepare(
              number(),
              smallNumber(),
              number(),
              key(),
              version(),
              MARKS.get(random.nextInt(MARKS.size())),
              smallNumber());
      case 22 ->
          new ReplicaMessage.ReadRange(
              number(),
              number(),
              new RecordStore.Range(
                  smallNumber(),
                  smallNumber(),
                  new KeyRange(bytes(), bytes(), bytes(), chance()),
                  bytes(),
                  pageRecords(),
                  pageBytes()),
              smallNumber());
      case 23 ->
          new ReplicaMessage.ReadImage(
              number(),
              number(),
              number(),
              new RecordStore.Range(
                  smallNumber(), smallNumber(), bytes(), bytes(), pageRecords(), pageBytes()),
              smallNumber());
      case 24 ->
          new ReplicaMessage.ReadHistory(
              number(),
              smallNumber(),
              number(),
              smallNumber(),
              bytes(),
              pageRecords(),
              pageBytes(),
              smallNumber());
      case 21 ->
          new ReplicaMessage.PrepareReply(
              number(),
              number(),
              switch (random.nextInt(5)) {
                case 4 -> ReplicaMessage.FenceForgotten.INSTANCE;
                case 0 -> new ReplicaMessage.Promised(chance() ? write().record() : null);
                case 1 -> new ReplicaMessage.PromisedHigher(version());
                case 2 -> new ReplicaMessage.StaleEpoch(number());
                default -> new ReplicaMessage.Refused("why " + text());
              });
      default ->
          new ReplicaMessage.Heartbeat(
              number(),
              number(),
              chance(),
              random.nextInt(10_001),
              number(),
              chance() ? new ReplicaMessage.Echo(number(), number()) : null,
              number());
    };
  }

  private ReplicaMessage.WriteOutcome writeOutcome() {
    return switch (random.nextInt(9)) {
      case 8 -> ReplicaMessage.FenceForgotten.INSTANCE;
      case 7 -> new ReplicaMessage.PromisedHigher(version());
      case 0 -> ReplicaMessage.Stored.INSTANCE;
      case 1 -> new ReplicaMessage.HoldsNewer(version());
      case 2 -> new ReplicaMessage.StaleEpoch(number());
      case 3 -> new ReplicaMessage.BelowPromise(number());
      case 4 -> ReplicaMessage.StoredWhileFilling.INSTANCE;
      case 5 -> new ReplicaMessage.NotNow(text());
      default -> new ReplicaMessage.Refused(text());
    };
  }

  private HashTree tree() {
    HashTree tree = new HashTree();
    for (int i = 0; i < 5; i++) {
      tree.replace(number(), 0, number());
    }
    return tree;
  }

  private ReplicaMessage.Versions versions() {
    int tenant = smallNumber();
    List<ReplicaMessage.KeySummary> held = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      held.add(new ReplicaMessage.KeySummary(new Key(tenant, bytes()), summary()));
    }
    return new ReplicaMessage.Versions(held, chance() ? new Key(tenant, bytes()) : null);
  }

  private ReplicaMessage.Records records() {
    int tenant = smallNumber();
    List<RecordStore.Entry> entries = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      entries.add(new RecordStore.Entry(new Key(tenant, bytes()), record()));
    }
    return new ReplicaMessage.Records(entries, chance() ? new Key(tenant, bytes()) : null);
  }

  private ReplicaMessage.KeptVersions keptVersions() {
    int tenant = smallNumber();
    List<HistoryStore.Kept> versions = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      versions.add(new HistoryStore.Kept(new Key(tenant, bytes()), record(), number()));
    }
    return new ReplicaMessage.KeptVersions(tenant, number() | 1, versions, bytes());
  }

  public Operation operation() {
    return switch (random.nextInt(6)) {
      case 0 ->
          new Operation.Put(
              text(),
              bytes(),
              bytes(),
              level(),
              number() >>> 1,
              requestId(),
              stamp(),
              number(),
              bytes(),
              condition(),
              number() >>> 1);
      case 1 -> new Operation.Get(text(), bytes(), level(), repair(), minimum(), number() >>> 1);
      case 2 ->
          new Operation.Delete(
              text(),
              bytes(),
              level(),
              requestId(),
              stamp(),
              number(),
              bytes(),
              condition(),
              number() >>> 1);
      case 3 -> {
        long bound = number();
        yield new Operation.Increment(
            text(),
            bytes(),
            number(),
            chance() ? Long.MIN_VALUE : Math.min(bound, 0),
            chance() ? Long.MAX_VALUE : Math.max(bound, 0),
            requestId(),
            stamp(),
            number(),
            number() >>> 1);
      }
      case 4 ->
          new Operation.UpdateFields(
              text(),
              bytes(),
              new FieldsUpdate(expected(), edits()),
              condition(),
              requestId(),
              stamp(),
              number(),
              number() >>> 1);
      default ->
          new Operation.Update(
              text(),
              bytes(),
              level(),
              requestId(),
              writer(),
              chance(),
              changes(),
              random.nextInt(3));
    };
  }

  private List<FieldsUpdate.Expected> expected() {
    List<FieldsUpdate.Expected> all = new ArrayList<>();
    for (int left = random.nextInt(4); left > 0; left--) {
      String field = "field " + left;
      all.add(
          switch (random.nextInt(3)) {
            case 0 -> new FieldsUpdate.Absent(field);
            case 1 -> new FieldsUpdate.Present(field);
            default -> new FieldsUpdate.Value(field, bytes());
          });
    }
    return all;
  }

  private List<FieldsUpdate.Edit> edits() {
    List<FieldsUpdate.Edit> all = new ArrayList<>();
    for (int left = 1 + random.nextInt(4); left > 0; left--) {
      all.add(new FieldsUpdate.Edit("grüße 🗝 " + left, chance() ? bytes() : null));
    }
    return all;
  }

  private @Nullable Condition condition() {
    return switch (random.nextInt(6)) {
      case 0 -> new Condition.Absent();
      case 1 -> new Condition.Value(bytes());
      case 2 -> new Condition.Of(version());
      default -> null;
    };
  }

  /** Each field is named once, and each change has its own number. */
  private List<FieldChange> changes() {
    List<FieldChange> changes = new ArrayList<>();
    int fields = 1 + random.nextInt(4);
    for (int i = 0; i < fields; i++) {
      Field.Kind kind = KINDS.get(random.nextInt(KINDS.size()));
      Field field = new Field(i == 0 && chance() ? "" : "f" + i, kind);
      switch (kind.kept()) {
        case TOTALS -> {
          long down = kind == Field.Kind.GROW_ONLY_COUNTER ? 0 : number() >>> 2;
          changes.add(new FieldChange.Count(field, (number() >>> 1) | 1, number() >>> 2, down));
        }
        case VALUES -> {
          for (int j = random.nextInt(3); j >= 0; j--) {
            byte[] value = isFlag(kind) ? new byte[] {(byte) ('0' + random.nextInt(2))} : bytes();
            changes.add(
                chance()
                    ? new FieldChange.Add(field, uniqueNumber(), value, additions())
                    : new FieldChange.Remove(field, uniqueNumber(), value, additions()));
          }
        }
        case ASSIGNMENT ->
            changes.add(
                new FieldChange.Assign(
                    field, number() | 1, uniqueNumber(), chance() ? null : bytes()));
      }
    }
    return changes;
  }

  private static boolean isFlag(Field.Kind kind) {
    return kind == Field.Kind.FLAG_ENABLE_WINS || kind == Field.Kind.FLAG_DISABLE_WINS;
  }

  /** Another one at each call. */
  private long uniqueNumber() {
    numbers++;
    return numbers << (random.nextInt(2) * 32);
  }

  private Writer writer() {
    return new Writer(number() | 1, number());
  }

  private List<Addition> additions() {
    List<Addition> additions = new ArrayList<>();
    for (int left = random.nextInt(4); left > 0; left--) {
      additions.add(new Addition(writer(), (number() >>> 1) | 1));
    }
    return additions;
  }

  private Fields fields() {
    List<FieldValue> values = new ArrayList<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      Field field = new Field(text(), KINDS.get(random.nextInt(KINDS.size())));
      List<FieldValue.Element> elements = new ArrayList<>();
      for (int left = random.nextInt(3); left > 0; left--) {
        elements.add(new FieldValue.Element(bytes(), additions()));
      }
      values.add(new FieldValue(field, number(), elements, chance()));
    }
    return new Fields(values, null);
  }

  private @Nullable Minimum minimum() {
    return switch (random.nextInt(4)) {
      case 0 -> Minimum.of(version());
      case 1 -> Minimum.upTo(number() | 1);
      case 2 -> new Minimum(version(), number());
      default -> null;
    };
  }

  private @Nullable WriteStamp stamp() {
    return chance() ? null : new WriteStamp(number(), number(), number(), chance());
  }

  private @Nullable ReadRepair repair() {
    return switch (random.nextInt(5)) {
      case 0 -> ReadRepair.BLOCKING;
      case 1 -> ReadRepair.EVERYONE;
      case 2 -> ReadRepair.background(random.nextInt(101));
      case 3 -> ReadRepair.OFF;
      default -> null;
    };
  }

  private Outcome outcome() {
    ResultInfo info = new ResultInfo(smallNumber(), number(), nodes(), chance(), number());
    return switch (random.nextInt(6)) {
      case 0 -> new Outcome.Written(version(), info, Outcome.NO_CONTEXT, chance() ? 0 : number());
      case 1 ->
          Outcome.Read.of(
                  Record.value(version(), info.epoch(), chance() ? 0 : number(), bytes()), info)
              .repaired(smallNumber());
      case 2 ->
          chance() ? Outcome.Read.absent(version(), info) : Outcome.Read.nothing(number(), info);
      case 3 -> new Outcome.Updated(info);
      case 4 -> Outcome.Read.of(fields(), version(), info).repaired(smallNumber());
      default ->
          new Outcome.Failed(
              Failure.builder(REASONS.get(random.nextInt(REASONS.size())), text())
                  .mayHaveApplied(chance())
                  .retryAfterMillis(smallNumber())
                  .partition(smallNumber())
                  .needed(smallNumber())
                  .answered(nodes())
                  .decided(chance())
                  .aboveHlc(number())
                  .fence(number())
                  .field(text())
                  .code(CODES.get(random.nextInt(CODES.size())))
                  .tenantId(smallNumber())
                  .build());
    };
  }

  private List<NodeId> nodes() {
    List<NodeId> nodes = new ArrayList<>();
    for (int i = random.nextInt(6); i > 0; i--) {
      nodes.add(new NodeId(number()));
    }
    return nodes;
  }

  private RequestId requestId() {
    return chance() ? RequestId.NONE : new RequestId(number(), number(), number());
  }

  private @Nullable Level level() {
    return switch (random.nextInt(6)) {
      case 0 -> null;
      case 1 -> Level.ONE;
      case 2 -> Level.TWO;
      case 3 -> Level.QUORUM;
      case 4 -> Level.ALL;
      default -> new Level.Count(1 + random.nextInt(7));
    };
  }

  private Key key() {
    return new Key(smallNumber(), bytes());
  }

  private Record record() {
    if (random.nextInt(8) == 0) {
      Version mark = new Version(2 + (number() >>> 3 << 1), number(), new NodeId(number()), 1);
      return Record.marked(mark, chance() ? null : Record.tombstone(plainVersion(), number()));
    }
    return chance()
        ? Record.tombstone(version(), number())
        : Record.value(version(), number(), chance() ? 0 : number(), bytes());
  }

  private Summary summary() {
    return new Summary(version(), number());
  }

  private Version plainVersion() {
    return new Version(0, number(), new NodeId(number()), smallNumber() >>> 1);
  }

  private Version version() {
    return new Version(
        chance() ? 0 : number() >>> 1, number(), new NodeId(number()), smallNumber() >>> 1);
  }

  private boolean chance() {
    return random.nextBoolean();
  }

  private long number() {
    return switch (random.nextInt(4)) {
      case 0 -> 0;
      case 1 -> random.nextInt(300);
      case 2 -> -1L >>> random.nextInt(64);
      default -> random.nextLong();
    };
  }

  private Factor factor() {
    return new Factor(1 + random.nextInt(5), 1 + random.nextInt(5));
  }

  private int smallNumber() {
    return (int) number();
  }

  /** Lengths around the widths of a length prefix matter: 0, 127, 128, 16383, 16384. */
  private byte[] bytes() {
    int[] edges = {0, 1, 20, 100, 126, 127, 128, 300, 16_200, 16_383, 16_384, 40_000};
    int length = edges[random.nextInt(edges.length)] - random.nextInt(2);
    byte[] bytes = new byte[Math.clamp(length, 0, bytesMax)];
    random.nextBytes(bytes);
    return bytes;
  }

  private String text() {
    return switch (random.nextInt(3)) {
      case 0 -> "";
      case 1 -> "grüße 🗝".repeat(random.nextInt(40));
      default -> "orders";
    };
  }
}
