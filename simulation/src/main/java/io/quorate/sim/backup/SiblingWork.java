package io.quorate.sim.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.Siblings;
import io.quorate.sim.check.BackupChecker.Name;
import io.quorate.sim.check.KeyByKeyChange;
import io.quorate.sim.cluster.SimNode;
import io.quorate.version.Record;
import io.quorate.version.Sibling;
import io.quorate.version.SiblingSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a session does to keys with siblings: it reads them, deletes what it has read, and puts
 * values in their place, of which some expire.
 */
final class SiblingWork {
  private static final double READS = 0.4;
  private static final double DELETES = 0.2;
  private static final double EXPIRE = 0.4;
  private static final List<Long> TTL_MILLIS = List.of(30L, 300L, 2_000L);

  private final KeyByKeySession session;
  private final SiblingPuts puts;
  private final Map<Name, Seen> seen = new TreeMap<>();

  /** What was read last of a key. */
  private record Seen(byte[] context, List<KeyByKeyChange> changes) {}

  SiblingWork(KeyByKeySession session, SiblingPuts puts) {
    this.session = session;
    this.puts = puts;
  }

  void turn(SimNode node, Name name) {
    Seen last = seen.get(name);
    if (last == null || session.random().chance(READS)) {
      read(node, name);
    } else if (session.random().chance(DELETES) && !last.changes().isEmpty()) {
      delete(node, name, last);
    } else {
      put(node, name, last);
    }
  }

  private void delete(SimNode node, Name name, Seen last) {
    KeyByKeyChange deletion = session.checker().ends(name, last.changes(), session.nowNanos());
    session.write(
        node,
        new Operation.Delete(
            name.tenant(),
            name.key().getBytes(UTF_8),
            null,
            session.nextRequest(),
            session.stamp(node, name, 0),
            0,
            last.context()),
        deletion);
  }

  private void put(SimNode node, Name name, Seen last) {
    boolean expires = session.random().chance(EXPIRE);
    long until = expires ? session.nowMillis() + session.random().pick(TTL_MILLIS) : 0;
    KeyByKeyChange put =
        expires
            ? session.checker().begins(name, last.changes(), session.nowNanos(), until)
            : session.checker().begins(name, last.changes(), session.nowNanos());
    puts.begins(name, put);
    session.write(
        node,
        new Operation.Put(
            name.tenant(),
            name.key().getBytes(UTF_8),
            KeyByKeyTenants.value(put.number()),
            null,
            0,
            session.nextRequest(),
            session.stamp(node, name, until),
            0,
            last.context()),
        put);
  }

  private void read(SimNode node, Name name) {
    session.ask(
        node,
        new Operation.Get(name.tenant(), name.key().getBytes(UTF_8), null),
        outcome -> {
          if (outcome instanceof Outcome.Read read) {
            hear(name, read.siblings());
          }
        });
  }

  /**
   * A context names what has expired, too: a write with it takes the place of that, though a clock
   * that is right may say that it is still there. Which these are is seen in the record alone.
   */
  private void hear(Name name, @Nullable Siblings found) {
    if (found == null) {
      seen.put(name, new Seen(Outcome.NO_CONTEXT, List.of()));
      return;
    }
    @Nullable Record record = found.record();
    if (record != null) {
      List<KeyByKeyChange> changes = new ArrayList<>();
      for (Sibling sibling : SiblingSet.of(record).siblings()) {
        changes.add(puts.of(name, sibling.value()));
      }
      seen.put(name, new Seen(found.context(), changes));
    }
  }
}
