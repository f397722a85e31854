package io.quorate.sim.workload;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.model.RequestId;
import io.quorate.placement.Tenant;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.WriteStamp;
import io.quorate.sim.check.PromiseBroken;
import io.quorate.version.Addition;
import io.quorate.version.Field;
import io.quorate.version.FieldChange;
import io.quorate.version.FieldValue;
import io.quorate.version.Writer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Clients of a tenant whose keys have fields. They count, add to sets and remove from them, with
 * what they or others have read, or blindly, and assign registers; each try an update again until
 * they know what became of it, and now and then begin as another writer.
 */
final class FieldUpdates implements Workload {
  static final String NAME = "fields";

  private static final int KEYS = 2;
  private static final int VALUES = 3;
  private static final long NOTHING_TO_DO_NANOS = 20_000_000;
  private static final double OTHER_WRITER = 0.1;

  private static final Field HITS = new Field("hits", Field.Kind.COUNTER);
  private static final Field TAGS = new Field("tags", Field.Kind.SET);
  private static final Field NOTE = new Field("note", Field.Kind.MULTI_VALUE_REGISTER);
  private static final Field NAMED = new Field("name", Field.Kind.REGISTER);

  private final IdentityHashMap<Client, Actor> actors = new IdentityHashMap<>();
  private final Map<Integer, Integer> generations = new TreeMap<>();
  private final Map<String, Of> keys = new TreeMap<>();

  /** What the clients know of one key. */
  private static final class Of {
    final String key;
    final CounterHistory hits;
    final RegisterHistory named;
    final Map<String, Kept> values = new TreeMap<>();

    Of(String key) {
      this.key = key;
      this.hits = new CounterHistory(NAME, key);
      this.named = new RegisterHistory(NAME, key);
      for (int value = 0; value < VALUES; value++) {
        values.put("t" + value, new Kept(TAGS, key + " tag " + value));
      }
      values.put("", new Kept(NOTE, key + " note"));
    }

    /** Of a value of the set, or of the multi-value register if that is empty. */
    Kept kept(String value) {
      Kept kept = values.get(value);
      if (kept == null) {
        throw new PromiseBroken(NAME, "no client has added %s to %s".formatted(value, key));
      }
      return kept;
    }
  }

  /** Additions of one value of a set, or of any to a multi-value register. */
  private static final class Kept {
    final Field field;
    final KeptHistory history;
    final Map<Addition, Integer> numbers = new HashMap<>();
    final List<Seen> seen = new ArrayList<>(List.of(new Seen(List.of(), new BitSet())));

    /** Whether nothing follows any more from what is read: whatever there is may be removed. */
    boolean spoilt;

    Kept(Field field, String name) {
      this.field = field;
      this.history = new KeptHistory(NAME, name);
    }

    int number(Addition addition) {
      Integer number = numbers.get(addition);
      if (number == null) {
        throw new PromiseBroken(NAME, "no client has made addition %s".formatted(addition));
      }
      return number;
    }
  }

  /** Additions that a read has returned, and their numbers in the history. */
  private record Seen(List<Addition> additions, BitSet numbers) {}

  /** A client as a writer, for some time. */
  private static final class Actor {
    final OnceClient clocks;
    Writer writer = new Writer(0, 0);
    final Map<String, Long> numbers = new HashMap<>();
    final Map<String, long[]> totals = new HashMap<>();

    Actor(OnceClient clocks) {
      this.clocks = clocks;
    }

    /** Begins as another writer, which has counted nothing yet. */
    void open(Client client, long hlc) {
      writer = new Writer(hlc, client.random().nextLong());
      numbers.clear();
      totals.clear();
    }

    long next(String key) {
      return numbers.merge(key, 1L, Long::sum);
    }

    FieldChange count(String key, long up, long down) {
      long[] of = totals.computeIfAbsent(key, unused -> new long[3]);
      of[0]++;
      of[1] += up;
      of[2] += down;
      return new FieldChange.Count(HITS, of[0], of[1], of[2]);
    }
  }

  @Override
  public void turn(Client client, Runnable done) {
    Tenant tenant = client.others().stream().filter(Tenant::mergesFields).findFirst().orElse(null);
    if (tenant == null) {
      client.later(NOTHING_TO_DO_NANOS, done);
      return;
    }
    Actor actor = actors.computeIfAbsent(client, own -> new Actor(new OnceClient(own)));
    Of of = key(client.random().nextInt(KEYS));
    if (client.random().nextInt(20) < 8) {
      read(client, actor, tenant, of, done);
    } else {
      new OneUpdate(client, actor, tenant, of, done).begin();
    }
  }

