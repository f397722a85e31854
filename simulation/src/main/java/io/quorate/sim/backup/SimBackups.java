package io.quorate.sim.backup;

import io.quorate.cluster.Command;
import io.quorate.cluster.RefusalKind;
import io.quorate.metadata.CommandOutcome;
import io.quorate.placement.Cut;
import io.quorate.placement.Placements;
import io.quorate.placement.TenantSetting;
import io.quorate.placement.TenantSettings;
import io.quorate.replication.health.LivenessConfig;
import io.quorate.sim.backup.BackupReading.Found;
import io.quorate.sim.check.BackupChecker;
import io.quorate.sim.check.BackupChecker.Name;
import io.quorate.sim.check.BackupChecker.Shown;
import io.quorate.sim.check.KeyByKeyChecker;
import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.kernel.SimRandom;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.version.Hlc;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Operators who take backups of some tenants at any time, one after the other: of a moment to come,
 * of one that is over, or of none. Each that comes about is checked against what the sessions of
 * these tenants did; those that do not are counted. In some runs the operators also give the
 * tenants other lengths of history, and other numbers of replicas.
 */
public final class SimBackups {
  private static final List<String> TENANTS = List.of("backed0", "backed1");
  private static final int SESSIONS = 6;
  private static final long EVERY_NANOS = 400_000_000L;
  private static final long TIMEOUT_NANOS = 1_000_000_000L;

  private static final String AMID_FAULTS = "made amid faults";
  private static final String WHILE_CHANGING = "made while nodes come and go";
  private static final String KEY_BY_KEY = "made of all models";

  /** So that what replicas know of a cut is hardly ever missed. */
  private static final long LOOK_NANOS = 1_000_000L;

  private static final Duration READ_MAX = Duration.ofSeconds(6);

  /** A command that was not heard of may be decided until then. */
  private static final Duration BEGUN_MAX = Duration.ofSeconds(3);

  private static final List<Long> HISTORY_MILLIS = List.of(500L, 4_000L, 60_000L);

  private final SimWorld world;
  private final SimCluster cluster;
  private final BackupChecker checker;
  private final KeyByKeyChecker keyByKey;
  private final BackupSessions sessions;
  private final KeyByKeySessions others;
  private final SimRandom random;

  /** Whether tenants are altered meanwhile. */
  private final boolean alters;

  private final boolean changing;
  private boolean stopped;

  /** What is under way. */
  private @Nullable Backup current;

  private long made;

  /** Of which moment a backup is. */
  public enum Kind {
    /** Of one that is to come. */
    EXACT,
    /** Of one that is over. */
    PAST,
    /** Of none. */
    FUZZY
  }

  /**
   * @param changing whether nodes come and go
   */
  public SimBackups(SimCluster cluster, boolean changing) {
    this.changing = changing;
    this.world = cluster.world();
    this.cluster = cluster;
    this.checker = new BackupChecker(cluster::behindMillis);
    this.random = world.random("backups");
    this.alters = random.chance(0.3);
    this.keyByKey =
        new KeyByKeyChecker(
            KeyByKeyTenants::kind,
            // Hybrid clocks, by which values expire, may be ahead of all others by that much.
            () -> cluster.shownMillis(1) + LivenessConfig.DEFAULT.clockSkewMillisMax());
    this.sessions =
        new BackupSessions(cluster, checker, TENANTS, this::look, random.split("sessions"));
    this.others = new KeyByKeySessions(cluster, keyByKey, this::look, random.split("others"));
  }

  /** The tenants are there once this has been heard by all nodes. */
  public List<Command.CreateTenant> tenants() {
    List<Command.CreateTenant> all = new ArrayList<>();
    all.add(new Command.CreateTenant(TENANTS.get(0), 3, history(random.pick(HISTORY_MILLIS))));
    all.add(
        new Command.CreateTenant(
            TENANTS.get(1), 3, random.chance(0.5) ? TenantSettings.NONE : history(60_000L)));
    all.addAll(KeyByKeyTenants.commands());
    return all;
  }

