package io.quorate.replication.replica;

import io.quorate.event.Event;
import io.quorate.model.Key;
import io.quorate.replication.event.RequestEvent;
import io.quorate.replication.history.History;
import io.quorate.replication.message.ReplicaMessage.CompareTree;
import io.quorate.replication.message.ReplicaMessage.Held;
import io.quorate.replication.message.ReplicaMessage.HeldSummary;
import io.quorate.replication.message.ReplicaMessage.KeptVersions;
import io.quorate.replication.message.ReplicaMessage.KeySummary;
import io.quorate.replication.message.ReplicaMessage.NoTree;
import io.quorate.replication.message.ReplicaMessage.Nothing;
import io.quorate.replication.message.ReplicaMessage.Offered;
import io.quorate.replication.message.ReplicaMessage.OtherTree;
import io.quorate.replication.message.ReplicaMessage.Probe;
import io.quorate.replication.message.ReplicaMessage.ProbeOutcome;
import io.quorate.replication.message.ReplicaMessage.Probed;
import io.quorate.replication.message.ReplicaMessage.RangeOutcome;
import io.quorate.replication.message.ReplicaMessage.Read;
import io.quorate.replication.message.ReplicaMessage.ReadHistory;
import io.quorate.replication.message.ReplicaMessage.ReadOutcome;
import io.quorate.replication.message.ReplicaMessage.ReadRange;
import io.quorate.replication.message.ReplicaMessage.ReadRecords;
import io.quorate.replication.message.ReplicaMessage.ReadVersions;
import io.quorate.replication.message.ReplicaMessage.Records;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.Same;
import io.quorate.replication.message.ReplicaMessage.SameTree;
import io.quorate.replication.message.ReplicaMessage.TreeOutcome;
import io.quorate.replication.message.ReplicaMessage.Versions;
import io.quorate.replication.message.ReplicaMessage.VersionsOutcome;
import io.quorate.replication.replica.memory.KeysInMemory;
import io.quorate.replication.tree.HashTree;
import io.quorate.replication.tree.RecordHash;
import io.quorate.replication.tree.Trees;
import io.quorate.runtime.Clock;
import io.quorate.storage.NoteStore;
import io.quorate.storage.RecordStore;
import io.quorate.storage.StorageFault;
import io.quorate.version.Order;
import io.quorate.version.Record;
import io.quorate.version.RecordHeader;
import io.quorate.version.RecordModel;
import io.quorate.version.Summary;
import io.quorate.version.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Answers to questions that have been admitted: from what is durable here, never from a write that
 * is still under way, and without what counts as nothing.
 */
final class Answering {
  /** A page holds no more, whatever another node asks for. */
  private static final int RECORDS_MAX = 10_000;

  private static final int BYTES_MAX = 16 << 20;

  private final RecordStore store;
  private final Clock clock;
  private final Consumer<Event> events;
  private final ReplicaRules rules;
  private final PurgeView purgeView;
  private final Notes notes;
  private final KeysInMemory memory;
  private final Trees trees;
  private final Damage damage;

  Answering(
      ReplicaContext context,
      PurgeView purgeView,
      Notes notes,
      KeysInMemory memory,
      Trees trees,
      Damage damage) {
    this.store = context.store();
    this.clock = context.clock();
    this.events = context.events();
    this.rules = context.rules();
    this.purgeView = purgeView;
    this.notes = notes;
    this.memory = memory;
    this.trees = trees;
    this.damage = damage;
  }

  /** Compares what is durable under a key with what the asker knows. */
  void read(Read request, Consumer<ReadOutcome> callback) {
    Comparison comparison = new Comparison(request, callback);
    Record known = memory.durable(request.key());
    if (known != null) {
      comparison.answer(known);
    } else if (!comparison.answerByHeader(memory.durableHeader(request.key()))) {
      if (memory.isWriting(request.key())) {
        events.accept(ReplicaEvent.Window.READ_BESIDE_A_WRITE);
      }
      new DiskRead(
              request.partition(),
              request.key(),
              request.timeoutMillis(),
              comparison::answer,
              callback)
          .begin();
    }
  }

  /** Tells what is durable under a key, and whether a version was ever offered. */
  void probe(Probe request, Consumer<ProbeOutcome> callback) {
    Probing probing = new Probing(request, callback);
    RecordHeader known = memory.durableHeader(request.key());
    if (known != null && isEnough(request, known)) {
      probing.answer(known);
    } else {
      new DiskRead(
              request.partition(),
              request.key(),
              request.timeoutMillis(),
              probing::answer,
              callback)
          .begin();
    }
  }

