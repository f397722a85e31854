package io.quorate.cli.backup;

import io.quorate.cli.backup.inventory.BackupSummary;
import io.quorate.cli.backup.inventory.NewestBackup;
import io.quorate.cli.backup.run.Reasons;
import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.Durations;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.output.Console;
import io.quorate.model.DurationText;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tells how old the newest backup is, for those who must hear of it if backups have stopped. */
@Command(
    name = "newest",
    description = {
      "Shows the newest backup in a directory or on object storage that can be restored, and fails"
          + " if it is older than --within. Asks no cluster.",
      "It counts finished backups whose files are all there, as long as they were written;"
          + " quorate backup verify reads all of one. A backup is as old as what it lacks: of an"
          + " exact one its moment counts, and of another one when it began.",
      "Exit code 1 if there is none, or only an older one; 4 if the place cannot be looked at, or"
          + " the file of --metrics cannot be written."
    })
public final class NewestCommand implements Callable<Integer> {
  private static final int NAMED_MAX = 3;

  private final Console console;
  private final InstantSource clock;

  @Mixin private LocalOptions options = new LocalOptions();

  @Mixin private StorageOptions storage = new StorageOptions();

  @Parameters(paramLabel = "DIR", description = "Directory of backups, or s3://BUCKET/PREFIX.")
  private String directory = "";

  @Option(
      names = "--within",
      paramLabel = "AGE",
      converter = Durations.class,
      description =
          "How old it may be, such as 26h for backups that are made each day. Default: any age")
  private @Nullable Duration within;

  @Option(
      names = "--tenant",
      paramLabel = "NAME",
      description =
          "A tenant that it must have; may be given many times. Default: whichever tenants it has")
  private List<String> tenants = new ArrayList<>();

  @Option(
      names = "--metrics",
      paramLabel = "FILE",
      description =
          "Write its time and --within to this file, too, for the textfile collector of Prometheus'"
              + " node_exporter. If the place cannot be looked at, the file stays as it is.")
  private @Nullable Path metrics;

  public NewestCommand(Console console) {
    this(console, InstantSource.system());
  }

  NewestCommand(Console console, InstantSource clock) {
    this.console = console;
    this.clock = clock;
  }

  @Override
  public Integer call() throws IOException {
    Path figures = metrics;
    Duration allowed = within;
    if (figures != null && allowed == null) {
      throw new CommandFailedException(
          ExitCode.USAGE, "--metrics needs --within, which is what alerts compare the age with");
    }
    if (tenants.stream().anyMatch(String::isBlank)) {
      throw new CommandFailedException(ExitCode.USAGE, ClusterOptions.BLANK_TENANT);
    }
    Instant now = clock.instant();
    NewestBackup newest = NewestBackup.at(storage.existingPlace(directory), tenants, now);
    if (newest.found().isEmpty() && newest.passedOver().isEmpty()) {
      storage.requireNoBackup(directory);
    }
    CommandFailedException failure = failure(newest, now);
    if (failure == null) {
      NewestBackup.Found found = newest.found().orElseThrow();
      Duration age = age(found.moment(), now);
      // On one line and on standard output: a backup that is being made is no news for cron to
      // mail.
      options
          .output(console)
          .result(
              json(newest, found, age), () -> text(found, age) + notCounted(newest.passedOver()));
    }
    if (figures != null && allowed != null) {
      Instant moment = newest.found().map(NewestBackup.Found::moment).orElse(null);
      failure = written(new NewestMeters(directory, tenants, moment, allowed), figures, failure);
    }
    if (failure != null) {
      throw failure;
    }
    return ExitCode.DONE;
  }

  /** Returns why no backup is new enough; null if one is. */
  private @Nullable CommandFailedException failure(NewestBackup newest, Instant now) {
    NewestBackup.Found found = newest.found().orElse(null);
    if (found == null) {
      return noneNewEnough("no backup", newest.passedOver());
    }
    Duration age = age(found.moment(), now);
    return within == null || age.compareTo(within) <= 0
        ? null
        : noneNewEnough(
            "no backup within %s: the newest is %s"
                .formatted(DurationText.of(within), text(found, age)),
            newest.passedOver());
  }

  private CommandFailedException noneNewEnough(
      String what, List<NewestBackup.PassedOver> passedOver) {
    return new CommandFailedException(
        ExitCode.NOT_FOUND, directory + ": " + what + notCounted(passedOver));
  }

  /** Writes figures; returns the failure that is to be told after that. */
  private static @Nullable CommandFailedException written(
      NewestMeters figures, Path file, @Nullable CommandFailedException before) {
    try {
      figures.write(file);
      return before;
    } catch (IOException failed) {
      String why = "the file of --metrics cannot be written: " + Reasons.of(failed);
      return before == null
          ? Reasons.failed(why)
          : new CommandFailedException(before.exitCode(), before.getMessage() + "; " + why);
    }
  }

  private static Duration age(Instant moment, Instant now) {
    return moment.isAfter(now) ? Duration.ZERO : Duration.between(moment, now);
  }

  private static String notCounted(List<NewestBackup.PassedOver> all) {
    if (all.isEmpty()) {
      return "";
    }
    return "; not counted: "
        + all.stream()
            .limit(NAMED_MAX)
            .map(each -> "%s (%s)".formatted(each.name(), each.why()))
            .collect(Collectors.joining(", "))
        + (all.size() > NAMED_MAX ? " and %d more".formatted(all.size() - NAMED_MAX) : "");
  }

  private static String text(NewestBackup.Found found, Duration age) {
    BackupSummary backup = found.backup();
    return "%s, %s, %s, made %s ago, at %s%s"
        .formatted(
            backup.name(),
            BackupForms.kindWithoutMoment(backup),
            backup.tenants().size() == 1 ? "1 tenant" : backup.tenants().size() + " tenants",
            inWords(age),
            found.moment(),
            backup.potentiallyStale() ? ", in which acknowledged writes may be missing" : "");
  }

  /** Returns an age in hours up to three days, and else in the largest unit of which it has two. */
  private static String inWords(Duration age) {
    if (age.toDays() >= 3) {
      return age.toDays() + " days";
    }
    if (age.toHours() >= 2) {
      return age.toHours() + " hours";
    }
    return age.toMinutes() >= 2 ? age.toMinutes() + " minutes" : age.toSeconds() + " s";
  }

  private Map<String, Object> json(NewestBackup newest, NewestBackup.Found found, Duration age) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("name", found.backup().name());
    BackupForms.putKind(object, found.backup());
    object.put("time", found.moment().toString());
    object.put("age_seconds", age.toSeconds());
    object.put("potentially_stale", found.backup().potentiallyStale());
    object.put("tenants", found.backup().tenants());
    object.put("keys", found.backup().keys());
    object.put("bytes", found.backup().bytes());
    object.put(
        "not_counted",
        newest.passedOver().stream()
            .map(each -> Map.of("name", each.name(), "why", each.why()))
            .toList());
    return object;
  }
}