  private static TenantSettings history(long millis) {
    return TenantSettings.NONE.with(TenantSetting.HISTORY_MILLIS, millis);
  }

  public void start() {
    sessions.start(SESSIONS);
    others.start();
    later();
    if (alters) {
      alterLater();
    }
  }

  /** Sessions end, and no more backups are begun. */
  public void stop() {
    stopped = true;
    sessions.stop();
    others.stop();
  }

  /** Whether the last backup is done, one way or the other, and so are the sessions. */
  public boolean isDone() {
    return current == null && sessions.isDone() && others.isDone();
  }

  /**
   * Whether another one can be begun: no cut is being made, either, that was decided after its
   * operator had given up. One that lacks images is tried for ten seconds, by each leader.
   */
  public boolean isFree() {
    return isDone() && !newest().isPending();
  }

  /** How many were made and are right. */
  public long made() {
    return made;
  }

  private void later() {
    world.schedule(
        random.exponential(EVERY_NANOS),
        "backups",
        () -> {
          if (!stopped) {
            begin(random.pick(List.of(Kind.EXACT, Kind.EXACT, Kind.PAST, Kind.PAST, Kind.FUZZY)));
            later();
          }
        });
  }

  /** Begins another backup, unless one is under way. */
  public void begin(Kind kind) {
    if (current == null) {
      current = new Backup(kind);
      current.begin();
    }
  }

  private void alterLater() {
    world.schedule(
        random.exponential(3 * EVERY_NANOS),
        "backups",
        () -> {
          if (!stopped) {
            String tenant = random.pick(TENANTS);
            propose(
                random.chance(0.5)
                    ? new Command.AlterTenant(
                        tenant, history(random.pick(List.of(0L, 500L, 60_000L))))
                    : new Command.AlterTenant(
                        tenant, TenantSettings.NONE, random.pick(List.of(2, 3, 4, 5))),
                outcome -> count("altered", outcome.getClass().getSimpleName()));
            alterLater();
          }
        });
  }

  private void propose(Command command, Consumer<CommandOutcome> heard) {
    world.note("backups", () -> "proposes " + command);
    cluster
        .operator()
        .any(random)
        .onMetadata((group, nowNanos) -> group.propose(command, nowNanos + TIMEOUT_NANOS, heard));
  }

  private void count(Object kind, String what) {
    cluster.windows().enter("backup: " + kind.toString().toLowerCase(Locale.ROOT) + " " + what);
  }

  /** Takes note of the newest cut that any node knows. */
  private void look() {
    for (SimNode node : cluster.nodes()) {
      Placements known = node.placements();
      if (known != null) {
        checker.knows(known.cut());
        keyByKey.knows(known.cut());
      }
    }
  }

  /** The newest cut that any node knows. */
  private Cut newest() {
    look();
    Cut newest = Cut.NONE;
    long version = -1;
    for (SimNode node : cluster.nodes()) {
      Placements known = node.placements();
      if (known != null && known.stateVersion() > version) {
        version = known.stateVersion();
        newest = known.cut();
      }
    }
    return newest;
  }

  /** One attempt, from its beginning to its end. */
  private final class Backup {
    private final Kind kind;
    private final List<String> tenants;

    /** Of them, those of which each key is by itself. */
    private final Set<String> alone;

    private final long begunNanos = world.nowNanos();
    private final long before = newest().id();
    private boolean reads;
    private boolean refused;

    Backup(Kind kind) {
      this.kind = kind;
      List<String> withMoments = random.chance(0.5) ? TENANTS : TENANTS.subList(0, 1);
      boolean hasOthers = kind != Kind.PAST && (stopped || random.chance(0.6));
      this.alone = hasOthers ? Set.copyOf(KeyByKeyTenants.names()) : Set.of();
      List<String> all = new ArrayList<>(withMoments);
      all.addAll(hasOthers ? KeyByKeyTenants.names() : List.of());
      this.tenants = all;
    }

