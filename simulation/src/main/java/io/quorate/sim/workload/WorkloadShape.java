package io.quorate.sim.workload;

import io.quorate.placement.Level;
import io.quorate.placement.Tenant;
import io.quorate.sim.kernel.SimRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the clients of one run do. Each run draws its own and leaves others out altogether, as with
 * faults.
 *
 * @param clients that work at the same time, by kind of workload
 * @param levels what clients ask for
 * @param hotKeys that most calls work on
 * @param coldKeys that the others work on
 * @param valueBytes of the values they put, at most
 * @param timeoutMillis of calls: at least half of it, at most it
 * @param thinkNanos between two turns of a client, on average
 */
public record WorkloadShape(
    Map<String, Integer> clients,
    List<Level> levels,
    int hotKeys,
    int coldKeys,
    int valueBytes,
    int timeoutMillis,
    long thinkNanos) {

  private static final int CLIENTS_OF_ONE_KIND = 3;

  /** Names of the keys of values that expire. */
  static final List<String> BRIEF = List.of("brief0", "brief1");

  /** Names of the keys of clients with sessions: more than one token names. */
  static final List<String> SEEN = List.of("seen0", "seen1", "seen2", "seen3");

  private static final int KEYS_OF_OTHERS = 4;

  private static final List<Level> QUORUM_ONLY = List.of(Level.QUORUM);
  private static final List<Level> MIXED =
      List.of(Level.QUORUM, Level.QUORUM, Level.ONE, Level.TWO, Level.ALL);

  private static final List<List<Level>> LEVELS_OF_REGIONS =
      List.of(
          List.of(Level.LOCAL_QUORUM),
          List.of(Level.LOCAL_QUORUM, Level.LOCAL_QUORUM, Level.QUORUM, Level.EACH_QUORUM),
          List.of(
              Level.LOCAL_QUORUM,
              Level.LOCAL_QUORUM,
              Level.LOCAL_ONE,
              Level.QUORUM,
              Level.EACH_QUORUM,
              Level.ALL,
              Level.ONE));

  /** Those that work with a tenant that is replicated by region, and those beside. */
  private static final Set<String> OF_REGIONS =
      Set.of(
          "single calls",
          "pipelines",
          "batches",
          "retries",
          "brief values",
          "scans",
          "operators",
          "sessions",
          "other tenants",
          OnceWrites.REGISTERS,
          FencedWrites.NAME);

  /**
   * Clients of registers beside those that other runs have: a proposal takes several round trips
   * between regions, so each of them does less in a run.
   */
  private static final int MORE_OF_REGISTERS = 3;

  private static final long THINK_NANOS_OF_REGIONS = 5_000_000L;

  public WorkloadShape {
    clients = Collections.unmodifiableMap(new TreeMap<>(clients));
    levels = List.copyOf(levels);
  }

  public static WorkloadShape draw(SimRandom random) {
    Map<String, Integer> clients = new TreeMap<>();
    for (Kind kind : Kind.ALL) {
      SimRandom own = random.split(kind.name());
      if (own.chance(kind.probability())) {
        clients.put(kind.name(), (int) own.between(1, kind.clientsMax()));
      }
    }
    clients.putIfAbsent(Kind.ALL.get(0).name(), clients.isEmpty() ? 3 : 1);
    return new WorkloadShape(
        clients,
        random.chance(0.7) ? QUORUM_ONLY : MIXED,
        (int) random.between(1, 3),
        random.pick(List.of(0, 0, 8)),
        random.pick(List.of(10, 10, 200)),
        random.pick(List.of(60, 400, 2_000)),
        random.pick(List.of(500_000L, 5_000_000L, 20_000_000L)));
  }

  /**
   * Draws what clients do of a tenant that is replicated by region.
   *
   * @param besideOthers whether other tenants exist, whose replicas are on any nodes
   */
  public static WorkloadShape drawOfRegions(SimRandom random, boolean besideOthers) {
    WorkloadShape drawn = draw(random);
    Map<String, Integer> clients = new TreeMap<>(drawn.clients);
    clients.keySet().retainAll(OF_REGIONS);
    if (!besideOthers) {
      clients.remove("other tenants");
    }
    clients.computeIfPresent(OnceWrites.REGISTERS, (kind, count) -> count + MORE_OF_REGISTERS);
    String first = Kind.ALL.get(0).name();
    clients.merge(first, 3, Math::max);
    return new WorkloadShape(
        clients,
        random.pick(LEVELS_OF_REGIONS),
        drawn.hotKeys,
        drawn.coldKeys,
        drawn.valueBytes,
        random.pick(List.of(400, 1_000, 2_000)),
        Math.max(drawn.thinkNanos, THINK_NANOS_OF_REGIONS));
  }

  /** Returns this with all clients doing one kind of work. */
  public WorkloadShape only(String kind) {
    return new WorkloadShape(
        Map.of(kind, CLIENTS_OF_ONE_KIND),
        levels,
        hotKeys,
        coldKeys,
        valueBytes,
        timeoutMillis,
        thinkNanos);
  }

  /** Names of all kinds of workload. */
  public static List<String> kinds() {
    return Kind.ALL.stream().map(Kind::name).toList();
  }

  /** Names of those that there are where nodes stand in several regions. */
  public static List<String> kindsOfRegions() {
    return kinds().stream().filter(OF_REGIONS::contains).toList();
  }

  /** Names of the keys that most calls work on. */
  public List<String> hot() {
    return names("hot", hotKeys);
  }

  /** Names of the other keys. */
  List<String> cold() {
    return names("cold", coldKeys);
  }

  /** Names of the keys of a tenant beside the first: no other has them. */
  public static List<String> keysOf(Tenant other) {
    return names(other.name() + "-", KEYS_OF_OTHERS);
  }

  /** Names of all keys that calls may work on, but the hot ones. */
  public List<String> notHot() {
    List<String> all = cold();
    all.addAll(BRIEF);
    all.addAll(SEEN);
    return all;
  }

  private static List<String> names(String prefix, int count) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      names.add(prefix + i);
    }
    return names;
  }
}