  /** A key whose counter has room. */
  private Of key(int number) {
    while (true) {
      Of of =
          keys.computeIfAbsent(NAME + number + "." + generations.getOrDefault(number, 0), Of::new);
      if (!of.hits.isFull()) {
        return of;
      }
      generations.merge(number, 1, Integer::sum);
    }
  }

  private static void read(Client client, Actor actor, Tenant tenant, Of of, Runnable done) {
    CounterHistory.Then hits = of.hits.now();
    long named = of.named.now();
    IdentityHashMap<Kept, KeptHistory.Then> values = new IdentityHashMap<>();
    of.values.values().forEach(kept -> values.put(kept, kept.history.now()));
    client.ask(
        client.anyNode(),
        new Operation.Get(tenant.name(), of.key.getBytes(UTF_8), null),
        outcome -> {
          actor.clocks.hears(outcome);
          if (outcome instanceof Outcome.Read read) {
            hear(client, of, hits, named, values, read.fields());
          }
          done.run();
        });
  }

  private static void hear(
      Client client,
      Of of,
      CounterHistory.Then hits,
      long named,
      IdentityHashMap<Kept, KeptHistory.Then> values,
      List<FieldValue> found) {
    client.counts(found.isEmpty() ? "fields: nothing read" : "fields: read");
    long count = 0;
    long assigned = 0;
    IdentityHashMap<Kept, List<Addition>> additions = new IdentityHashMap<>();
    for (FieldValue value : found) {
      if (value.field().equals(HITS)) {
        count = value.count();
      } else if (value.field().equals(NAMED)) {
        assigned = Long.parseLong(text(value.elements().getFirst().value()));
      } else {
        for (FieldValue.Element element : value.elements()) {
          Kept kept = of.kept(value.field().equals(NOTE) ? "" : text(element.value()));
          additions.computeIfAbsent(kept, unused -> new ArrayList<>()).addAll(element.additions());
        }
      }
    }
    of.hits.read(hits, count);
    of.named.read(named, assigned);
    for (Kept kept : of.values.values()) {
      if (kept.spoilt) {
        continue;
      }
      List<Addition> got = additions.getOrDefault(kept, List.of());
      if (got.size() > 1) {
        client.counts("fields: several additions read");
      }
      List<Integer> numbers = got.stream().map(kept::number).toList();
      BitSet seen = kept.history.read(Objects.requireNonNull(values.get(kept)), numbers);
      if (!got.isEmpty()) {
        kept.seen.add(new Seen(got, seen));
      }
    }
  }

  private static String text(byte[] value) {
    return new String(value, UTF_8);
  }

  /** A change that is part of an update, and what its history is told of how that ends. */
  private interface Part {
    /** Of the writer with which the update is made. */
    FieldChange change();

    void acknowledged();

    void unknown();
  }

  /** One to three changes of a key, through all attempts. */
  private static final class OneUpdate extends NamedWrite {
    private final Client client;
    private final Actor actor;
    private final Tenant tenant;
    private final Of of;
    private final List<Part> parts = new ArrayList<>();

    /** With which the writer of the attempts was opened, or chosen. */
    private long stamp;

    private List<FieldChange> changes = List.of();
    private Writer writer = new Writer(0, 0);

    OneUpdate(Client client, Actor actor, Tenant tenant, Of of, Runnable done) {
      super(NAME, client, actor.clocks, done);
      this.client = client;
      this.actor = actor;
      this.tenant = tenant;
      this.of = of;
      int count = 1 + client.random().nextInt(3);
      List<Object> changed = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        add(client.random().nextInt(10), changed);
      }
    }

    /** At most one change of each field, or value of it, so that it has one history. */
    private void add(int kind, List<Object> changed) {
      Kept kept = of.kept(kind < 7 ? "t" + client.random().nextInt(VALUES) : "");
      Object what = kind < 3 ? HITS : kind == 9 ? NAMED : kept;
      if (changed.contains(what)) {
        return;
      }
      changed.add(what);
      long takenAway = of.hits.anyToTakeAway();
      if (kind == 0 && takenAway != 0) {
        parts.add(new Decrement(takenAway));
      } else if (kind < 3 && !of.hits.isFull()) {
        parts.add(new Increment(of.hits.incrementBegins()));
      } else if (kind < 5 || (kind == 5 && kept.seen.size() == 1)) {
        parts.add(new Put(kept, "t" + value(kept), kept.seen.getFirst()));
      } else if (kind == 5) {
        parts.add(new Removal(kept, "t" + value(kept), anySeen(kept)));
      } else if (kind == 6) {
        parts.add(new BlindRemoval(kept, "t" + value(kept)));
      } else if (kind < 9) {
        parts.add(new Put(kept, "note", anySeen(kept)));
      } else {
        parts.add(new Assignment());
      }
    }

