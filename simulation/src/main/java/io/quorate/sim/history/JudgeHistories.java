package io.quorate.sim.history;

import io.quorate.sim.check.linear.HistoryCall;
import io.quorate.sim.check.linear.Linearizability;
import io.quorate.sim.check.linear.RegisterModel;
import io.quorate.sim.check.linear.RegisterModel.Input;
import io.quorate.sim.check.linear.RegisterModel.Output;
import io.quorate.sim.check.linear.Verdict;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command {@code .ci/judge}. */
@Command(
    name = ".ci/judge",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Tells whether recorded histories are linearizable: files of JSON Lines, one call a line,"
            + " as docs/testing.md describes them.",
    footer = {
      "",
      "Exit code: 0 if all are; 1 if one is not; 2 for a wrong option or a file that cannot be"
          + " read; 3 if the search for an order was given up."
    })
public final class JudgeHistories implements Callable<Integer> {
  private static final int NOT_LINEARIZABLE = 1;
  private static final int UNREADABLE = 2;
  private static final int UNDECIDED = 3;

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "files to judge")
  private List<Path> files = List.of();

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "100000000",
      description = "steps after which the search for one key is given up (default: 100000000)")
  private long stepsMax;

  @Spec private @Nullable CommandSpec spec;

  private JudgeHistories() {}

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return new CommandLine(new JudgeHistories());
  }

  @Override
  public Integer call() {
    CommandLine command = Objects.requireNonNull(spec).commandLine();
    int worst = 0;
    for (Path file : files) {
      try {
        worst = worse(worst, judge(file, command.getOut()));
      } catch (IOException unreadable) {
        command.getErr().println(file + " cannot be read: " + unreadable);
        return UNREADABLE;
      } catch (IllegalArgumentException wrong) {
        command.getErr().println(file + " is no history: " + wrong.getMessage());
        return UNREADABLE;
      }
    }
    command.getOut().flush();
    return worst;
  }

  private static int worse(int one, int other) {
    return one == NOT_LINEARIZABLE || other == NOT_LINEARIZABLE
        ? NOT_LINEARIZABLE
        : Math.max(one, other);
  }

  private int judge(Path file, PrintWriter out) throws IOException {
    RecordedHistory history = RecordedHistory.read(Files.readAllLines(file));
    Linearizability<RegisterModel.Register, Input, Output> search =
        new Linearizability<>(new RegisterModel(), stepsMax);
    Map<String, List<HistoryCall<Input, Output>>> keys = history.byKey();
    out.printf(
        "%s: %d calls on %d keys, %d of unknown outcome, %d without effect%n",
        file, history.calls().size(), keys.size(), history.unknown(), history.refused());
    int worst = 0;
    long steps = 0;
    for (Map.Entry<String, List<HistoryCall<Input, Output>>> key : keys.entrySet()) {
      switch (search.check(key.getValue())) {
        case Verdict.Linearizable legal -> steps += legal.steps();
        case Verdict.Undecided gaveUp -> {
          worst = worse(worst, UNDECIDED);
          out.printf("key %s: given up after %d steps%n", key.getKey(), gaveUp.steps());
        }
        case Verdict.Illegal illegal -> {
          worst = NOT_LINEARIZABLE;
          out.printf(
              "key %s is NOT LINEARIZABLE, line %d: %s%n",
              key.getKey(), illegal.unplaced(), illegal.explanation());
        }
      }
    }
    if (worst == 0) {
      out.printf("linearizable, found in %d steps%n", steps);
    }
    return worst;
  }
}