  /** Whether what is known of a key tells what counts of it: its header alone may not. */
  private boolean isEnough(Probe request, RecordHeader known) {
    return known instanceof Record
        || purgeView.countsByHeader(request.partition(), purgeView.model(request.key()));
  }

  /**
   * Looks at what is held first, and for a note after that. A version that is overtaken between the
   * two looks is noted by then: the note becomes durable together with the record that takes the
   * place.
   */
  private final class Probing {
    private final Probe request;
    private final Consumer<ProbeOutcome> callback;

    Probing(Probe request, Consumer<ProbeOutcome> callback) {
      this.request = request;
      this.callback = callback;
    }

    /**
     * Answers, after a look for a note if there may be one. A version above what is held cannot be
     * noted unless the record that overtook it was purged, so that it counts as forgotten.
     */
    void answer(@Nullable RecordHeader durable) {
      Version version = request.version();
      boolean isHeld = durable != null && durable.version().equals(version);
      boolean isOvertaken =
          durable != null && purgeView.model(request.key()).replaces(durable.version(), version);
      if (isHeld || !request.retry() || !(isOvertaken || mayBeForgotten())) {
        answer(durable, isHeld);
        return;
      }
      notes.look(
          request.partition(),
          version,
          new NoteStore.LookCallback() {
            @Override
            public void found(boolean noted) {
              if (noted) {
                events.accept(ReplicaEvent.Window.FOUND_NOTED);
              }
              answer(durable, noted);
            }

            @Override
            public void failed(StorageFault fault) {
              events.accept(new ReplicaEvent.ReadFailed(fault.message()));
              callback.accept(Damage.refusal(fault));
            }
          });
    }

    private boolean mayBeForgotten() {
      return notes.mayBeForgotten(request.partition(), request.version());
    }

    private void answer(@Nullable RecordHeader durable, boolean known) {
      RecordModel model = purgeView.model(request.key());
      RecordHeader held = purgeView.present(request.partition(), model, durable);
      Offered offered = known ? Offered.ONCE : Offered.NEVER;
      if (!known && mayBeForgotten() && rules.tellsForgotten()) {
        offered = Offered.FORGOTTEN;
        if (request.retry()) {
          events.accept(new ReplicaEvent.FoundForgotten());
        }
      }
      callback.accept(
          new Probed(
              held == null ? null : held.version(),
              purgeView.promised(request.partition(), model),
              offered));
    }
  }

  /** Answers a read with the difference between what is held and what is known. */
  private final class Comparison {
    private final Read request;
    private final Consumer<ReadOutcome> callback;

    Comparison(Read request, Consumer<ReadOutcome> callback) {
      this.request = request;
      this.callback = callback;
    }

    void answer(@Nullable Record held) {
      RecordModel model = purgeView.model(request.key());
      Record counted = purgeView.present(request.partition(), model, held);
      ReadOutcome outcome = compare(model, counted);
      callback.accept(outcome == null && counted != null ? new Held(counted) : outcome);
    }

    /** False if the asker is to have the record, or the header does not tell whether it is. */
    boolean answerByHeader(@Nullable RecordHeader header) {
      RecordModel model = purgeView.model(request.key());
      if (header == null || !purgeView.countsByHeader(request.partition(), model)) {
        return false;
      }
      ReadOutcome outcome = compare(model, purgeView.present(request.partition(), model, header));
      if (outcome == null) {
        return false;
      }
      events.accept(ReplicaEvent.Window.ANSWERED_BY_HEADER);
      callback.accept(outcome);
      return true;
    }

    /** What to answer, unless that is the record itself. */
    private @Nullable ReadOutcome compare(RecordModel model, @Nullable RecordHeader held) {
      Summary known = request.known();
      if (held == null) {
        return known == null ? Same.INSTANCE : Nothing.INSTANCE;
      }
      Summary own = held.summary();
      Order order = known == null ? Order.AHEAD : rules.compare(model, own, known);
      if (order == Order.SAME) {
        return Same.INSTANCE;
      }
      return !order.hasMore() || request.versionOnly() ? new HeldSummary(own) : null;
    }
  }

