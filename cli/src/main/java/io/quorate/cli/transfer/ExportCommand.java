package io.quorate.cli.transfer;

import io.quorate.cli.backup.MomentOptions;
import io.quorate.cli.backup.cut.ExactEntries;
import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.Durations;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.FailureKind;
import io.quorate.cli.command.Patience;
import io.quorate.cli.command.WholeReads;
import io.quorate.cli.key.FormOptions;
import io.quorate.cli.output.Console;
import io.quorate.cli.output.Output;
import io.quorate.client.Level;
import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.Scan;
import io.quorate.client.ScanEntry;
import io.quorate.model.Quoted;
import java.io.BufferedWriter;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes entries to a file. */
@Command(
    name = "export",
    customSynopsis = "quorate export [OPTIONS] [PREFIX] FILE",
    description = {
      "Writes the entries whose key begins with a prefix to a file, or all.",
      "quorate import --exported FILE reads it back, keys, values and expiry as they were. Keys and"
          + " values that are not text are written in base64, in fields whose name says so.",
      "Each key is read at QUORUM, or --level, and the whole is of no one moment: of two writes"
          + " made meanwhile, the later one may be in the file and not the earlier. With --exact or"
          + " --as-of it is of one moment.",
      "Tenants with model SIBLINGS, COUNTERS, SETS or MAPS cannot be exported: see quorate scan"
          + " --json."
    })
public final class ExportCommand implements Callable<Integer> {
  private static final String STANDARD_OUTPUT = "-";

  private final Console console;

  @Mixin private ClusterOptions cluster = new ClusterOptions();

  @Parameters(
      arity = "1..2",
      paramLabel = "[PREFIX] FILE",
      description =
          "Beginning of the keys, if not all, written as --hex or --base64 say; then the file, -"
              + " for standard output.")
  private List<String> prefixAndFile = List.of();

  @Mixin private FormOptions forms = new FormOptions();

  @Option(
      names = "--format",
      paramLabel = "jsonl|csv",
      completionCandidates = Format.Words.class,
      description =
          "jsonl: an object a line; csv: the first line names the columns. "
              + "Default: as the file's name ends")
  private @Nullable Format format;

  @Option(
      names = "--give-up-after",
      paramLabel = "DURATION",
      converter = Durations.class,
      description = "Stop when a page cannot be read for so long. Default: 60s")
  private Duration giveUp = Duration.ofSeconds(60);

  @Mixin private MomentOptions moment = new MomentOptions();

  @Option(
      names = "--no-progress",
      description = "Show no progress bar, with --exact or --as-of; there is none without them.")
  private boolean noProgress;

  /**
   * What was written.
   *
   * @param asOf of which moment it is; null: of none
   * @param potentiallyStale whether something that was acknowledged may be missing
   */
  private record Exported(long entries, @Nullable Instant asOf, boolean potentiallyStale) {}

