package io.quorate.sim.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.sim.check.BackupChecker.Name;
import io.quorate.sim.check.KeyByKeyChange;
import io.quorate.sim.cluster.SimNode;
import java.util.List;

/** What a session does to linearizable keys: it increments some, and puts and deletes others. */
final class RegisterWork {
  private static final double DELETES = 0.3;

  private final KeyByKeySession session;

  RegisterWork(KeyByKeySession session) {
    this.session = session;
  }

  void turn(SimNode node, Name name) {
    if (!KeyByKeyTenants.isPut(name)) {
      increment(node, name);
    } else if (session.random().chance(DELETES)) {
      delete(node, name);
    } else {
      put(node, name);
    }
  }

  private void increment(SimNode node, Name name) {
    KeyByKeyChange change = begins(name);
    session.write(
        node,
        new Operation.Increment(
            name.tenant(),
            name.key().getBytes(UTF_8),
            KeyByKeyTenants.digit(change.number()),
            0,
            Long.MAX_VALUE,
            session.nextRequest(),
            session.stamp(node, name, 0),
            0,
            0),
        change);
  }

  private void put(SimNode node, Name name) {
    KeyByKeyChange change = begins(name);
    session.write(
        node,
        new Operation.Put(
            name.tenant(),
            name.key().getBytes(UTF_8),
            KeyByKeyTenants.value(change.number()),
            null,
            0,
            session.nextRequest(),
            session.stamp(node, name, 0),
            0,
            Outcome.NO_CONTEXT),
        change);
  }

  private void delete(SimNode node, Name name) {
    KeyByKeyChange change = session.checker().ends(name, List.of(), session.nowNanos());
    session.write(
        node,
        new Operation.Delete(
            name.tenant(),
            name.key().getBytes(UTF_8),
            null,
            session.nextRequest(),
            session.stamp(node, name, 0),
            0,
            Outcome.NO_CONTEXT),
        change);
  }

  private KeyByKeyChange begins(Name name) {
    return session.checker().begins(name, List.of(), session.nowNanos());
  }
}
