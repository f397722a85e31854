package io.quorate.sim.scenario;

import io.quorate.model.Invariant.BrokenInvariant;
import io.quorate.placement.Placements;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSettings;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.sim.check.PromiseBroken;
import io.quorate.sim.cluster.Call;
import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.sim.program.FixedPlacements;
import io.quorate.sim.program.LeftOut;
import io.quorate.sim.program.Sabotage;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One scenario, run on its own cluster. */
final class ScenarioRun {
  private static final Duration AWAIT_MAX = Duration.ofSeconds(20);

  /** Lines of the timeline that a failure shows. */
  private static final int TIMELINE_LINES = 30;

  private final Scenario scenario;
  private final Sabotage sabotage;
  private final SimWorld world = SimWorld.readable(1);
  private final MessageCommands messages = new MessageCommands(this);
  private final Map<String, Command> commands = new TreeMap<>();
  private final Map<String, Call> calls = new TreeMap<>();
  private @Nullable SimCluster cluster;
  private @Nullable EpochPrograms programs;

  /**
   * @param sabotage what is broken in the nodes
   */
  ScenarioRun(Scenario scenario, Sabotage sabotage) {
    this.scenario = scenario;
    this.sabotage = sabotage;
    commands.putAll(new NodeCommands(this).commands());
    commands.putAll(messages.commands());
    commands.putAll(new ClientCommands(this).commands());
    commands.putAll(new ExpectCommands(this, messages).commands());
    commands.putAll(new PurgeCommands(this).commands());
  }

  /**
   * Runs the scenario.
   *
   * @throws BadScenario if the file cannot be understood
   * @throws Broken if a promise was broken, or something expected did not come
   */
  void go() {
    for (Scenario.Line line : scenario.lines()) {
      Words words = Words.of(scenario.name(), line);
      String name = words.next("a command");
      Command command = commands.get(name);
      if (command == null) {
        throw words.bad("there is no command '" + name + "': there are " + commands.keySet());
      }
      try {
        command.run(words);
      } catch (BadScenario bad) {
        throw bad;
      } catch (RuntimeException | AssertionError failure) {
        throw new Broken(words.where(), failure, timeline());
      }
    }
    messages.end();
  }

  private String timeline() {
    List<String> lines =
        world.journal().text().lines().filter(line -> !line.endsWith(" heartbeat")).toList();
    return String.join(
        "\n", lines.subList(Math.max(0, lines.size() - TIMELINE_LINES), lines.size()));
  }

  SimWorld world() {
    return world;
  }

  /**
   * The nodes of the scenario start.
   *
   * @param replicas of each key, as clients are promised
   * @param first the replicas of all keys in epoch 1; if empty, they differ from key to key
   * @param regions nodes of each; if empty, the tenant is not replicated by region
   * @param settings of the tenant of clients
   */
  void form(
      Words words,
      int nodes,
      int replicas,
      List<Integer> first,
      List<List<Integer>> regions,
      TenantSettings settings) {
    if (cluster != null) {
      throw words.bad("there is a cluster already");
    }
    if (replicas < 1 || replicas > nodes) {
      throw words.bad("%d replicas on %d nodes".formatted(replicas, nodes));
    }
    var tenant = tenant(replicas, settings);
    Placements placements =
        first.isEmpty()
            ? FixedPlacements.and(FixedPlacements.of(nodes, replicas), tenant)
            : FixedPlacements.and(
                FixedPlacements.of(nodes, 1, first), tenant(first.size(), settings));
    if (!regions.isEmpty()) {
      placements = FixedPlacements.byRegion(placements, regions);
      tenant = Objects.requireNonNull(placements.tenant(tenant.name()));
    }
    var made = new EpochPrograms(nodes, placements, sabotage);
    programs = made;
    var formed = new SimCluster(world, nodes, tenant, made, sabotage);
    formed.network().addRule(ReplicaMessage.class, messages::onSend);
    formed.startAll();
    cluster = formed;
  }

