package io.quorate.cli.key;

import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.WholeReads;
import io.quorate.cli.output.Console;
import io.quorate.cli.output.Output;
import io.quorate.client.Codec;
import io.quorate.client.DeletionOptions;
import io.quorate.client.DeletionResult;
import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.WriteOptions;
import io.quorate.client.WrongModelException;
import io.quorate.model.Quoted;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "delete",
    description = {
      "Deletes a key, whether or not it has a value; or all keys that begin with a prefix.",
      "With --prefix, keys are deleted one by one: what is written under it meanwhile stays, or"
          + " goes. They are read at QUORUM, or --level. quorate tenant truncate deletes all keys"
          + " of a tenant at once.",
      "In a tenant with model SIBLINGS, it deletes the siblings that --context has; without"
          + " --context, all that the key has."
    })
public final class DeleteCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private ClusterOptions cluster = new ClusterOptions();
  @Mixin private FormOptions forms = new FormOptions();
  @Mixin private ContextOption context = new ContextOption();
  @Mixin private FenceOption fence = new FenceOption();

  @Parameters(arity = "0..1", paramLabel = "KEY", description = "The key.")
  private @Nullable String key;

  @Option(names = "--prefix", paramLabel = "PREFIX", description = "Delete what begins with this.")
  private @Nullable String prefix;

  @Option(names = "--yes", description = "Required with --prefix: it cannot be undone.")
  private boolean yes;

  @Option(names = "--dry-run", description = "With --prefix: count the keys, and delete none.")
  private boolean dryRun;

  public DeleteCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if ((key == null) == (prefix == null)) {
      throw cluster.usage("give a KEY, or --prefix");
    }
    return prefix == null ? deleteOne(Objects.requireNonNull(key)) : deletePrefix(prefix);
  }

  private int deleteOne(String key) {
    if (dryRun || yes) {
      throw cluster.usage(
          (dryRun ? "--dry-run" : "--yes") + " is for --prefix: leave it out with a KEY");
    }
    byte[] keyBytes = forms.parse(key, cluster);
    try (QuorateClient client = cluster.connect()) {
      Written written = delete(client, keyBytes);
      cluster
          .output(console)
          .result(
              written.json(keyBytes, Results.of(client, cluster)), () -> written.text("deleted"));
    }
    return ExitCode.DONE;
  }

  private int deletePrefix(String prefix) {
    if (context.isGiven()) {
      throw cluster.usage("--context is of one key: leave it out with --prefix");
    }
    byte[] bytes = forms.parse(prefix, cluster);
    String which = " that begin with " + Quoted.of(prefix);
    Output output = cluster.output(console);
    try (QuorateClient client = cluster.connect()) {
      if (dryRun) {
        DeletionResult counted =
            client.keyValue().deleteAll(bytes, options(client).dryRun(true)).orThrow();
        show(output, "keys", counted, counted.found(), counted.found() + " keys" + which);
        return ExitCode.DONE;
      }
      if (!yes) {
        throw new CommandFailedException(
            ExitCode.USAGE,
            "nothing was changed: all keys"
                + which
                + " would be deleted, which cannot be undone. Give --yes; --dry-run counts them");
      }
      DeletionResult done = client.keyValue().deleteAll(bytes, options(client));
      QuorateException failure = done.failure();
      if (failure != null) {
        output.note(
            "quorate: %d keys were deleted; to go on, say it again".formatted(done.deleted()));
        throw failure instanceof WrongModelException other
            ? ModelAdvice.failure(cluster.tenant(), other)
            : failure;
      }
      show(output, "deleted", done, done.deleted(), "deleted " + done.deleted() + " keys" + which);
    }
    return ExitCode.DONE;
  }

  private static void show(
      Output output, String field, DeletionResult done, long keys, String text) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put(field, keys);
    object.put("potentially_stale", done.potentiallyStale());
    output.result(object, () -> text);
    if (done.potentiallyStale()) {
      output.note("quorate: potentially stale: keys may have been missed");
    }
  }

  private DeletionOptions options(QuorateClient client) {
    return DeletionOptions.DEFAULT
        .write(fence.write(cluster))
        .readLevel(WholeReads.level(client, cluster));
  }

  private Written delete(QuorateClient client, byte[] key) {
    WriteOptions options = fence.write(cluster);
    return context.write(
        cluster,
        () -> client.keyValue().delete(key, options),
        known ->
            client
                .siblings(cluster.tenant(), Codec.bytes(), Codec.bytes())
                .delete(key, known, options));
  }
}