    private String value(Kept kept) {
      for (Map.Entry<String, Kept> each : of.values.entrySet()) {
        if (each.getValue() == kept) {
          return each.getKey().substring(1);
        }
      }
      throw new IllegalStateException("not a value of " + of.key);
    }

    /** Mostly what was read last; sometimes what was read long ago. */
    private Seen anySeen(Kept kept) {
      if (kept.seen.size() == 1 || client.random().chance(0.7)) {
        return kept.seen.getLast();
      }
      return client.random().pick(kept.seen.subList(1, kept.seen.size()));
    }

    @Override
    Operation operation(RequestId request, WriteStamp stamped) {
      if (stamped.hlc() != stamp) {
        boolean refused = stamp != 0;
        stamp = stamped.hlc();
        if (refused || actor.writer.id() == 0 || client.random().chance(OTHER_WRITER)) {
          client.counts(refused ? "fields: made by another writer" : "fields: writer opened");
          actor.open(client, stamp);
        }
        writer = actor.writer;
        changes = parts.stream().map(Part::change).toList();
      }
      return new Operation.Update(
          tenant.name(),
          of.key.getBytes(UTF_8),
          null,
          request,
          writer,
          stamped.firstAttempt(),
          changes,
          0);
    }

    @Override
    void acknowledged(Outcome outcome) {
      parts.forEach(Part::acknowledged);
    }

    /** Of a counter, it may take effect with a later update, too. */
    @Override
    void unknown() {
      parts.forEach(Part::unknown);
    }

    @Override
    void refused() {
      unknown();
    }

    private final class Increment implements Part {
      private final long added;

      Increment(long added) {
        this.added = added;
      }

      @Override
      public FieldChange change() {
        return actor.count(of.key, added, 0);
      }

      @Override
      public void acknowledged() {
        of.hits.incrementAcknowledged(added);
      }

      @Override
      public void unknown() {}
    }

    private final class Decrement implements Part {
      private final long taken;

      Decrement(long taken) {
        this.taken = taken;
        of.hits.decrementBegins(taken);
      }

      @Override
      public FieldChange change() {
        return actor.count(of.key, 0, taken);
      }

      @Override
      public void acknowledged() {
        of.hits.decrementAcknowledged(taken);
      }

      @Override
      public void unknown() {}
    }

    /** Adds a value, in place of what was seen. */
    private final class Put implements Part {
      private final Kept kept;
      private final String value;
      private final Seen seen;
      private final int number;

      Put(Kept kept, String value, Seen seen) {
        this.kept = kept;
        this.value = value;
        this.seen = seen;
        this.number = kept.history.putBegins(seen.numbers());
      }

      @Override
      public FieldChange change() {
        long next = actor.next(of.key);
        kept.numbers.put(new Addition(actor.writer, next), number);
        return new FieldChange.Add(kept.field, next, value.getBytes(UTF_8), seen.additions());
      }

      @Override
      public void acknowledged() {
        kept.history.putAcknowledged(number);
      }

      @Override
      public void unknown() {}
    }

    /** Removes what was seen. */
    private final class Removal implements Part {
      private final Kept kept;
      private final String value;
      private final Seen seen;

      Removal(Kept kept, String value, Seen seen) {
        this.kept = kept;
        this.value = value;
        this.seen = seen;
        kept.history.deleteBegins(seen.numbers());
      }

      @Override
      public FieldChange change() {
        return new FieldChange.Remove(
            kept.field, actor.next(of.key), value.getBytes(UTF_8), seen.additions());
      }

      @Override
      public void acknowledged() {
        kept.history.deleteAcknowledged(seen.numbers());
      }

      @Override
      public void unknown() {}
    }

    /** Removes what is found. */
    private final class BlindRemoval implements Part {
      private final Kept kept;
      private final String value;
      private final KeptHistory.Then begun;

      BlindRemoval(Kept kept, String value) {
        this.kept = kept;
        this.value = value;
        this.begun = kept.history.blindBegins();
      }

      @Override
      public FieldChange change() {
        return new FieldChange.Remove(
            kept.field, actor.next(of.key), value.getBytes(UTF_8), List.of());
      }

      @Override
      public void acknowledged() {
        kept.history.blindAcknowledged(begun);
      }

      @Override
      public void unknown() {
        kept.spoilt = true;
      }
    }

    private final class Assignment implements Part {
      private long hlc;

      @Override
      public FieldChange change() {
        hlc = stamp;
        of.named.begins(hlc);
        return new FieldChange.Assign(
            NAMED, hlc, actor.next(of.key), Long.toString(hlc).getBytes(UTF_8));
      }

      @Override
      public void acknowledged() {
        of.named.acknowledged(hlc);
      }

      @Override
      public void unknown() {}
    }
  }
}