  /** Looks on the disk for what is durable under a key, as long as the asker waits for it. */
  private final class DiskRead implements RecordStore.GetCallback {
    private final int partition;
    private final Key key;
    private final long deadlineNanos;
    private final Consumer<@Nullable Record> answer;
    private final Consumer<? super Refused> refused;

    /** When the disk was asked, see {@link KeysInMemory#readBegins}. */
    private long begun;

    DiskRead(
        int partition,
        Key key,
        int timeoutMillis,
        Consumer<@Nullable Record> answer,
        Consumer<? super Refused> refused) {
      this.partition = partition;
      this.key = key;
      this.deadlineNanos = clock.nanos() + timeoutMillis * 1_000_000L;
      this.answer = answer;
      this.refused = refused;
    }

    void begin() {
      begun = memory.readBegins(partition, key);
      store.get(partition, key, this);
    }

    @Override
    public boolean isWanted() {
      return clock.nanos() - deadlineNanos < 0 || !rules.dropsExpiredReads();
    }

    @Override
    public void notRead() {
      events.accept(new RequestEvent.Expired(RequestEvent.Stage.AT_REPLICA));
      refused.accept(new Refused("its deadline passed before the disk came to it"));
    }

    @Override
    public void found(@Nullable Record record) {
      if (record != null) {
        memory.readEnds(partition, key, record, begun);
      }
      answer.accept(record);
    }

    @Override
    public void failed(StorageFault fault) {
      damage.readFailed(partition, fault);
      refused.accept(Damage.refusal(fault));
    }
  }

  /** Reads a page of a range. */
  void readRange(ReadRange request, Consumer<RangeOutcome> callback) {
    RecordStore.Range range = bounded(request.range());
    store.scan(range, new PageAnswer(range, callback));
  }

  /** Reads a page of a range as it lies on the disk: also what this replica alone has promised. */
  void readRaw(ReadRange request, Consumer<RangeOutcome> callback) {
    RecordStore.Range range = bounded(request.range());
    store.scan(
        range,
        new RecordStore.ScanCallback() {
          @Override
          public void page(RecordStore.Page page) {
            callback.accept(new Records(page.entries(), reached(page)));
          }

          @Override
          public void failed(StorageFault fault) {
            damage.readFailed(range.partition(), fault);
            callback.accept(Damage.refusal(fault));
          }
        });
  }

  /** Reads a page of what is kept since it was replaced. */
  void readHistory(ReadHistory request, History history, Consumer<RangeOutcome> callback) {
    history.read(
        request.partition(),
        request.tenant(),
        request.from(),
        Math.clamp(request.versionsMax(), 1, RECORDS_MAX),
        Math.clamp(request.bytesMax(), 1, BYTES_MAX),
        (page, since) ->
            callback.accept(
                damage.isDamaged(request.partition())
                    ? new Refused("something of the partition cannot be read")
                    : new KeptVersions(request.tenant(), since, page.versions(), page.next())),
        fault -> callback.accept(Damage.refusal(fault)));
  }

  /** Reads what is durable under some keys. */
  void readRecords(ReadRecords request, Consumer<RangeOutcome> callback) {
    store.getAll(
        request.partition(),
        request.keys(),
        new RecordStore.GetAllCallback() {
          @Override
          public void found(List<@Nullable Record> records) {
            callback.accept(fitting(request, records));
          }

          @Override
          public void failed(StorageFault fault) {
            damage.readFailed(request.partition(), fault);
            callback.accept(Damage.refusal(fault));
          }
        });
  }

  /** As many of them as the asker takes at once. */
  private Records fitting(ReadRecords request, List<@Nullable Record> found) {
    List<RecordStore.Entry> entries = new ArrayList<>();
    long bytes = 0;
    for (int i = 0; i < found.size(); i++) {
      Key key = request.keys().get(i);
      Record record = purgeView.present(request.partition(), purgeView.model(key), found.get(i));
      if (record != null) {
        entries.add(new RecordStore.Entry(key, record));
        bytes += key.bytes().length + (long) record.bytes().length;
      }
      if (bytes >= request.bytesMax() && i < found.size() - 1) {
        return new Records(entries, key);
      }
    }
    return new Records(entries, null);
  }

