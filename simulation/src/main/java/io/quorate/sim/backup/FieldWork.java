package io.quorate.sim.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.sim.check.BackupChecker.Name;
import io.quorate.sim.check.KeyByKeyChange;
import io.quorate.sim.cluster.SimNode;
import io.quorate.version.Addition;
import io.quorate.version.Field;
import io.quorate.version.FieldChange;
import io.quorate.version.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a session does to keys whose fields are merged: it counts, adds values to sets, and removes
 * values that it has added; in maps it counts and adds by one update.
 */
final class FieldWork {
  private static final double REMOVES = 0.3;

  private final KeyByKeySession session;
  private final Map<Name, Written> written = new TreeMap<>();

  /** By the name of the set. */
  private final Map<Name, List<Added>> added = new TreeMap<>();

  /** What it has added to a set, and been told so. */
  private record Added(KeyByKeyChange change, Addition addition) {}

  /** What it does to one key, as one writer. */
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

  FieldWork(KeyByKeySession session) {
    this.session = session;
  }

  void count(SimNode node, Name name) {
    Written as = as(name);
    KeyByKeyChange change = begins(name);
    update(node, name, as, List.of(counted(as, KeyByKeyTenants.COUNTER, change)), List.of(change));
  }

  private FieldChange counted(Written as, Field field, KeyByKeyChange change) {
    as.counts++;
    as.total += KeyByKeyTenants.digit(change.number());
    return new FieldChange.Count(field, as.counts, as.total, 0);
  }

  /** Adds to a set, or removes what it added before. */
  void set(SimNode node, Name name) {
    change(node, name, KeyByKeyTenants.SET, name, null);
  }

  /** Counts, and adds to a set; or removes what it added before. */
  void map(SimNode node, Name name) {
    change(node, name, KeyByKeyTenants.ADDED, KeyByKeyTenants.setOf(name), KeyByKeyTenants.COUNTED);
  }

  /**
   * @param ofSet the name by which changes of the set are known
   * @param counter that is counted with each addition; null if there is none
   */
  private void change(SimNode node, Name name, Field set, Name ofSet, @Nullable Field counter) {
    Written as = as(name);
    List<Added> mine = added.computeIfAbsent(ofSet, none -> new ArrayList<>());
    if (!mine.isEmpty() && session.random().chance(REMOVES)) {
      remove(node, name, as, set, ofSet, mine.removeLast());
      return;
    }
    List<KeyByKeyChange> changes = new ArrayList<>();
    KeyByKeyChange addition = begins(ofSet);
    changes.add(addition);
    long number = ++as.numbers;
    as.unheard.add(
        new FieldChange.Add(set, number, KeyByKeyTenants.value(addition.number()), List.of()));
    List<FieldChange> all = new ArrayList<>(as.unheard);
    if (counter != null) {
      KeyByKeyChange counts = begins(name);
      changes.add(counts);
      all.add(counted(as, counter, counts));
    }
    session.ask(
        node,
        update(name, as, all),
        outcome -> {
          if (hear(name, outcome, changes)) {
            as.unheard.removeAll(all);
            mine.add(new Added(addition, new Addition(as.writer, number)));
          }
        });
  }

  private void remove(SimNode node, Name name, Written as, Field set, Name ofSet, Added one) {
    KeyByKeyChange removal =
        session.checker().ends(ofSet, List.of(one.change()), session.nowNanos());
    update(
        node,
        name,
        as,
        List.of(
            new FieldChange.Remove(
                set,
                ++as.numbers,
                KeyByKeyTenants.value(one.change().number()),
                List.of(one.addition()))),
        List.of(removal));
  }

  private KeyByKeyChange begins(Name name) {
    return session.checker().begins(name, List.of(), session.nowNanos());
  }

  private Written as(Name name) {
    return written.computeIfAbsent(
        name, none -> new Written(new Writer(session.nextStamp(), session.random().nextLong())));
  }

  private void update(
      SimNode node, Name name, Written as, List<FieldChange> fields, List<KeyByKeyChange> changes) {
    session.ask(
        node,
        update(name, as, fields),
        outcome -> {
          boolean unused = hear(name, outcome, changes);
        });
  }

  private Operation update(Name name, Written as, List<FieldChange> fields) {
    return new Operation.Update(
        name.tenant(),
        name.key().getBytes(UTF_8),
        null,
        session.nextRequest(),
        as.writer,
        true,
        fields,
        0);
  }

  /** Whether an update was acknowledged, which its changes are then. */
  private boolean hear(Name name, Outcome outcome, List<KeyByKeyChange> changes) {
    if (outcome instanceof Outcome.Updated) {
      changes.forEach(each -> session.checker().acknowledged(each, session.nowNanos()));
      return true;
    }
    if (outcome instanceof Outcome.Failed(Failure failure)
        && failure.reason() == Failure.Reason.STAMP_TOO_LOW) {
      written.remove(name); // it goes on as another writer, which has counted nothing yet
    }
    return false;
  }
}