  private static Tenant tenant(int replicas, TenantSettings settings) {
    return new Tenant(1, Tenant.DEFAULT_NAME, replicas, settings);
  }

  SimCluster cluster() {
    if (cluster == null) {
      throw new BadScenario(scenario.name() + ": begin with: cluster nodes=3 replicas=3");
    }
    return cluster;
  }

  EpochPrograms programs() {
    if (programs == null) {
      throw new BadScenario(scenario.name() + ": begin with: cluster nodes=3 replicas=3");
    }
    return programs;
  }

  /** What is broken in the nodes lacks these rules. */
  Set<LeftOut> leftOut() {
    return sabotage.leftOut();
  }

  SimNode node(Words words, int index) {
    if (index >= cluster().nodes().size()) {
      throw words.bad("there are only " + cluster().nodes().size() + " nodes");
    }
    return cluster().node(index);
  }

  void named(Words words, String name, Call call) {
    if (name.length() < 2) {
      throw words.bad("a call has a name of two characters or more: one is for nodes and keys");
    }
    if (calls.putIfAbsent(name, call) != null) {
      throw words.bad("there is a call " + name + " already");
    }
  }

  Call call(Words words, String name) {
    Call call = calls.get(name);
    if (call == null) {
      throw words.bad("there is no call '" + name + "'");
    }
    return call;
  }

  /** Waits until a call has ended; null if its node died before it answered. */
  @Nullable Outcome await(Words words, Call call) {
    if (!world.runUntil(call::hasEnded, AWAIT_MAX)) {
      throw words.unexpected("it has not ended after " + AWAIT_MAX);
    }
    return call.outcome();
  }

  /** The version that the next word stands for. */
  Version version(Words words) {
    return version(words, words.next("a version"));
  }

  /** The version that a word stands for. */
  Version version(Words words, String word) {
    if (word.matches("[A-Z]:.+")) {
      Record held = onDisk(words, words.node(word.substring(0, 1)), word.substring(2));
      if (held == null) {
        throw words.unexpected("it holds nothing under " + word.substring(2));
      }
      return held.version();
    }
    @Nullable Outcome outcome = await(words, call(words, word));
    if (outcome instanceof Outcome.Written written) {
      return written.version();
    }
    if (outcome instanceof Outcome.Read read && read.version() != null) {
      return read.version();
    }
    throw words.unexpected(word + " ended with " + outcome + ", without a version");
  }

  /** What a node holds under a key, durably. */
  @Nullable Record onDisk(Words words, int index, String key) {
    SimNode unused = node(words, index);
    return cluster().durable(index, key, FixedPlacements.PARTITIONS);
  }

  /** A scenario did not go as it must, and by which rule it was seen. */
  static final class Broken extends AssertionError {
    private static final long serialVersionUID = 1;

    private final String rule;

    Broken(String where, Throwable failure, String timeline) {
      super(message(where, failure) + "\n  what happened last:\n" + timeline, failure);
      this.rule = ruleOf(failure);
    }

    /**
     * The name of a checker with - for spaces, {@code invariant}, {@code expect}, or a class of
     * exceptions.
     */
    String rule() {
      return rule;
    }

    private static String message(String where, Throwable failure) {
      Throwable root = root(failure);
      return root instanceof Unexpected
          ? String.valueOf(root.getMessage())
          : where + "\n  " + root.getClass().getSimpleName() + ": " + root.getMessage();
    }

    private static String ruleOf(Throwable failure) {
      Throwable root = root(failure);
      if (root instanceof PromiseBroken promise) {
        return promise.checker().replace(' ', '-');
      }
      if (root instanceof BrokenInvariant) {
        return "invariant";
      }
      return root instanceof Unexpected ? "expect" : root.getClass().getSimpleName();
    }

    private static Throwable root(Throwable failure) {
      Throwable root = failure;
      while (root.getCause() != null) {
        root = root.getCause();
      }
      return root;
    }
  }
}