  /** Compares the hash tree of what is durable with the asker's. */
  void compareTree(CompareTree request, Consumer<TreeOutcome> callback) {
    HashTree tree = trees.tree(request.partition(), request.factor());
    if (tree == null) {
      // A node that asks again waits for it: then reading goes on though all else is quiet.
      trees.build(List.of(request.partition()));
      trees.tick();
      callback.accept(NoTree.INSTANCE);
    } else {
      long offered = notes.offered(request.partition());
      boolean same = tree.root() == request.root();
      callback.accept(same ? SameTree.of(offered) : new OtherTree(tree.copy(), offered));
    }
  }

  /** Says which versions are durable of the keys of some leaves of the hash tree. */
  void readVersions(ReadVersions request, Consumer<VersionsOutcome> callback) {
    RecordStore.Range range = bounded(request.range());
    ReadVersions asked =
        new ReadVersions(
            request.id(), request.epoch(), range, request.leaves(), request.timeoutMillis());
    new VersionsAnswer(asked, callback).readOn(range);
  }

  /**
   * Answers with versions. Few of the keys that are looked at are asked for, so it looks at some
   * pages before it answers: a difference is found with few messages however much is held. But it
   * answers with what it has before it would be asked again.
   */
  private final class VersionsAnswer implements RecordStore.ScanCallback {
    private static final int PAGES_MAX = 16;
    private static final long LOOKS_NANOS_MAX = 100_000_000;

    private final ReadVersions request;
    private final Consumer<VersionsOutcome> callback;
    private final List<KeySummary> held = new ArrayList<>();
    private final long begunNanos = clock.nanos();
    private int pages;

    VersionsAnswer(ReadVersions request, Consumer<VersionsOutcome> callback) {
      this.request = request;
      this.callback = callback;
    }

    void readOn(RecordStore.Range range) {
      pages++;
      store.scan(range, this);
    }

    @Override
    public void page(RecordStore.Page page) {
      RecordModel model = purgeView.model(request.range().tenant());
      page.entries().stream()
          .map(entry -> purgeView.presentEntry(request.partition(), model, entry))
          .filter(Objects::nonNull)
          .filter(entry -> request.leaves().get(HashTree.leafOf(RecordHash.ofKey(entry.key()))))
          .map(entry -> new KeySummary(entry.key(), entry.record().summary()))
          .forEach(held::add);
      Key reached = reached(page);
      RecordStore.Range range = request.range();
      if (reached == null
          || pages == PAGES_MAX
          || held.size() >= range.recordsMax() / 2
          || clock.nanos() - begunNanos >= LOOKS_NANOS_MAX) {
        callback.accept(new Versions(held, reached));
      } else {
        readOn(
            new RecordStore.Range(
                range.partition(),
                range.tenant(),
                range.keys(),
                reached.bytes(),
                range.recordsMax(),
                range.bytesMax()));
      }
    }

    @Override
    public void failed(StorageFault fault) {
      damage.readFailed(request.partition(), fault);
      callback.accept(Damage.refusal(fault));
    }
  }

  /** What another node asks for, within what one answer may hold: at least one record. */
  static RecordStore.Range bounded(RecordStore.Range range) {
    return new RecordStore.Range(
        range.partition(),
        range.tenant(),
        range.keys(),
        range.after(),
        Math.clamp(range.recordsMax(), 1, RECORDS_MAX),
        Math.clamp(range.bytesMax(), 1, BYTES_MAX));
  }

  /** The last key of a page that was looked at; null if it was the last of the range. */
  static @Nullable Key reached(RecordStore.Page page) {
    return page.complete() ? null : page.entries().getLast().key();
  }

  /** Answers with a page. */
  private final class PageAnswer implements RecordStore.ScanCallback {
    private final RecordStore.Range range;
    private final Consumer<RangeOutcome> callback;

    PageAnswer(RecordStore.Range range, Consumer<RangeOutcome> callback) {
      this.range = range;
      this.callback = callback;
    }

    @Override
    public void page(RecordStore.Page page) {
      RecordModel model = purgeView.model(range.tenant());
      List<RecordStore.Entry> entries =
          page.entries().stream()
              .map(entry -> purgeView.presentEntry(range.partition(), model, entry))
              .filter(Objects::nonNull)
              .toList();
      callback.accept(new Records(entries, reached(page)));
    }

    @Override
    public void failed(StorageFault fault) {
      damage.readFailed(range.partition(), fault);
      callback.accept(Damage.refusal(fault));
    }
  }
}
