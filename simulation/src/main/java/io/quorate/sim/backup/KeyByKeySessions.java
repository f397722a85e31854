package io.quorate.sim.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.model.Key;
import io.quorate.model.RequestId;
import io.quorate.placement.Model;
import io.quorate.placement.Placements;
import io.quorate.placement.Tenant;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.Siblings;
import io.quorate.replication.api.WriteStamp;
import io.quorate.sim.check.BackupChecker.Name;
import io.quorate.sim.check.KeyByKeyChecker;
import io.quorate.sim.check.KeyByKeyChecker.Change;
import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.kernel.SimClock;
import io.quorate.sim.kernel.SimRandom;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.version.Addition;
import io.quorate.version.Field;
import io.quorate.version.FieldChange;
import io.quorate.version.Hlc;
import io.quorate.version.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Clients that change keys of tenants of which backups promise something of each key alone: they
 * add to registers and counters, update maps, and put and delete siblings.
 */
final class KeyByKeySessions {
  private static final int SESSIONS = 3;
  private static final int KEYS = 2;
  private static final long THINK_NANOS = 8_000_000;

  private final SimWorld world;
  private final SimCluster cluster;
  private final KeyByKeyChecker checker;
  private final SessionCalls calls;
  private final Runnable look;
  private final SimRandom random;

  /** How many keys of each tenant and place have had all the changes that they may. */
  private final Map<String, Integer> generations = new TreeMap<>();

  /** Of siblings, whichever session has put them. */
  private final Map<Name, Map<Integer, Change>> puts = new TreeMap<>();

  private boolean stopped;
  private int working;

  KeyByKeySessions(SimCluster cluster, KeyByKeyChecker checker, Runnable look, SimRandom random) {
    this.world = cluster.world();
    this.cluster = cluster;
    this.checker = checker;
    this.calls = new SessionCalls(cluster, look);
    this.look = look;
    this.random = random;
  }

  void start() {
    for (int i = 0; i < SESSIONS; i++) {
      working++;
      next(new Session(i + 1));
    }
  }

  /** Sessions end what they are at, and begin nothing more. */
  void stop() {
    stopped = true;
  }

  boolean isDone() {
    return working == 0;
  }

  private void next(Session session) {
    world.schedule(
        random.exponential(THINK_NANOS) + 1,
        "session",
        () -> {
          if (stopped) {
            working--;
          } else {
            look.run(); // so that what begins now is not taken for what was begun before
            session.turn();
          }
        });
  }

  /** A key with room for more changes. */
  private Name key(Model model) {
    String tenant = KeyByKeyTenants.tenant(model);
    int place = random.nextInt(KEYS);
    while (true) {
      int generation = generations.getOrDefault(tenant + place, 0);
      Name name = new Name(tenant, "k%d.%d".formatted(place, generation));
      if (checker.count(name) < KeyByKeyTenants.CHANGES_MAX) {
        return name;
      }
      generations.merge(tenant + place, 1, Integer::sum);
    }
  }

  /** What a session has added to a set, and been told so. */
  private record Added(Change change, Addition addition) {}

  /** What a session does to one key whose fields are merged, as one writer. */
  private static final class Written {
    final Writer writer;
    long counts;
    long total;
    long numbers;

    /** Sent with each update until one of them is acknowledged. */
    final List<FieldChange> unheard = new ArrayList<>();

    Written(Writer writer) {
      this.writer = writer;
    }
  }

  /** Of a key with siblings, what a session has read last. */
  private record Seen(byte[] context, List<Change> changes) {}

  private final class Session {
    private final long id;
    private long stamped;
    private long requests;
    private final Map<Name, Written> written = new TreeMap<>();
    private final Map<Name, List<Added>> added = new TreeMap<>();
    private final Map<Name, Seen> seen = new TreeMap<>();

    Session(long id) {
      this.id = id;
    }

    void turn() {
      SimNode node = cluster.operator().any(random);
      Model model = random.pick(KeyByKeyTenants.models());
      Name name = key(model);
      switch (model) {
        case LINEARIZABLE -> increment(node, name);
        case COUNTERS -> count(node, name);
        case MAPS -> update(node, name);
        default -> siblings(node, name);
      }
    }

    private void increment(SimNode node, Name name) {
      Change change = checker.begins(name, List.of(), world.nowNanos());
      send(
          node,
          new Operation.Increment(
              name.tenant(),
              name.key().getBytes(UTF_8),
              KeyByKeyTenants.digit(change.number()),
              0,
              Long.MAX_VALUE,
              nextRequest(),
              stamp(node, name),
              0,
              0),
          List.of(change));
    }

    private void count(SimNode node, Name name) {
      Written as = as(name);
      Change change = checker.begins(name, List.of(), world.nowNanos());
      send(node, name, as, List.of(counted(as, KeyByKeyTenants.COUNTER, change)), List.of(change));
    }

    private FieldChange counted(Written as, Field field, Change change) {
      as.counts++;
      as.total += KeyByKeyTenants.digit(change.number());
      return new FieldChange.Count(field, as.counts, as.total, 0);
    }

