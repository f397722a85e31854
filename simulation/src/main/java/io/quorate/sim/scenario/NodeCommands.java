package io.quorate.sim.scenario;

import io.quorate.placement.HintOverflow;
import io.quorate.placement.Model;
import io.quorate.placement.Move;
import io.quorate.placement.Retries;
import io.quorate.placement.TenantSetting;
import io.quorate.placement.TenantSettings;
import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.kernel.SimClock;
import io.quorate.storage.memory.DiskSpeed;
import io.quorate.version.Hlc;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What can be done to nodes and to time. Several nodes may be named, or {@code all}.
 *
 * <pre>
 * cluster nodes=3 replicas=3       A, B, C start, and hear each other
 * cluster nodes=5 replicas=3 first=ABC   all keys have these replicas in epoch 1
 * cluster nodes=3 replicas=3 overflow=reject   a write is refused that none could remember
 * cluster nodes=3 replicas=3 repair=off        what reads do that do not say: see get
 * cluster nodes=3 replicas=3 retries=once      clients stamp their writes, which count once
 * cluster nodes=3 replicas=3 model=siblings    concurrent writes are kept
 * cluster nodes=7 first=ABCDEF regions=ABC/DEFG   the tenant is replicated by region
 * pass 10ms
 * crash A B                        chance decides what of the unsynced is kept
 * crash A losing-unsynced
 * start A
 * pause A | resume A
 * clock A +10000ms                 off by so much from the true time from now on
 * clock A at B:k -300ms            what B holds under k was stamped 300 ms from now
 * disk A slow | fast | full | roomy | failing-sync | hints-lost
 * disk A syncs=500ms
 * pages A 1                        its disk gives one record at a time
 * placement 2 A B D                epoch 2: the replicas of all keys
 * placement 2 A B C dual-write B D E   epoch 2: they move; also cutover, step-back, cleanup
 * learn 2 A B                      A and B hear of epoch 2, as far as they have not
 * barrier 2 A B                    the same: who drives moves waits for them
 * region-barrier 2 A B             the same: for a majority of a region whose replicas change
 * copy D E                         D and E begin to copy what moves to them
 * </pre>
 */
final class NodeCommands {
  private static final int NODES = 3;
  private static final Duration HEAR_EACH_OTHER = Duration.ofSeconds(1);

  private final ScenarioRun run;

  NodeCommands(ScenarioRun run) {
    this.run = run;
  }

  Map<String, Command> commands() {
    Map<String, Command> commands = new TreeMap<>();
    commands.put("cluster", this::cluster);
    commands.put("pass", this::pass);
    commands.put("crash", this::crash);
    commands.put("start", words -> each(words, SimNode::start));
    commands.put("pause", words -> each(words, SimNode::pause));
    commands.put("resume", words -> each(words, SimNode::resume));
    commands.put("clock", this::clock);
    commands.put("disk", this::disk);
    commands.put("pages", this::pages);
    commands.put("placement", this::placement);
    commands.put("learn", this::learn);
    commands.put("barrier", this::barrier);
    commands.put("region-barrier", this::regionBarrier);
    commands.put("copy", this::copy);
    return commands;
  }

  private void cluster(Words words) {
    Words.Options options =
        words.options(
            "nodes", "replicas", "first", "overflow", "repair", "retries", "model", "regions");
    int nodes = options.number("nodes", NODES);
    List<Integer> first =
        options.word("first", "").chars().mapToObj(c -> words.node(Character.toString(c))).toList();
    HintOverflow overflow =
        switch (options.word("overflow", "mark")) {
          case "mark" -> HintOverflow.MARK;
          case "reject" -> HintOverflow.REJECT;
          default -> throw words.bad("overflow is mark or reject");
        };
    Retries retries =
        switch (options.word("retries", "repeat")) {
          case "repeat" -> Retries.REPEAT;
          case "once" -> Retries.ONCE;
          default -> throw words.bad("retries are repeat or once");
        };
    Model model =
        switch (options.word("model", "last-write-wins")) {
          case "last-write-wins" -> Model.LAST_WRITE_WINS;
          case "siblings" -> Model.SIBLINGS;
          case "maps" -> Model.MAPS;
          default -> throw words.bad("a model is last-write-wins, siblings or maps");
        };
    TenantSettings settings =
        TenantSettings.NONE
            .with(TenantSetting.READ_REPAIR, options.repair("repair"))
            .with(TenantSetting.HINT_OVERFLOW, overflow)
            .with(TenantSetting.RETRIES, retries)
            .with(TenantSetting.MODEL, model);
    List<List<Integer>> regions =
        Arrays.stream(options.word("regions", "").split("/", -1))
            .map(each -> each.chars().mapToObj(c -> words.node(Character.toString(c))).toList())
            .filter(each -> !each.isEmpty())
            .toList();
    run.form(words, nodes, options.number("replicas", nodes), first, regions, settings);
    run.world().runFor(HEAR_EACH_OTHER);
  }

