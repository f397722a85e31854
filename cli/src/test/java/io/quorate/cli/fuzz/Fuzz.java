package io.quorate.cli.fuzz;

import io.quorate.fuzz.Campaign;
import io.quorate.fuzz.FuzzTarget;
import io.quorate.fuzz.Quiet;
import io.quorate.fuzz.Targets;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code .ci/fuzz}: campaigns of wild input, and the replay of one run. */
@Command(
    name = ".ci/fuzz",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Gives wild input to the parts of a node and of commands that read what others send or"
            + " store, run after run, on all cores, and reports what did more than be refused.",
    footer = {"", "Exit code: 0 if all was well; 1 if a run failed; 2 for a wrong option."})
public final class Fuzz implements Callable<Integer> {
  private static final int FAILED = 1;
  private static final long RUNS = 1_000;

  /** All that there are: those of nodes and those of commands. */
  static final List<FuzzTarget> TARGETS =
      Stream.concat(Targets.ALL.stream(), CommandTargets.ALL.stream()).toList();

  private static final List<String> NAMES = TARGETS.stream().map(FuzzTarget::name).toList();

  /** Enough of a stack trace to see the place and the way to it. */
  private static final int LINES_MAX = 25;

  @Option(
      names = "--target",
      split = ",",
      paramLabel = "NAME",
      completionCandidates = Names.class,
      description = "${COMPLETION-CANDIDATES} (default: all in turn)")
  private List<String> names = NAMES;

  @Option(names = "--runs", paramLabel = "N", description = "of each target (default: 1000)")
  private @Nullable Long runs;

  @Option(
      names = "--minutes",
      paramLabel = "M",
      description = "goes on with further runs until this time is up")
  private @Nullable Double minutes;

  @Option(
      names = "--from",
      paramLabel = "S",
      defaultValue = "1",
      description = "the first seed (default: 1)")
  private long from;

  @Option(names = "--seed", paramLabel = "S", description = "runs this seed only")
  private @Nullable Long seed;

  @Option(names = "--threads", paramLabel = "N", description = "default: one per core")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Spec private @Nullable CommandSpec spec;

  private Fuzz() {}

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Fuzz());
  }

  @Override
  public Integer call() {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    Quiet.begin();
    long first = seed == null ? from : seed;
    long count = seed != null ? 1 : runs != null ? runs : minutes != null ? Long.MAX_VALUE : RUNS;
    List<Campaign.Result> results =
        new Campaign(chosen(), first).run(Math.max(count, 0), threads, enough());
    boolean good = true;
    for (Campaign.Result result : results) {
      good &= result.findings().isEmpty();
      tell(out, result);
    }
    out.flush();
    return good ? 0 : FAILED;
  }

  private List<FuzzTarget> chosen() {
    for (String name : names) {
      if (!NAMES.contains(name)) {
        throw new CommandLine.ParameterException(
            Objects.requireNonNull(spec).commandLine(),
            "there is no target '" + name + "': there are " + NAMES);
      }
    }
    return TARGETS.stream().filter(target -> names.contains(target.name())).toList();
  }

  private BooleanSupplier enough() {
    if (minutes == null) {
      return () -> false;
    }
    long endNanos = System.nanoTime() + (long) (minutes * TimeUnit.MINUTES.toNanos(1));
    return () -> System.nanoTime() - endNanos >= 0;
  }

  private static void tell(PrintWriter out, Campaign.Result result) {
    out.printf(
        "%s: %,d runs, %s; the slowest took %,d ms (seed %d)%n",
        result.target(),
        result.runs(),
        result.findings().isEmpty() ? "all is well" : result.findings().size() + " findings",
        result.slowestMillis(),
        result.slowestSeed());
    for (Campaign.Finding finding : result.findings()) {
      out.printf(
          "%n  %,d times, first: .ci/fuzz --target %s --seed %d%n",
          finding.times(), result.target(), finding.seed());
      StringWriter trace = new StringWriter();
      finding.thrown().printStackTrace(new PrintWriter(trace));
      trace.toString().lines().limit(LINES_MAX).forEach(line -> out.println("  " + line));
    }
  }

  /** Names of targets, for the help. */
  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return NAMES.iterator();
    }
  }
}
