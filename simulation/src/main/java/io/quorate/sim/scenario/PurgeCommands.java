package io.quorate.sim.scenario;

import io.quorate.cluster.Command.ConfirmPurge;
import io.quorate.model.NodeId;
import io.quorate.placement.Placements;
import io.quorate.placement.PurgeMarks;
import io.quorate.purge.LaxPurge;
import io.quorate.purge.PurgeConfig;
import io.quorate.purge.PurgeDriver;
import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.program.ReplicationProgram;
import io.quorate.sim.program.WholeNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Commands about purges. The scenario itself plays the leader, by the product's rules; nodes hear
 * of each step when the scenario has them {@code learn} its epoch.
 *
 * <pre>
 * promise 2 at d1        epoch 2, of the same replicas: a purge up to the stamp of d1 is promised
 * round 3                nodes that are up report what they hold, until that suffices to confirm
 *                        the purge, in epoch 3; if it does not, epoch 3 is as the one before
 * look C D                these report now, for a round that ends with:
 * judge 3                 what was reported last by each suffices to confirm the purge, or not
 * expect-round confirmed     or unconfirmed: the last one
 * expect-owes A C nothing    or something, or a-mark
 * </pre>
 */
final class PurgeCommands {
  private static final Duration ROUND = Duration.ofSeconds(2);
  private static final Duration REPORT_EVERY = Duration.ofMillis(20);
  private static final int REPORTS_OF_A_LOOK = 10;

  private final ScenarioRun run;
  private boolean confirmed;

  /** The round that nodes were looked at for, and that has not been judged yet. */
  private @Nullable Looking underWay;

  PurgeCommands(ScenarioRun run) {
    this.run = run;
  }

  Map<String, Command> commands() {
    Map<String, Command> commands = new TreeMap<>();
    commands.put("promise", this::promise);
    commands.put("round", this::round);
    commands.put("look", this::look);
    commands.put("judge", this::judge);
    commands.put("expect-round", this::expectRound);
    commands.put("expect-owes", this::expectOwes);
    return commands;
  }

  private void promise(Words words) {
    int epoch = newEpoch(words);
    words.literally("at");
    long mark = run.version(words).hlc();
    words.end();
    Placements before = run.programs().before(epoch);
    run.programs()
        .define(epoch, partition -> new PurgeMarks(mark, before.purge(partition).purged()));
  }

  private int newEpoch(Words words) {
    int epoch = words.number("an epoch");
    if (run.programs().isDefined(epoch)) {
      throw words.bad("there is an epoch " + epoch + " already");
    }
    return epoch;
  }

  private void look(Words words) {
    List<Integer> nodes = words.nodes();
    Looking looking = looking(run.programs().last());
    for (int i = 0; i < REPORTS_OF_A_LOOK; i++) {
      run.world().runFor(REPORT_EVERY);
      looking.look(nodes);
    }
  }

  private void judge(Words words) {
    int epoch = newEpoch(words);
    words.end();
    end(epoch, looking(run.programs().before(epoch)));
  }

  private void round(Words words) {
    int epoch = newEpoch(words);
    words.end();
    Looking looking = looking(run.programs().before(epoch));
    long endNanos = run.world().nowNanos() + ROUND.toNanos();
    while (!looking.open.isEmpty() && run.world().nowNanos() < endNanos) {
      run.world().runFor(REPORT_EVERY);
      looking.look(up());
    }
    end(epoch, looking);
  }

  private void end(int epoch, Looking looking) {
    confirmed = looking.open.isEmpty();
    run.programs().define(epoch, looking.marks::get);
    underWay = null;
  }

  private Looking looking(Placements before) {
    Looking now = underWay == null ? new Looking(before) : underWay;
    underWay = now;
    return now;
  }

  /** A round under way: what nodes have reported so far. */
  private final class Looking {
    private final PurgeDriver driver = driver();
    private final Placements before;
    private final Map<Integer, PurgeMarks> marks = new TreeMap<>();
    private final Set<Integer> open = new TreeSet<>();

    Looking(Placements before) {
      this.before = before;
      driver.begin(run.world().nowNanos());
      var unused = driver.tick(before, run.world().nowNanos(), 0, node -> true);
      for (int partition = 0; partition < before.partitions().size(); partition++) {
        marks.put(partition, before.purge(partition));
        if (before.purge(partition).isOpen()) {
          open.add(partition);
        }
      }
    }

    void look(List<Integer> nodes) {
      run.programs().reports(nodes, driver::onReport);
      driver.tick(before, run.world().nowNanos(), 0, node -> true).stream()
          .filter(ConfirmPurge.class::isInstance)
          .map(ConfirmPurge.class::cast)
          .forEach(
              step ->
                  step.partitions()
                      .forEach(
                          at -> {
                            open.remove(at.partition());
                            marks.put(at.partition(), new PurgeMarks(step.mark(), step.mark()));
                          }));
    }
  }

  private PurgeDriver driver() {
    var patient = new PurgeConfig(0, 0, 0, 0, Long.MAX_VALUE);
    LaxPurge lax = WholeNode.purgeLacks(run.leftOut());
    return lax == null ? new PurgeDriver(patient, event -> {}) : lax.driver(patient, event -> {});
  }

  private List<Integer> up() {
    List<SimNode> nodes = run.cluster().nodes();
    return IntStream.range(0, nodes.size()).filter(each -> nodes.get(each).isUp()).boxed().toList();
  }

  private void expectRound(Words words) {
    String how = words.next("confirmed or unconfirmed");
    words.end();
    if (!how.equals(confirmed ? "confirmed" : "unconfirmed")) {
      throw words.unexpected("it was " + (confirmed ? "" : "not ") + "confirmed");
    }
  }

  private void expectOwes(Words words) {
    int holder = words.node();
    int target = words.node();
    String what = words.next("nothing, something or a-mark");
    words.end();
    NodeId to = ReplicationProgram.idOf(target);
    boolean found =
        what.equals("a-mark") ? run.programs().marks(holder, to) : run.programs().owes(holder, to);
    if (found == what.equals("nothing")) {
      throw words.unexpected(found ? "it owes something" : "it does not");
    }
  }
}
