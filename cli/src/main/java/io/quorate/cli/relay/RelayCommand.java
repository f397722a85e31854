package io.quorate.cli.relay;

import io.quorate.cli.command.Durations;
import io.quorate.cli.process.NameLookups;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs relays until the process is ended. */
@Command(
    name = "relay",
    description = "Passes on what arrives at each port after a delay, and the answers likewise.")
public final class RelayCommand implements Callable<Integer> {
  @Option(names = "--delay", required = true, converter = Durations.class)
  private Duration delay = Duration.ZERO;

  @Option(
      names = "--jitter",
      converter = Durations.class,
      description = "By how much a delay is longer, at most. Default: a tenth of the delay")
  private Duration jitter = Duration.ofNanos(-1);

  @Parameters(arity = "1..*", paramLabel = "PORT=HOST:PORT")
  private Map<Integer, String> targets = new LinkedHashMap<>();

  private RelayCommand() {}

  /** Runs it. */
  public static void main(String[] arguments) {
    NameLookups.rememberBriefly();
    System.exit(new CommandLine(new RelayCommand()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Delays delays = new Delays(delay, jitter.isNegative() ? delay.dividedBy(10) : jitter);
    for (Map.Entry<Integer, String> each : targets.entrySet()) {
      Relay unused = Relay.start("0.0.0.0", each.getKey(), each.getValue(), delays);
    }
    new CountDownLatch(1).await();
    return 0;
  }
}
