package io.quorate.outside;

import io.quorate.client.Condition;
import io.quorate.client.GetResult;
import io.quorate.client.KeyValue;
import io.quorate.client.QuorateClient;
import io.quorate.client.ReadOptions;
import io.quorate.client.WriteOptions;
import io.quorate.jobs.JobListener;
import io.quorate.jobs.JobRun;
import io.quorate.jobs.JobScheduler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Objects;

/**
 * A process that runs jobs, until its input ends: {@code ENDPOINTS NAME CONCURRENCY TTL-MS LOOK-MS
 * LOG}. The payload of a job says for how many milliseconds it works. Each run adds one to the
 * number of its job, under its token, unless the key says that the run has done so; what an attempt
 * comes to is a line in the log.
 */
final class JobsProcess {
  static final String JOBS = "jobs-of-processes";
  static final String EFFECTS = "effects-of-jobs";

  private final KeyValue keys;
  private final Path log;

  private JobsProcess(QuorateClient client, Path log) {
    this.keys = client.keyValue();
    this.log = log;
  }

  public static void main(String[] args) throws Exception {
    try (QuorateClient client = QuorateClient.builder().endpoints(args[0]).build()) {
      JobsProcess process = new JobsProcess(client, Path.of(args[5]));
      JobScheduler scheduler =
          JobScheduler.builder(client)
              .tenant(JOBS)
              .name(args[1])
              .concurrency(Integer.parseInt(args[2]))
              .ttl(Duration.ofMillis(Long.parseLong(args[3])))
              .look(Duration.ofMillis(Long.parseLong(args[4])))
              .handler("count", process::run)
              .listener(process.listener())
              .start();
      int unused = System.in.read();
      scheduler.close();
    }
  }

  private void run(JobRun run) throws Exception {
    tell("began", run.id(), run.attempt());
    count(run);
    tell("ended", run.id(), run.attempt());
  }

  private void count(JobRun run) throws Exception {
    Thread.sleep(Long.parseLong(run.payload()));
    String key = "sum/" + run.job().name();
    GetResult before = keys.get(key, ReadOptions.DEFAULT.tenant(EFFECTS).fencedBy(run.token()));
    String[] said = before.found() ? before.text().split(" ", -1) : new String[] {"0", ""};
    if (said[1].equals(run.id())) {
      return; // by an attempt before
    }
    Condition unchanged =
        before.found()
            ? Condition.version(Objects.requireNonNull(before.version()))
            : Condition.absent();
    keys.put(
        key,
        (Long.parseLong(said[0]) + 1) + " " + run.id(),
        WriteOptions.DEFAULT.tenant(EFFECTS).onlyIf(unchanged).fencedBy(run.token()));
  }

  private JobListener listener() {
    return new JobListener() {
      @Override
      public void refused(JobRun run, String why) {
        tell("refused", run.id(), run.attempt());
      }

      @Override
      public void failed(JobRun run, Throwable why, boolean again) {
        tell("failed " + why.getClass().getSimpleName(), run.id(), run.attempt());
      }
    };
  }

  private synchronized void tell(String what, String run, int attempt) {
    String line = System.currentTimeMillis() + "\t" + what + "\t" + run + "\t" + attempt + "\n";
    try {
      Path unused =
          Files.writeString(log, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
