package io.quorate.sim;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quorate.sim.election.ElectionCosts;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.sim.kernel.Timeline;
import io.quorate.sim.mutant.MutantTable;
import io.quorate.sim.run.Batch;
import io.quorate.sim.run.BatchReport;
import io.quorate.sim.run.Finding;
import io.quorate.sim.run.ReportJson;
import io.quorate.sim.run.ReportText;
import io.quorate.sim.run.RequiredWindows;
import io.quorate.sim.run.RunResult;
import io.quorate.sim.run.RunSpec;
import io.quorate.sim.run.Scope;
import io.quorate.sim.workload.WorkloadShape;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code .ci/simulate}: batches of simulated clusters, and the replay of one. */
@Command(
    name = ".ci/simulate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Runs clusters of real node code under faults, one per seed, on all cores, and reports.",
    footer = {
      "",
      "Exit code: 0 if all was well; 1 if a seed failed, or if "
          + RequiredWindows.SEEDS_MIN
          + " seeds or more (of topology, regions, liars, tenants, backups and restores: fewer)"
          + " never entered a window that they must, unless --workload is given; 2 for a wrong"
          + " option."
    })
public final class Simulate implements Callable<Integer> {
  private static final int FAILED = 1;

  @Option(names = "--seeds", paramLabel = "N", description = "how many seeds (default: 1000)")
  private @Nullable Long seeds;

  @Option(
      names = "--from",
      paramLabel = "S",
      defaultValue = "1",
      description = "the first seed (default: 1)")
  private long from;

  @Option(
      names = "--minutes",
      paramLabel = "M",
      description = "goes on with further seeds until this time is up")
  private @Nullable Double minutes;

  @Option(
      names = "--scope",
      split = ",",
      paramLabel = "SCOPE",
      description =
          "data-plane, whole-nodes, topology, regions, liars, tenants, backups, restores (default:"
              + " each seed with all)")
  private Scope[] scopes = Scope.values();

  @Option(
      names = "--workload",
      paramLabel = "W",
      completionCandidates = Workloads.class,
      description = "clients do one kind of work only: ${COMPLETION-CANDIDATES}")
  private @Nullable String workload;

  @Option(names = "--threads", paramLabel = "N", description = "default: one per core")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--twice",
      description = "every seed twice: the second run must be the same in every event")
  private boolean twice;

  @Option(
      names = "--failures",
      paramLabel = "N",
      defaultValue = "10",
      description = "how many failures to tell one by one (default: 10)")
  private int failuresMax;

  @Option(names = "--json", description = "the report as one JSON object")
  private boolean json;

  @Option(names = "--seed", paramLabel = "S", description = "runs this seed only")
  private @Nullable Long seed;

  @Option(names = "--timeline", description = "with --seed: prints all that happens in it")
  private boolean timeline;

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description = "with --timeline: only calls and messages of this key, and the world")
  private @Nullable String key;

  @Option(
      names = "--node",
      paramLabel = "a|b|...",
      description = "with --timeline: only what happens at this node")
  private @Nullable String node;

  @Option(names = "--heartbeats", description = "with --timeline: heartbeats too")
  private boolean heartbeats;

  @Option(
      names = "--mutants",
      description = "hunts nodes that are broken on purpose: the table of who catches them")
  private boolean mutants;

  @Option(
      names = "--elections",
      description = "what it costs to replace a leader: Bully and Raft side by side")
  private boolean elections;

  @Option(
      names = "--ranges",
      paramLabel = "N",
      defaultValue = "9",
      description = "with --mutants: in how many ranges of seeds (default: 9)")
  private int ranges;

  @Spec private @Nullable CommandSpec spec;

  private Simulate() {}

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Simulate()).registerConverter(Scope.class, Scope::ofWord);
  }

  @Override
  public Integer call() {
    if (workload != null && !WorkloadShape.kinds().contains(workload)) {
      throw new CommandLine.ParameterException(
          Objects.requireNonNull(spec).commandLine(),
          "there is no workload '" + workload + "': there are " + WorkloadShape.kinds());
    }
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    int code = run(out);
    out.flush();
    return code;
  }

  private int run(PrintWriter out) {
    if (elections) {
      out.print(ElectionCosts.table());
      return 0;
    }
    if (mutants) {
      return mutants(out);
    }
    return seed == null ? batch(out) : one(out, seed);
  }

  private int batch(PrintWriter out) {
    List<RunSpec> specs = Arrays.stream(scopes).map(this::spec).toList();
    long count = seeds != null ? seeds : minutes != null ? Long.MAX_VALUE : 1_000;
    Batch batch = new Batch(specs, from, count).onThreads(threads);
    if (twice) {
      batch.twice();
    }
    if (minutes != null) {
      long endNanos = System.nanoTime() + (long) (minutes * TimeUnit.MINUTES.toNanos(1));
      batch.until(() -> System.nanoTime() - endNanos >= 0);
    }
    BatchReport report = batch.run();
    out.println(json ? pretty(ReportJson.of(report)) : ReportText.of(report, failuresMax));
    // Windows that one kind of client does not enter are reported, and are no failure.
    boolean good = workload == null ? report.isGood() : report.failures().isEmpty();
    return good ? 0 : FAILED;
  }

  private static String pretty(Map<String, ?> object) {
    try {
      return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(object);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("maps of plain values can be written", impossible);
    }
  }

  private RunSpec spec(Scope scope) {
    return workload == null ? RunSpec.of(scope) : RunSpec.of(scope).withWorkload(workload);
  }

  private int mutants(PrintWriter out) {
    MutantTable table = MutantTable.of(MutantTable.all(), ranges, threads);
    out.println(
        json
            ? pretty(
                Map.of(
                    "mutants",
                    table.rows().stream().map(MutantTable.Row::fields).toList(),
                    "unexplained",
                    table.unexplained()))
            : table);
    return table.allCaught() && table.unexplained().isEmpty() ? 0 : FAILED;
  }

  private int one(PrintWriter out, long only) {
    boolean failed = false;
    for (Scope scope : scopes) {
      RunSpec run = spec(scope);
      SimWorld world = timeline ? SimWorld.readable(only) : SimWorld.of(only);
      RunResult result = RunResult.of(world, run);
      if (timeline) {
        out.println(chosen(world.journal().timeline()).text());
      }
      Finding finding = result.finding();
      failed |= finding != null;
      out.printf(
          "seed %d, %s: %s; hash %016x%n",
          only,
          scope.word(),
          finding == null ? "all is well" : finding.checker() + ": " + finding.what(),
          result.hash());
    }
    return failed ? FAILED : 0;
  }

  /** Names of workloads, for the help. */
  static final class Workloads implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return WorkloadShape.kinds().iterator();
    }
  }

  private Timeline chosen(Timeline all) {
    Timeline some = heartbeats ? all : all.withoutHeartbeats();
    some = key == null ? some : some.ofKey(key);
    return node == null ? some : some.ofNode(node);
  }
}
