package io.quorate.sim.scenario;

import io.quorate.cluster.Command.ConfirmPurge;
import io.quorate.model.NodeId;
import io.quorate.placement.Placements;
import io.quorate.placement.PurgeMarks;
import io.quorate.purge.LaxPurge;
import io.quorate.purge.PurgeConfig;
import io.quorate.purge.PurgeDriver;
import io.quorate.sim.cluster.ReplicationProgram;
import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.cluster.WholeNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * What can be done of purges. Who leads is the scenario itself, by the product's rules; nodes hear
 * of each step when they are told to {@code learn} its epoch.
 *
 * <pre>
 * promise 2 at d1        epoch 2, of the same replicas: a purge up to the stamp of d1 is promised
 * round 3                nodes that are up report what they hold, until that suffices to confirm
 *                        the purge, in epoch 3; if it does not, epoch 3 is as the one before
 * expect-round confirmed     or unconfirmed: the last one
 * expect-owes A C nothing    or something, or a-mark
 * </pre>
 */
final class PurgeCommands {
  private static final Duration ROUND = Duration.ofSeconds(2);
  private static final Duration REPORT_EVERY = Duration.ofMillis(20);

  private final ScenarioRun run;
  private boolean confirmed;

  PurgeCommands(ScenarioRun run) {
    this.run = run;
  }

  Map<String, Command> commands() {
    Map<String, Command> commands = new TreeMap<>();
    commands.put("promise", this::promise);
    commands.put("round", this::round);
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

  private void round(Words words) {
    int epoch = newEpoch(words);
    words.end();
    Placements before = run.programs().before(epoch);
    PurgeDriver driver = driver();
    driver.begin(run.world().nowNanos());
    var unused = driver.tick(before, run.world().nowNanos(), 0);
    Map<Integer, PurgeMarks> marks = new TreeMap<>();
    Set<Integer> open = new TreeSet<>();
    for (int partition = 0; partition < before.partitions().size(); partition++) {
      marks.put(partition, before.purge(partition));
      if (before.purge(partition).isOpen()) {
        open.add(partition);
      }
    }
    long endNanos = run.world().nowNanos() + ROUND.toNanos();
    while (!open.isEmpty() && run.world().nowNanos() < endNanos) {
      run.world().runFor(REPORT_EVERY);
      run.programs().reports(up(), driver::onReport);
      driver.tick(before, run.world().nowNanos(), 0).stream()
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
    confirmed = open.isEmpty();
    run.programs().define(epoch, marks::get);
  }

  private PurgeDriver driver() {
    var patient = new PurgeConfig(0, 0, 0, 0, Long.MAX_VALUE);
    LaxPurge lax = WholeNode.purgeLacks(run.leftOut());
    return lax == null ? new PurgeDriver(patient, fact -> {}) : lax.driver(patient, fact -> {});
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
