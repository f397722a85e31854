package io.quorate.cli.transfer;

import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.Durations;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.FailureKind;
import io.quorate.cli.command.Patience;
import io.quorate.cli.key.ModelAdvice;
import io.quorate.cli.output.Bytes;
import io.quorate.cli.output.Console;
import io.quorate.cli.output.Output;
import io.quorate.cli.output.ProgressLine;
import io.quorate.client.QuorateClient;
import io.quorate.client.WrongModelException;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.Placement;
import io.quorate.client.admin.Tenant;
import io.quorate.model.Quoted;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Stores the records of a file. */
@Command(
    name = "import",
    description = {
      "Stores the records of a file of JSON Lines or CSV.",
      "Lines that cannot be stored are reported by their number and cost no others; with any, the "
          + "exit code is 4 unless --allow-bad is given. An import that was stopped goes on with "
          + "--resume.",
      "Tenants with model SIBLINGS, COUNTERS, SETS or MAPS take no import."
    })
public final class ImportCommand implements Callable<Integer> {
  private static final String STANDARD_INPUT = "-";

  /** The largest value that a cluster may allow is 64 MiB, and its key stands beside it. */
  private static final int RECORD_BYTES_MAX = 72 << 20;

  /** How many times as long an export may write what it holds: each control character as six. */
  private static final int JSON_TIMES_MAX = 6;

  /** Each quote as two. */
  private static final int CSV_TIMES_MAX = 2;

  /**
   * What part of the heap a record over several lines may take: it is held as bytes, as text and as
   * an entry at a time, so that one that takes more could not be stored.
   */
  private static final int PART_OF_HEAP = 8;

  private static final long SAVE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Console console;
  private final List<Map<String, Object>> shownBad = new ArrayList<>();
  private long lastSaveNanos = System.nanoTime();

  @Mixin private ClusterOptions cluster = new ClusterOptions();

  @Parameters(paramLabel = "FILE", description = "The file; - for standard input.")
  private String file = "";

  @Option(
      names = "--format",
      paramLabel = "jsonl|csv",
      completionCandidates = Format.Words.class,
      description =
          "jsonl: an object a line; csv: the first line names the columns. "
              + "Default: as the file's name ends")
  private @Nullable Format format;

  @Option(
      names = {"--key-field", "--key-column"},
      paramLabel = "NAME",
      description = "Field or column of the key. Default: ${DEFAULT-VALUE}")
  private String keyField = "key";

  @Option(
      names = {"--value-field", "--value-column"},
      paramLabel = "NAME",
      description =
          "Field or column of the value. Default: the whole object as it is written, or "
              + "the other columns as a JSON object")
  private String valueField = "";

  @Option(
      names = "--exported",
      description = "The file was written by quorate export: take keys, values and expiry from it.")
  private boolean exported;

  @Option(
      names = "--default-ttl-applies",
      description =
          "With --exported, where the tenant has a default time to live: let records expire by it"
              + " that do not expire in the file. Without it, they are bad lines.")
  private boolean defaultTtlApplies;

  @Option(names = "--resume", description = "Go on where an earlier run stopped.")
  private boolean resume;

  @Option(
      names = "--state",
      paramLabel = "FILE",
      description = "Where progress is kept. Default: FILE.quorate-import, beside the input")
  private @Nullable Path state;

  @Option(
      names = "--outstanding",
      paramLabel = "N",
      description = "Records under way at a time. Default: ${DEFAULT-VALUE}")
  private int outstanding = 256;

  @Option(
      names = "--give-up-after",
      paramLabel = "DURATION",
      converter = Durations.class,
      description = "Stop when a record cannot be stored for so long. Default: 60s")
  private Duration giveUp = Duration.ofSeconds(60);

  @Option(names = "--allow-bad", description = "Exit with 0 even if there were bad lines.")
  private boolean allowBad;

  @Option(
      names = "--show-bad",
      paramLabel = "N",
      description = "Show at most N bad lines; all are counted. Default: ${DEFAULT-VALUE}")
  private int showBad = 20;

  @Option(names = "--no-progress", description = "Show no progress bar.")
  private boolean noProgress;

