package io.quorate.sim.workload;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.client.internal.session.SessionMemory;
import io.quorate.client.internal.session.SessionMemory.Bounds;
import io.quorate.client.internal.session.SessionMemory.Least;
import io.quorate.client.internal.session.SessionMemory.Name;
import io.quorate.model.NodeId;
import io.quorate.placement.Level;
import io.quorate.placement.ReadRepair;
import io.quorate.placement.Tenant;
import io.quorate.replication.api.Minimum;
import io.quorate.replication.api.Outcome;
import io.quorate.sim.check.SessionChecker;
import io.quorate.sim.check.SessionChecker.Deletion;
import io.quorate.sim.check.SessionChecker.Deletions;
import io.quorate.sim.program.LeftOut;
import io.quorate.version.Version;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Clients with sessions, which read and write at ONE and at QUORUM, each time at any node, and
 * carry a token. A token names few keys, so that keys lose their entries; now and then it is
 * written down and read by another client, which goes on from there, or adds it to what it has seen
 * itself.
 */
final class Sessions implements Workload {
  private static final Bounds NARROW = new Bounds(2, 2);

  /** Requests that fail one after the other, after which a client opens another session. */
  private static final int FAILURES_MAX = 6;

  private final Deletions deletions = new Deletions();
  private final Map<Client, Session> sessions = new HashMap<>();

  /** Partition of each key that was read, as clients learn it from placements. */
  private final Map<String, Integer> partitions = new TreeMap<>();

  /** The session that passed its token on last. */
  private @Nullable Session passedOn;

  private int opened;

  /** One session, and all that it has seen. */
  private final class Session {
    private final Client client;
    private final SessionMemory memory;
    private final SessionChecker checker;
    private int failures;

    Session(Client client) {
      this.client = client;
      this.memory = memory(client);
      this.checker = new SessionChecker("session " + opened++, deletions);
    }
  }

  private static SessionMemory memory(Client client) {
    boolean unpromoted = client.lacks(LeftOut.PROMOTION_BEFORE_THE_FLOOR);
    boolean withoutFloors = client.lacks(LeftOut.FLOOR_IN_A_TOKEN);
    return new SessionMemory(NARROW) {
      @Override
      protected boolean mayGo(boolean onQuorum) {
        return unpromoted || super.mayGo(onQuorum);
      }

      @Override
      protected boolean keepsFloors() {
        return !withoutFloors && super.keepsFloors();
      }
    };
  }

  @Override
  public void turn(Client client, Runnable done) {
    Session session = sessions.computeIfAbsent(client, Session::new);
    if (session.failures >= FAILURES_MAX) {
      client.counts("session: given up");
      session = new Session(client);
      sessions.put(client, session);
    }
    int kind = client.random().nextInt(40);
    Name promoted = session.memory.promotable();
    if (promoted != null) {
      client.counts("session: entry promoted");
      read(session, new String(promoted.key(), UTF_8), Level.QUORUM, ReadRepair.BLOCKING, done);
      return;
    }
    if (kind == 0) {
      passedOn = session;
    } else if (kind == 1 && passedOn != null && passedOn != session) {
      session = takeOver(session, passedOn);
    }
    String key = client.random().pick(WorkloadShape.SEEN);
    Level level = client.anySessionLevel();
    if (session.memory.isFullFor(name(key))) {
      client.counts("session: full");
      done.run();
    } else if (kind < 24) {
      ReadRepair repair = client.random().chance(0.1) ? ReadRepair.OFF : ReadRepair.BLOCKING;
      read(session, key, level, repair, done);
    } else if (kind < 36) {
      put(session, key, level, done);
    } else {
      delete(session, key, level, done);
    }
  }

  /** A client goes on with another one's token, or with both. */
  private Session takeOver(Session own, Session other) {
    try {
      if (own.client.random().chance(0.5)) {
        own.memory.merge(other.memory.token());
        own.checker.merge(other.checker);
        own.client.counts("session: tokens merged");
        return own;
      }
      var resumed = new Session(own.client);
      resumed.memory.merge(other.memory.token());
      resumed.checker.merge(other.checker);
      sessions.put(own.client, resumed);
      own.client.counts("session: token passed on");
      return resumed;
    } catch (IllegalArgumentException tooMany) {
      own.client.counts("session: tokens of too many keys");
      return own;
    }
  }

  private static Name name(String key) {
    return new Name(Tenant.DEFAULT_NAME, key.getBytes(UTF_8));
  }

  private void read(Session session, String key, Level level, ReadRepair repair, Runnable done) {
    Client client = session.client;
    Least least = session.memory.least(name(key), partitions.getOrDefault(key, -1));
    client.getInSession(
        client.anyNode(),
        key,
        level,
        repair,
        least == null ? null : minimum(least),
        outcome -> {
          if (outcome instanceof Outcome.Read read) {
            session.failures = 0;
            partitions.put(key, read.info().partition());
            session.checker.read(key, read, client.hasLostDisk());
            boolean onQuorum = level.equals(Level.QUORUM) && !repair.equals(ReadRepair.OFF);
            if (read.version() != null) {
              int partition = read.info().partition();
              session.memory.saw(name(key), partition, ofClient(read.version()), onQuorum);
            } else if (least != null && least.version() != null) {
              session.memory.sawNothing(name(key), least.version());
            }
          } else {
            session.failures++;
          }
          done.run();
        });
  }

  private void put(Session session, String key, Level level, Runnable done) {
    Client client = session.client;
    client.putInSession(
        client.anyNode(),
        key,
        level,
        session.memory.highest(),
        outcome -> written(session, key, level, outcome, done));
  }

  private void delete(Session session, String key, Level level, Runnable done) {
    Client client = session.client;
    Deletion deletion = deletions.begins(key);
    client.deleteInSession(
        client.anyNode(),
        key,
        level,
        session.memory.highest(),
        outcome -> {
          if (outcome != null) {
            deletion.ends(outcome);
          }
          written(session, key, level, outcome, done);
        });
  }

  private static void written(
      Session session, String key, Level level, @Nullable Outcome outcome, Runnable done) {
    if (outcome instanceof Outcome.Written written) {
      session.failures = 0;
      session.checker.wrote(key, written.version());
      session.memory.saw(
          name(key),
          written.info().partition(),
          ofClient(written.version()),
          level.equals(Level.QUORUM));
    } else {
      session.failures++;
    }
    done.run();
  }

  private static Minimum minimum(Least least) {
    io.quorate.client.Version version = least.version();
    return new Minimum(
        version == null
            ? null
            : new Version(
                version.rank(), version.hlc(), new NodeId(version.node()), version.boot()),
        least.floor());
  }

  private static io.quorate.client.Version ofClient(Version version) {
    return io.quorate.client.Version.of(
        version.rank(), version.hlc(), version.node().value(), version.boot());
  }
}
