package io.quorate.cli.job;

import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.output.Console;
import io.quorate.client.QuorateClient;
import io.quorate.client.UnknownTenantException;
import io.quorate.jobs.JobStatus;
import io.quorate.jobs.Jobs;
import io.quorate.jobs.UnreadableJobException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "job",
    description = {
      "Lists and shows jobs, and has one run now. Programs run them, with the Java library"
          + " quorate-jobs.",
      "Jobs are keys of a tenant with model LINEARIZABLE, which is jobs unless --tenant names"
          + " another one."
    })
public final class JobCommand {
  private final Console console;

  public JobCommand(Console console) {
    this.console = console;
  }

  @Command(
      description = "Lists the jobs, by name: when each is due, how it ended last, who runs it.")
  int list(
      @Mixin ClusterOptions cluster,
      @Option(
              names = "--prefix",
              paramLabel = "TEXT",
              description = "Only jobs whose names begin so.")
          @Nullable String prefix) {
    return with(
        cluster,
        jobs -> {
          List<JobStatus> found = jobs.list(prefix == null ? "" : prefix);
          cluster.output(console).result(JobForms.json(found), () -> JobForms.text(found));
          return ExitCode.DONE;
        });
  }

  @Command(
      description = {
        "Shows what a job is, the run that is under way, and the last runs.",
        "Exit code 1 if there is no such job."
      })
  int show(
      @Mixin ClusterOptions cluster,
      @Parameters(paramLabel = "NAME", description = "The job.") String name) {
    return with(
        cluster,
        jobs -> {
          Optional<JobStatus> found = jobs.show(name);
          if (found.isEmpty()) {
            throw missing(name);
          }
          JobStatus job = found.get();
          cluster.output(console).result(JobForms.json(job), () -> JobForms.text(job));
          return ExitCode.DONE;
        });
  }

  @Command(
      description = {
        "Has a job run now, also if it is paused; its schedule stays as it is.",
        "Returns at once: a program that runs jobs begins the run when it looks for jobs the next"
            + " time, or when the run under way has ended. Exit code 1 if there is no such job."
      })
  int run(
      @Mixin ClusterOptions cluster,
      @Parameters(paramLabel = "NAME", description = "The job.") String name) {
    return with(
        cluster,
        jobs -> {
          if (!jobs.runNow(name)) {
            throw missing(name);
          }
          Map<String, Object> object = new LinkedHashMap<>();
          object.put("name", name);
          object.put("asked", true);
          cluster
              .output(console)
              .result(
                  object, () -> "asked for; quorate job show " + name + " tells what comes of it");
          return ExitCode.DONE;
        });
  }

  private static CommandFailedException missing(String name) {
    return new CommandFailedException(ExitCode.NOT_FOUND, "there is no job " + name);
  }

  private static int with(ClusterOptions cluster, Function<Jobs, Integer> what) {
    String tenant = Objects.requireNonNullElse(cluster.tenantIfNamed(), Jobs.DEFAULT_TENANT);
    try (QuorateClient client = cluster.connect()) {
      return what.apply(Jobs.of(client, tenant));
    } catch (UnknownTenantException missing) {
      throw new CommandFailedException(
          ExitCode.UNKNOWN_TENANT,
          "there is no tenant %1$s for jobs: create it with 'quorate tenant create %1$s --model linearizable', or name another by --tenant"
              .formatted(tenant));
    } catch (UnreadableJobException unreadable) {
      throw new CommandFailedException(ExitCode.FAILED, String.valueOf(unreadable.getMessage()));
    } catch (IllegalArgumentException malformed) {
      throw cluster.usage(String.valueOf(malformed.getMessage()));
    }
  }
}