  public ImportCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    boolean standardInput = file.equals(STANDARD_INPUT);
    Fields fields = fields();
    InputLook look = standardInput ? null : look();
    Format as = format();
    InputIdentity identity =
        standardInput ? InputIdentity.STANDARD_INPUT : InputIdentity.of(Path.of(file));
    StateFile saved = new StateFile(statePath(), identity, target(as, fields));
    if (resume && !saved.resume()) {
      console.err().println("nothing to resume: no earlier run left its progress, so all is read");
    }
    if (look != null && look.isExported(as) && !fields.exported()) {
      console
          .err()
          .println(
              file
                  + ": looks like an export: with --exported its keys and values come back as"
                  + " they were; without, "
                  + (fields.wholeRecord()
                      ? "each whole record is stored as the value"
                      : "no value expires when it did"));
    } else if (look != null && as == Format.CSV && fields.wholeRecord()) {
      look.onlyColumnBeside(keyField)
          .ifPresent(
              column ->
                  console
                      .err()
                      .println(
                          "%s: each value is stored as a JSON object with the field %s; to store the column as it is, give --value-column %s"
                              .formatted(file, Quoted.of(column), column)));
    }
    try (InputStream in = standardInput ? console.in() : Files.newInputStream(Path.of(file));
        QuorateClient client = cluster.connect()) {
      Placement placement = placement(client);
      Tenant tenant = tenant(placement);
      saved.storesIn(new Destination(placement.clusterId(), tenant.id()));
      RecordSource source = source(as, fields, tenant, in);
      Importer importer =
          new Importer(
              client.asyncKeyValue()::put,
              cluster.write(),
              outstanding,
              giveUp,
              saved.line(),
              System::currentTimeMillis,
              this::onBadLine);
      return run(importer, source, saved, identity.bytes());
    }
  }

  /** Refuses what cannot hold records, whatever its name says of its format; null: no such file. */
  private @Nullable InputLook look() throws IOException {
    if (!Files.exists(Path.of(file))) {
      return null;
    }
    if (Files.isDirectory(Path.of(file))) {
      throw new CommandFailedException(
          ExitCode.FAILED, file + ": is a directory: name a file in it");
    }
    InputLook look = InputLook.at(Path.of(file));
    Compression compression = look.compression();
    if (compression != null) {
      Format inside = formatInside();
      throw new CommandFailedException(
          ExitCode.FAILED,
          file
              + ": is compressed: use "
              + compression.command()
              + " "
              + file
              + " | quorate import - --format "
              + (inside == null ? "FORMAT" : inside.name().toLowerCase(Locale.ROOT)));
    }
    return look;
  }

  /** The format of what a compressed file holds: records.csv.gz is of the name records.csv. */
  private @Nullable Format formatInside() {
    Format told = format == null ? Format.ofName(file) : format;
    return told == null ? Format.ofName(file.replaceFirst("\\.[^.]*$", "")) : told;
  }

  private Placement placement(QuorateClient client) throws InterruptedException {
    return new Patience(giveUp, () -> false)
        .call(() -> Administration.of(client).cluster().placement());
  }

  private Tenant tenant(Placement placement) {
    return placement.tenants().stream()
        .filter(each -> each.name().equals(cluster.tenant()))
        .findAny()
        .orElseThrow(
            () ->
                new CommandFailedException(
                    ExitCode.UNKNOWN_TENANT, "there is no tenant " + Quoted.of(cluster.tenant())));
  }

  private Fields fields() {
    if (!exported) {
      if (defaultTtlApplies) {
        throw cluster.usage(
            "--default-ttl-applies is for --exported: other files say nothing of expiry");
      }
      return new Fields(keyField, valueField);
    }
    if (!valueField.isEmpty()) {
      throw cluster.usage("--exported and --value-field: give one of them");
    }
    return Fields.EXPORTED;
  }

  private Format format() {
    Format told = format == null ? Format.ofName(file) : format;
    if (told == null) {
      throw cluster.usage(
          "give --format jsonl or --format csv: the name '" + file + "' tells none");
    }
    if (outstanding < 1) {
      throw cluster.usage("--outstanding must be at least 1");
    }
    return told;
  }

  private @Nullable Path statePath() {
    if (state != null || file.equals(STANDARD_INPUT)) {
      if (resume && state == null) {
        throw cluster.usage("--resume of standard input needs --state FILE");
      }
      return state;
    }
    Path beside = ImportState.beside(Path.of(file).toAbsolutePath());
    Path directory = beside.getParent();
    return directory != null && Files.isWritable(directory) ? beside : null;
  }

  private String target(Format as, Fields fields) {
    return "tenant %s, format %s, key %s, value %s%s"
        .formatted(
            cluster.tenant(),
            as.name().toLowerCase(Locale.ROOT),
            fields.key(),
            fields.wholeRecord() ? "the whole record" : fields.value(),
            fields.exported() ? ", exported" : "");
  }

  private RecordSource source(Format as, Fields fields, Tenant tenant, InputStream in)
      throws IOException {
    boolean expiryNeeded = exported && !defaultTtlApplies && !tenant.defaultTtl().isZero();
    int times = !exported ? 1 : as == Format.CSV ? CSV_TIMES_MAX : JSON_TIMES_MAX;
    int bytesMax = times * RECORD_BYTES_MAX;
    LineReader lines = new LineReader(in, bytesMax);
    return switch (as) {
      case JSONL -> new JsonLines(lines, fields, expiryNeeded);
      case CSV -> {
        long room = Runtime.getRuntime().maxMemory() / PART_OF_HEAP;
        boolean mayBeLonger = room < bytesMax;
        int overLinesMax = mayBeLonger ? (int) room : bytesMax;
        yield new CsvRecords(lines, overLinesMax, mayBeLonger, fields, expiryNeeded);
      }
    };
  }

  private int run(Importer importer, RecordSource source, StateFile saved, long inputBytes)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    // Ctrl-C ends the process by way of this: what is stored by then need not be stored again.
    Thread saveAtEnd = new Thread(() -> save(importer, saved), "save-import-progress");
    Runtime.getRuntime().addShutdownHook(saveAtEnd);
    Throwable failure;
    try (ProgressLine bar =
        new ProgressLine(
            console,
            !noProgress && !cluster.json(),
            "importing",
            ProgressLine.Unit.MEBIBYTES,
            inputBytes)) {
      failure = importer.run(source, () -> onTurn(importer, source, saved, bar));
    } finally {
      save(importer, saved);
    }
    if (failure == null) {
      saved.finish();
    }
    Runtime.getRuntime().removeShutdownHook(saveAtEnd);
    Importer.Progress progress = importer.progress();
    double seconds = (System.nanoTime() - start) / 1e9;
    Output output = cluster.output(console);
    output.result(json(progress, saved, seconds), () -> text(progress, saved, seconds));
    if (failure != null) {
      throw stopped(failure, progress, saved);
    }
    return progress.bad() + saved.bad() == 0 || allowBad ? ExitCode.DONE : ExitCode.FAILED;
  }

  private void onTurn(Importer importer, RecordSource source, StateFile saved, ProgressLine bar) {
    long now = System.nanoTime();
    if (now - lastSaveNanos > SAVE_NANOS) {
      lastSaveNanos = now;
      save(importer, saved);
      Importer.Progress progress = importer.progress();
      bar.at(
          source.bytesRead(),
          " %,d records, %d bad, %d retries"
              .formatted(progress.stored(), progress.bad(), progress.retries()));
    }
  }

  private static void save(Importer importer, StateFile saved) {
    try {
      saved.save(importer.progress());
    } catch (IOException failed) {
      throw new UncheckedIOException("progress cannot be kept: " + failed.getMessage(), failed);
    }
  }

  private CommandFailedException stopped(
      Throwable failure, Importer.Progress progress, StateFile saved) {
    if (FailureKind.root(failure) instanceof WrongModelException wrong
        && !wrong.model().equals("SIBLINGS")) {
      return new CommandFailedException(
          ExitCode.FAILED,
          ModelAdvice.has(cluster.tenant(), wrong)
              + ", whose keys take no values: import into a tenant with model LAST_WRITE_WINS, or"
              + " write a program that updates the keys");
    }
    if (FailureKind.root(failure) instanceof WrongModelException) {
      return new CommandFailedException(
          ExitCode.FAILED,
          "tenant "
              + Quoted.of(cluster.tenant())
              + " has model SIBLINGS, where each record would be kept beside what its key has:"
              + " import into a tenant with model LAST_WRITE_WINS, or write a program that puts"
              + " the records with contexts (QuorateClient.siblings)");
    }
    return new CommandFailedException(
        FailureKind.exitCode(failure),
        "the import stopped after line %d: %s%s"
            .formatted(progress.line(), FailureKind.root(failure).getMessage(), saved.hint()));
  }

  private synchronized void onBadLine(Long line, String reason) {
    if (shownBad.size() == showBad) {
      return;
    }
    Map<String, Object> bad = new LinkedHashMap<>();
    bad.put("line", line);
    bad.put("reason", reason);
    shownBad.add(bad);
    if (!cluster.json()) {
      console.err().println(file + ", line " + line + ": " + reason);
    }
  }

  private Map<String, Object> json(Importer.Progress progress, StateFile saved, double seconds) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("records", progress.stored());
    object.put("bytes", progress.storedBytes());
    object.put("seconds", Math.round(1000 * seconds) / 1000.0);
    object.put("records_per_second", Math.round(progress.stored() / seconds));
    object.put("skipped", progress.skipped());
    object.put("retries", progress.retries());
    object.put("last_line", progress.line());
    object.put("resumed_after_line", saved.line());
    object.put("bad_lines", progress.bad() + saved.bad());
    object.put("bad", shownBad);
    return object;
  }

  private String text(Importer.Progress progress, StateFile saved, double seconds) {
    String resumed = saved.line() == 0 ? "" : ", going on after line " + saved.line();
    String summary =
        String.format(
            Locale.ROOT,
            "imported %,d %s, %s of keys and values, in %.1f s (%,.0f per second)%s;"
                + " %d bad, %d skipped, %d retries",
            progress.stored(),
            progress.stored() == 1 ? "record" : "records",
            Bytes.text(progress.storedBytes()),
            seconds,
            progress.stored() / seconds,
            resumed,
            progress.bad() + saved.bad(),
            progress.skipped(),
            progress.retries());
    long hidden = progress.bad() - shownBad.size();
    return hidden == 0
        ? summary
        : summary + "\n" + hidden + " bad lines are not shown; --show-bad N shows more";
  }
}