  public ExportCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    String file = prefixAndFile.getLast();
    byte[] prefix =
        prefixAndFile.size() == 1 ? new byte[0] : forms.parse(prefixAndFile.getFirst(), cluster);
    if (moment.isExact() && cluster.scan().level() != null) {
      throw cluster.usage("--level has no meaning with --exact or --as-of: leave it out");
    }
    if (!file.equals(STANDARD_OUTPUT)) {
      requireWritable(Path.of(file));
    }
    Format as = format == null ? Format.ofName(file) : format;
    if (as == null) {
      throw cluster.usage(
          "give --format jsonl or --format csv: the name '" + file + "' tells none");
    }
    if (file.equals(STANDARD_OUTPUT)) {
      Writer out = new OutputStreamWriter(results(), StandardCharsets.UTF_8);
      summarise(export(prefix, as, out), file);
      return ExitCode.DONE;
    }
    Path named = Path.of(file);
    if (Files.exists(named) && !Files.isRegularFile(named)) {
      // A device or a pipe: a file must not take its place.
      summarise(export(prefix, as, Files.newBufferedWriter(named)), file);
      return ExitCode.DONE;
    }
    // The file appears when it is whole: half an export looks like all of a smaller cluster.
    Path whole = Files.exists(named) ? named.toRealPath() : named;
    try (PartFile part = PartFile.of(whole)) {
      Exported done = export(prefix, as, part.writer());
      part.commit();
      summarise(done, file);
    }
    return ExitCode.DONE;
  }

  /** Standard output, as a stream that fails when what reads it is gone. */
  private OutputStream results() {
    return new FilterOutputStream(console.out()) {
      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
        console.requireWritten();
      }

      @Override
      public void close() {
        console.requireWritten();
      }
    };
  }

  /** An export may take long: what would fail at its end is said at once. */
  private static void requireWritable(Path file) {
    if (Files.isDirectory(file)) {
      throw new CommandFailedException(
          ExitCode.FAILED, file + ": is a directory: name a file in it");
    }
    Path directory = file.toAbsolutePath().getParent();
    if (directory != null && !Files.isDirectory(directory)) {
      throw new CommandFailedException(ExitCode.FAILED, "no such directory: " + directory);
    }
  }

  private Exported export(byte[] prefix, Format as, Writer out)
      throws IOException, InterruptedException {
    try (EntryWriter writer = writer(as, new BufferedWriter(out));
        QuorateClient client = cluster.connect()) {
      return moment.isExact() ? exact(client, prefix, writer) : scanned(client, prefix, writer);
    }
  }

  private Exported exact(QuorateClient client, byte[] prefix, EntryWriter writer)
      throws IOException, InterruptedException {
    Output output = cluster.output(console);
    ExactEntries.Shown shown =
        new ExactEntries.Shown(
            console,
            note -> {
              if (!cluster.json()) {
                output.note(note);
              }
            },
            !noProgress && !cluster.json());
    ExactEntries.Done done =
        ExactEntries.of(client, shown)
            .read(
                new ExactEntries.Request(cluster.tenant(), prefix, moment.asOf(), giveUp),
                writer::write);
    return new Exported(done.entries(), done.asOf(), false);
  }

  private Exported scanned(QuorateClient client, byte[] prefix, EntryWriter writer)
      throws IOException, InterruptedException {
    Patience patience = new Patience(giveUp, () -> false);
    Level level = ask(patience, () -> WholeReads.level(client, cluster), 0);
    long count = 0;
    try (Scan scan = client.keyValue().scan(prefix, cluster.scan().level(level))) {
      while (ask(patience, scan::hasNext, count)) {
        ScanEntry entry = scan.next();
        refuseSiblings(entry);
        refuseFields(entry);
        writer.write(entry);
        count++;
      }
      return new Exported(count, null, scan.potentiallyStale());
    }
  }

  /** A file of records has no place for several values of a key, nor for their context. */
  private void refuseSiblings(ScanEntry entry) {
    if (entry.siblings() != null) {
      throw new CommandFailedException(
          ExitCode.FAILED,
          "tenant "
              + Quoted.of(cluster.tenant())
              + " has model SIBLINGS, and an export has one value for each key: nothing was"
              + " exported. quorate scan --json prints all siblings of each key, with their"
              + " versions and context");
    }
  }

  /** Nor has it one for counts: imported, they would be counted again by another client. */
  private void refuseFields(ScanEntry entry) {
    if (entry.fields() != null) {
      throw new CommandFailedException(
          ExitCode.FAILED,
          "tenant "
              + Quoted.of(cluster.tenant())
              + " has model COUNTERS, SETS or MAPS, and an export has one value for each key:"
              + " nothing was exported. quorate scan --json prints what each key has");
    }
  }

  /** Asks again for what cannot be had: a node may be down for a while. */
  private static <T> T ask(Patience patience, Supplier<T> question, long count)
      throws InterruptedException {
    try {
      return patience.call(question);
    } catch (QuorateException failure) {
      throw new CommandFailedException(
          FailureKind.exitCode(failure),
          "the export stopped after %d entries: %s".formatted(count, failure.getMessage()));
    }
  }

  private static EntryWriter writer(Format as, Writer out) throws IOException {
    return switch (as) {
      case JSONL -> new JsonLinesWriter(out);
      case CSV -> new CsvWriter(out);
    };
  }

  private void summarise(Exported done, String file) {
    if (done.potentiallyStale()) {
      console.err().println("quorate: potentially stale: entries may be missing or old");
    }
    String text =
        String.format(
            Locale.ROOT,
            "exported %,d %s%s",
            done.entries(),
            done.entries() == 1 ? "entry" : "entries",
            done.asOf() == null ? "" : ", exact as of " + done.asOf());
    if (file.equals(STANDARD_OUTPUT)) {
      console.err().println(text);
      return;
    }
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("entries", done.entries());
    object.put("file", file);
    if (done.asOf() != null) {
      object.put("as_of", done.asOf().toString());
    } else {
      object.put("potentially_stale", done.potentiallyStale());
    }
    cluster
        .output(console)
        .result(object, () -> text + (done.asOf() == null ? " to " : ", to ") + file);
  }
}