    void begin() {
      Cut last = newest();
      if (kind == Kind.FUZZY) {
        read(Cut.NONE);
      } else if (last.step() == Cut.Step.SEALED) {
        end(last);
      } else {
        propose(
            command(),
            outcome -> {
              if (outcome instanceof CommandOutcome.Rejected(RefusalKind why, String reason)) {
                world.note("backups", () -> "refused: " + reason);
                refused = true;
                count(kind, "refused");
              } else if (outcome instanceof CommandOutcome.Unavailable) {
                refused = true;
                count(kind, "not begun");
              }
            });
        look();
      }
    }

    private Command command() {
      TreeSet<String> names = new TreeSet<>(tenants);
      long millis = cluster.operator().any(random).clock().wallMillis();
      if (kind == Kind.EXACT) {
        return new Command.BeginCut(
            names, Hlc.of(millis + random.pick(List.of(5L, 100L, 1_000L)), 0));
      }
      long ago = random.pick(List.of(0L, 20L, 300L, 1_500L, 4_000L));
      return new Command.BeginPastCut(names, Hlc.of(millis - ago, 0xFFFF));
    }

    /** Looks how far it has come. */
    private void look() {
      Cut cut = newest();
      if (reads) {
        return;
      }
      if (cut.id() <= before) {
        if (refused || world.nowNanos() - begunNanos > BEGUN_MAX.toNanos()) {
          isOver(refused ? "" : "not begun");
          return;
        }
      } else if (cut.step() == Cut.Step.SEALED) {
        reads = true;
        world.schedule(random.pick(List.of(1L, 300_000_000L)), "backups", () -> read(cut));
        return;
      } else if (cut.step() == Cut.Step.ENDED) {
        world.note("backups", () -> "void: " + cut.reason());
        isOver("void");
        return;
      }
      world.schedule(LOOK_NANOS, "backups", this::look);
    }

    private void read(Cut cut) {
      long readNanos = world.nowNanos();
      BackupReading.begin(
          cluster,
          random,
          tenants,
          cut.id(),
          READ_MAX,
          new BackupReading.Ends() {
            @Override
            public void read(List<Found> items) {
              world.note("backups", () -> kind + " has " + items.size() + " of " + cut);
              check(cut, readNanos, items);
              made++;
              if (!stopped) {
                count(kind, changing ? WHILE_CHANGING : AMID_FAULTS);
              }
              end("made", cut);
            }

            @Override
            public void failed(String why) {
              end(why, cut);
            }
          });
    }

    private void check(Cut cut, long readNanos, List<Found> items) {
      TreeSet<String> withMoments = new TreeSet<>(tenants);
      withMoments.removeAll(alone);
      List<Shown> shown = new ArrayList<>();
      Map<Name, List<Integer>> changes = new TreeMap<>();
      for (Found item : items) {
        if (alone.contains(item.name().tenant())) {
          KeyByKeyTenants.read(item.name(), item.record(), changes);
          if (kind != Kind.FUZZY) {
            KeyByKeyChecker.checkHadNotExpired(cut, item.name(), item.record().expiresAtMillis());
          }
        } else {
          shown.add(item.shown());
        }
      }
      if (kind == Kind.FUZZY) {
        checker.checkFuzzy(readNanos, withMoments, shown);
        keyByKey.checkFuzzy(readNanos, alone, changes);
      } else {
        checker.checkMoment(cut, withMoments, shown);
        keyByKey.checkCut(cut, alone, changes);
      }
      if (!alone.isEmpty()) {
        count(kind, KEY_BY_KEY);
      }
    }

    private void end(String how, Cut cut) {
      count(kind, how);
      if (kind == Kind.FUZZY) {
        current = null;
      } else {
        end(cut);
      }
    }

    /** Goes on until its images are gone. */
    private void end(Cut cut) {
      Cut now = newest();
      if (now.id() != cut.id() || now.step() == Cut.Step.ENDED) {
        current = null;
        return;
      }
      propose(new Command.EndCut(cut.id(), ""), outcome -> {});
      world.schedule(random.between(50_000_000, 500_000_000), "backups", () -> end(cut));
    }

    private void isOver(String how) {
      if (!how.isEmpty()) {
        count(kind, how);
      }
      current = null;
    }
  }
}