  private void pass(Words words) {
    Duration time = words.time("a time");
    words.end();
    run.world().runFor(time);
  }

  private List<Integer> nodes(Words words) {
    return words.take("all")
        ? IntStream.range(0, run.cluster().nodes().size()).boxed().toList()
        : words.nodes();
  }

  private void each(Words words, Consumer<SimNode> what) {
    List<Integer> nodes = nodes(words);
    words.end();
    nodes.forEach(node -> what.accept(run.node(words, node)));
  }

  private void crash(Words words) {
    List<Integer> nodes = nodes(words);
    boolean losing = words.take("losing-unsynced");
    words.end();
    for (int index : nodes) {
      SimNode node = run.node(words, index);
      if (!node.isUp()) {
        throw words.bad(node.name() + " is down already");
      }
      if (losing) {
        node.crashLosingUnsynced();
      } else {
        node.crash();
      }
    }
  }

  private void clock(Words words) {
    SimNode node = run.node(words, words.node());
    if (words.take("at")) {
      long stampMillis = Hlc.millis(run.version(words).hlc());
      long trueMillis = SimClock.EPOCH_MILLIS + run.world().nowNanos() / 1_000_000;
      node.skew(stampMillis - trueMillis + words.shiftMillis("a shift"));
    } else {
      node.skew(words.shiftMillis("a shift"));
    }
    words.end();
  }

  private void disk(Words words) {
    List<Integer> nodes = nodes(words);
    String state = words.next("what the disk is like");
    words.end();
    for (int index : nodes) {
      SimNode node = run.node(words, index);
      switch (state) {
        case "slow" -> node.disk().speed(DiskSpeed.SLOW);
        case "fast" -> node.disk().speed(DiskSpeed.FLASH);
        case "full" -> node.disk().full(true);
        case "roomy" -> node.disk().full(false);
        case "failing-sync" -> node.disk().failNextSync();
        case "hints-lost" -> node.disk().loseHints();
        default -> node.disk().speed(syncsIn(words, state));
      }
    }
  }

  private void pages(Words words) {
    List<Integer> nodes = nodes(words);
    int most = words.number("how many records a page has");
    words.end();
    nodes.forEach(node -> run.node(words, node).disk().pagesOf(most));
  }

  private static DiskSpeed syncsIn(Words words, String state) {
    if (!state.matches("syncs=\\d+ms")) {
      throw words.bad(
          "a disk is slow, fast, full, roomy, failing-sync, hints-lost or syncs=500ms, not "
              + state);
    }
    long nanos = Long.parseLong(state.replaceAll("\\D", "")) * 1_000_000;
    return new DiskSpeed(nanos, nanos, 0, 0, 0);
  }

  private void placement(Words words) {
    int epoch = words.number("an epoch");
    List<Integer> replicas = words.nodes();
    Move.Step step = step(words);
    List<Integer> others = step == null ? List.of() : words.nodes();
    words.end();
    replicas.forEach(replica -> run.node(words, replica));
    others.forEach(other -> run.node(words, other));
    run.programs().define(epoch, replicas, step, others);
  }

  private static Move.@Nullable Step step(Words words) {
    for (Move.Step step : Move.Step.values()) {
      if (words.take(step.name().toLowerCase(Locale.ROOT).replace('_', '-'))) {
        return step;
      }
    }
    return null;
  }

  private void learn(Words words) {
    int epoch = words.number("an epoch");
    learn(words, epoch, nodes(words));
  }

  private void barrier(Words words) {
    int epoch = words.number("an epoch");
    List<Integer> nodes = nodes(words);
    learn(words, epoch, run.programs().isBarrierLeftOut(epoch) ? List.of() : nodes);
  }

  private void regionBarrier(Words words) {
    int epoch = words.number("an epoch");
    List<Integer> nodes = nodes(words);
    learn(words, epoch, run.programs().isRegionBarrierLeftOut() ? List.of() : nodes);
  }

  private void copy(Words words) {
    List<Integer> nodes = nodes(words);
    words.end();
    nodes.forEach(run.programs()::copy);
  }

  private void learn(Words words, int epoch, List<Integer> nodes) {
    words.end();
    for (int node : nodes) {
      SimNode unused = run.node(words, node);
      if (!run.programs().learn(node, epoch)) {
        throw words.bad("say first: placement " + epoch + " ...");
      }
    }
  }
}
