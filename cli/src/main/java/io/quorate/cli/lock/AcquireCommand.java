package io.quorate.cli.lock;

import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.Connections;
import io.quorate.cli.command.Durations;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.output.Console;
import io.quorate.client.Lock;
import io.quorate.client.LockOptions;
import io.quorate.client.QuorateClient;
import io.quorate.model.DurationText;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "acquire",
    description = {
      "Acquires a lock; with a COMMAND, runs it while the lock is held and renewed, releases the"
          + " lock, and exits as the command did.",
      "The command gets QUORATE_LOCK_NAME, QUORATE_LOCK_OWNER and QUORATE_LOCK_TOKEN, the fencing"
          + " token, in its environment. If no renewal was answered until a quarter of --ttl is"
          + " left (5s at most), the command and all that it started get SIGTERM, and SIGKILL when"
          + " the time is over; where the cluster says that the lock is lost, SIGTERM comes at once"
          + " and SIGKILL as much later. The same is done when this process is interrupted.",
      "Without a COMMAND, the lock is held for --ttl, or for as long as quorate lock renew is run"
          + " in time; quorate lock release gives it up.",
      "Exit code 123 if others hold the lock, 124 if it was lost and the command stopped, 126 if"
          + " the command cannot be run, 127 if there is no such command, else the command's own."
    })
public final class AcquireCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private ClusterOptions cluster = new ClusterOptions();

  @Parameters(index = "0", paramLabel = "NAME", description = "The lock, 1 to 255 bytes.")
  private String name = "";

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "COMMAND",
      description = "What to run, with its arguments. Write -- before it.")
  private List<String> command = List.of();

  @Option(
      names = "--ttl",
      required = true,
      paramLabel = "DURATION",
      converter = Durations.class,
      description = "How long the lock is held without a renewal: 100ms to 10m.")
  private Duration ttl = Duration.ZERO;

  @Option(
      names = "--wait",
      paramLabel = "DURATION",
      converter = Durations.class,
      description = "How long to wait in line while others hold the lock. Default: not at all")
  private Duration wait = Duration.ZERO;

  @Option(
      names = "--owner",
      paramLabel = "OWNER",
      description =
          "Who is to hold the lock: a name that no other process uses, 1 to 255 bytes. One that"
              + " holds it already holds it further. Default: a new one each time")
  private @Nullable String owner;

  @Option(
      names = "--shared",
      description = "Share the lock with other owners that do so. Default: hold it alone")
  private boolean shared;

  @Option(
      names = "--at-most",
      paramLabel = "OWNERS",
      description =
          "Share the lock, and get it when fewer owners than this hold it, 1 to 1000: as a"
              + " semaphore, if all that acquire it name the same number.")
  private @Nullable Integer atMost;

  public AcquireCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    LockOptions options = LockOptions.DEFAULT.renewed(!command.isEmpty());
    if (owner != null) {
      options = options.owner(owner);
    }
    if (atMost != null) {
      if (atMost < 1) {
        throw new CommandFailedException(ExitCode.USAGE, "--at-most: give 1 to 1000");
      }
      options = options.sharedAmong(atMost);
    } else if (shared) {
      options = options.shared();
    }
    try (QuorateClient client = cluster.connect()) {
      Optional<Lock> acquired = client.locks().acquire(name, ttl, wait, options);
      if (acquired.isEmpty()) {
        throw new CommandFailedException(
            ExitCode.LOCK_NOT_ACQUIRED,
            "lock "
                + LockForms.onOneLine(name)
                + (wait.isZero()
                    ? " is held by another owner"
                    : " was held by other owners until the wait was over")
                + ": see quorate lock show");
      }
      return command.isEmpty() ? print(acquired.get()) : run(acquired.get());
    }
  }

  private int print(Lock lock) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("name", lock.name());
    object.put("owner", lock.owner());
    object.put("token", lock.token());
    object.put("ttl_ms", lock.ttl().toMillis());
    cluster
        .output(console)
        .result(
            object,
            () ->
                ("lock %s%nowner %s%ntoken %d%nheld for %s, unless it is renewed by quorate lock"
                        + " renew")
                    .formatted(
                        LockForms.onOneLine(lock.name()),
                        LockForms.onOneLine(lock.owner()),
                        lock.token(),
                        DurationText.of(lock.ttl())));
    return ExitCode.DONE;
  }

  private int run(Lock lock) {
    HeldCommand held = new HeldCommand(lock, command);
    // Signals end this process by its hooks, while call() still waits for the command. In a shell
    // Ctrl-C closes the client, which would release the lock.
    Thread interrupted =
        new Thread(
            () -> {
              held.stop();
              release(lock);
            },
            "lock-interrupted");
    Runtime.getRuntime().addShutdownHook(interrupted);
    Connections.Stop stop = cluster.connections().beforeClose(held::stop);
    try {
      return held.run(console);
    } finally {
      stop.close();
      lock.close();
      removeHook(interrupted);
    }
  }

  /** Waits for less time than closing the lock does: this process is to end. */
  private static void release(Lock lock) {
    Boolean unused =
        lock.releaseAsync()
            .exceptionally(unanswered -> false)
            .completeOnTimeout(false, 1, TimeUnit.SECONDS)
            .join();
  }

  private static void removeHook(Thread hook) {
    try {
      boolean unused = Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException ending) {
      // The hook is running, and does all that is left to do.
    }
  }
}
