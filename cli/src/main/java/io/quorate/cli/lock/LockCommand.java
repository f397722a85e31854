package io.quorate.cli.lock;

import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.output.Console;
import io.quorate.cli.output.Output;
import io.quorate.client.HeldLock;
import io.quorate.client.LockStatus;
import io.quorate.client.LockWatch;
import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "lock",
    description = {
      "Acquires, renews, releases and shows locks, which one owner holds at a time, or some that"
          + " share them.",
      "Locks are of the cluster, and of no tenant."
    })
public final class LockCommand {
  private final Console console;

  public LockCommand(Console console) {
    this.console = console;
  }

  @Command(
      description = {
        "Renews all locks of an owner, and lists them.",
        "Exit code 1 if the owner holds none: what it held is lost."
      })
  int renew(
      @Mixin ClusterOptions cluster,
      @Option(
              names = "--owner",
              required = true,
              paramLabel = "OWNER",
              description = "Who holds them, as quorate lock acquire printed it.")
          String owner) {
    try (QuorateClient client = cluster.connect()) {
      List<HeldLock> held = client.locks().renew(owner);
      cluster.output(console).result(LockForms.json(held), () -> LockForms.text(held));
      return held.isEmpty() ? ExitCode.NOT_FOUND : ExitCode.DONE;
    }
  }

  @Command(
      description = {
        "Releases a lock that an owner holds under a token.",
        "Exit code 1 if it did not hold the lock so any more. If no node answers, repeat the"
            + " command before the owner acquires the lock again."
      })
  int release(
      @Mixin ClusterOptions cluster,
      @Parameters(paramLabel = "NAME", description = "The lock.") String name,
      @Option(
              names = "--owner",
              required = true,
              paramLabel = "OWNER",
              description = "Who holds it, as quorate lock acquire printed it.")
          String owner,
      @Option(
              names = "--token",
              required = true,
              paramLabel = "TOKEN",
              description = "The token, as quorate lock acquire printed it.")
          long token) {
    try (QuorateClient client = cluster.connect()) {
      boolean wasHeld = client.locks().release(name, owner, token);
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("name", name);
      object.put("was_held", wasHeld);
      cluster
          .output(console)
          .result(
              object,
              () -> wasHeld ? "released" : "not held by that owner under that token, or no longer");
      return wasHeld ? ExitCode.DONE : ExitCode.NOT_FOUND;
    }
  }

  @Command(
      description = {
        "Shows who holds a lock, and who waits for it, the next one first.",
        "Exit code 1 if it is free."
      })
  int show(
      @Mixin ClusterOptions cluster,
      @Parameters(paramLabel = "NAME", description = "The lock.") String name) {
    try (QuorateClient client = cluster.connect()) {
      LockStatus status = client.locks().show(name);
      cluster
          .output(console)
          .result(LockForms.json(name, status), () -> LockForms.text(name, status));
      return status.isHeld() ? ExitCode.DONE : ExitCode.NOT_FOUND;
    }
  }

  @Command(
      description = {
        "Prints who holds a lock, now and whenever that changes, until it is interrupted.",
        "With --json, each state is one line. States that last for a moment only may be missed, the"
            + " last one never is."
      })
  int watch(
      @Mixin ClusterOptions cluster,
      @Parameters(paramLabel = "NAME", description = "The lock.") String name,
      @Option(names = "--until-free", description = "End when the lock is free.")
          boolean untilFree) {
    Output output = cluster.output(console);
    try (QuorateClient client = cluster.connect()) {
      CompletableFuture<Void> free = new CompletableFuture<>();
      LockWatch watch =
          client
              .locks()
              .watch(
                  name,
                  status -> {
                    output.item(LockForms.json(name, status), () -> LockForms.text(name, status));
                    if (untilFree && !status.isHeld()) {
                      free.complete(null);
                    }
                  });
      CompletableFuture.anyOf(free, watch.ended()).join();
      watch.close();
      return ExitCode.DONE;
    } catch (CompletionException failed) {
      throw failed.getCause() instanceof QuorateException why ? why : failed;
    }
  }

  @Command(description = "Lists the locks that are held, by name.")
  int list(
      @Mixin ClusterOptions cluster,
      @Option(
              names = "--prefix",
              paramLabel = "TEXT",
              description = "Only locks whose names begin so.")
          @Nullable String prefix) {
    try (QuorateClient client = cluster.connect()) {
      List<HeldLock> locks = client.locks().list(prefix == null ? "" : prefix);
      cluster.output(console).result(LockForms.json(locks), () -> LockForms.text(locks));
      return ExitCode.DONE;
    }
  }
}