    /** Counts, and adds a value to a set; or removes one that was added before. */
    private void update(SimNode node, Name name) {
      Written as = as(name);
      List<Added> mine = added.getOrDefault(name, List.of());
      if (!mine.isEmpty() && random.chance(0.3)) {
        Added one = mine.removeLast();
        Change removal =
            checker.ends(KeyByKeyTenants.setOf(name), List.of(one.change()), world.nowNanos());
        send(
            node,
            name,
            as,
            List.of(
                new FieldChange.Remove(
                    KeyByKeyTenants.ADDED,
                    ++as.numbers,
                    KeyByKeyTenants.value(one.change().number()),
                    List.of(one.addition()))),
            List.of(removal));
        return;
      }
      Change counted = checker.begins(name, List.of(), world.nowNanos());
      Change addition = checker.begins(KeyByKeyTenants.setOf(name), List.of(), world.nowNanos());
      long number = ++as.numbers;
      as.unheard.add(
          new FieldChange.Add(
              KeyByKeyTenants.ADDED, number, KeyByKeyTenants.value(addition.number()), List.of()));
      List<FieldChange> all = new ArrayList<>(as.unheard);
      all.add(counted(as, KeyByKeyTenants.COUNTED, counted));
      calls.submit(
          node,
          update(name, as, all),
          outcome -> {
            if (hear(name, outcome, List.of(counted, addition))) {
              as.unheard.removeAll(all);
              added
                  .computeIfAbsent(name, none -> new ArrayList<>())
                  .add(new Added(addition, new Addition(as.writer, number)));
            }
          },
          () -> next(this));
    }

    /** As which writer it changes a key. */
    private Written as(Name name) {
      return written.computeIfAbsent(
          name, none -> new Written(new Writer(nextStamp(), random.nextLong())));
    }

    private void send(
        SimNode node, Name name, Written as, List<FieldChange> fields, List<Change> changes) {
      calls.submit(
          node,
          update(name, as, fields),
          outcome -> {
            boolean unused = hear(name, outcome, changes);
          },
          () -> next(this));
    }

    private Operation update(Name name, Written as, List<FieldChange> fields) {
      return new Operation.Update(
          name.tenant(),
          name.key().getBytes(UTF_8),
          null,
          nextRequest(),
          as.writer,
          true,
          fields,
          0);
    }

    private void siblings(SimNode node, Name name) {
      Seen last = seen.get(name);
      if (last == null || random.chance(0.4)) {
        read(node, name);
      } else if (random.chance(0.2) && !last.changes().isEmpty()) {
        Change deletion = checker.ends(name, last.changes(), world.nowNanos());
        send(
            node,
            new Operation.Delete(
                name.tenant(),
                name.key().getBytes(UTF_8),
                null,
                nextRequest(),
                stamp(node, name),
                0,
                last.context()),
            List.of(deletion));
      } else {
        put(node, name, last);
      }
    }

    private void put(SimNode node, Name name, Seen last) {
      Change put = checker.begins(name, last.changes(), world.nowNanos());
      puts.computeIfAbsent(name, none -> new TreeMap<>()).put(put.number(), put);
      send(
          node,
          new Operation.Put(
              name.tenant(),
              name.key().getBytes(UTF_8),
              KeyByKeyTenants.value(put.number()),
              null,
              0,
              nextRequest(),
              stamp(node, name),
              0,
              last.context()),
          List.of(put));
    }

    private void read(SimNode node, Name name) {
      calls.submit(
          node,
          new Operation.Get(name.tenant(), name.key().getBytes(UTF_8), null),
          outcome -> {
            if (outcome instanceof Outcome.Read read) {
              Siblings found = read.siblings();
              List<Change> changes = new ArrayList<>();
              if (found != null) {
                for (Siblings.Value value : found.live()) {
                  changes.add(put(name, KeyByKeyTenants.number(value.value())));
                }
              }
              seen.put(
                  name, new Seen(found == null ? Outcome.NO_CONTEXT : found.context(), changes));
            }
          },
          () -> next(this));
    }

    private Change put(Name name, int number) {
      Change put = puts.getOrDefault(name, Map.of()).get(number);
      if (put == null) {
        throw new IllegalStateException("no client has put %d under %s".formatted(number, name));
      }
      return put;
    }

    private void send(SimNode node, Operation operation, List<Change> changes) {
      calls.submit(
          node,
          operation,
          outcome -> {
            if (outcome instanceof Outcome.Written) {
              changes.forEach(each -> checker.acknowledged(each, world.nowNanos()));
            }
          },
          () -> next(this));
    }

    /** Returns whether an update was acknowledged. */
    private boolean hear(Name name, Outcome outcome, List<Change> changes) {
      if (outcome instanceof Outcome.Updated) {
        changes.forEach(each -> checker.acknowledged(each, world.nowNanos()));
        return true;
      }
      if (outcome instanceof Outcome.Failed(Failure failure)
          && failure.reason() == Failure.Reason.STAMP_TOO_LOW) {
        written.remove(name); // it goes on as another writer, which has counted nothing yet
      }
      return false;
    }

    private RequestId nextRequest() {
      return new RequestId(nextStamp(), id, ++requests);
    }

    private long nextStamp() {
      long now = Hlc.of(SimClock.EPOCH_MILLIS + world.nowNanos() / 1_000_000, 0);
      stamped = Hlc.later(stamped + 1, now);
      return stamped;
    }

    private WriteStamp stamp(SimNode node, Name name) {
      @Nullable Placements known = node.placements();
      @Nullable Tenant tenant = known == null ? null : known.tenant(name.tenant());
      long epoch = 0;
      if (known != null && tenant != null) {
        Key key = new Key(tenant.id(), name.key().getBytes(UTF_8));
        epoch = known.epoch(key.partition(SimCluster.PARTITIONS));
      }
      return new WriteStamp(nextStamp(), epoch, 0, true);
    }
  }
}
