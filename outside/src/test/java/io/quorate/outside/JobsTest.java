package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.KeyValue;
import io.quorate.client.QuorateClient;
import io.quorate.client.Scan;
import io.quorate.client.ScanEntry;
import io.quorate.client.ScanOptions;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.Model;
import io.quorate.client.admin.TenantSettings;
import io.quorate.jobs.Job;
import io.quorate.jobs.JobStatus;
import io.quorate.jobs.Jobs;
import io.quorate.jobs.MissedRuns;
import io.quorate.jobs.PastRun;
import io.quorate.jobs.RunOutcome;
import io.quorate.jobs.Schedule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Processes that share jobs, of which some are killed, or paused, while they run one. */
class JobsTest {
  private static final Duration SETTLED_WITHIN = Duration.ofMinutes(3);

  /** A process that runs jobs. */
  private static final class Instance implements AutoCloseable {
    private final String name;
    private final Path log;
    private final Process process;

    Instance(Nodes nodes, String name, int concurrency, Duration ttl, Duration look) {
      this.name = name;
      this.log = nodes.directory().resolve("jobs-" + name + ".log");
      try {
        this.process =
            new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin/java").toString(),
                    "-Xmx128m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    JobsProcess.class.getName(),
                    nodes.endpoints(),
                    name,
                    Integer.toString(concurrency),
                    Long.toString(ttl.toMillis()),
                    Long.toString(look.toMillis()),
                    log.toString())
                .redirectOutput(nodes.directory().resolve("jobs-" + name + ".out").toFile())
                .redirectErrorStream(true)
                .start();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Ends it with no time to release or to store anything. */
    void kill() {
      process.destroyForcibly().onExit().join();
    }

    /** Leaves no process behind a test that fails, also none that is paused. */
    @Override
    public void close() {
      kill();
    }

    void signal(String signal) {
      try {
        int unused =
            new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                .start()
                .waitFor();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    /** Ends it as an application ends. */
    void end() {
      try {
        process.getOutputStream().close();
      } catch (IOException alreadyGone) {
        // It is to be.
      }
      process.onExit().join();
    }

    boolean isInALongRun() {
      Set<String> underWay = new HashSet<>();
      for (Line line : lines()) {
        if (line.what().equals("began") && line.run().startsWith("long-")) {
          underWay.add(line.run());
        } else {
          underWay.remove(line.run());
        }
      }
      return !underWay.isEmpty();
    }

    List<Line> lines() {
      try {
        return Files.exists(log)
            ? Files.readAllLines(log).stream().map(each -> Line.of(name, each)).toList()
            : List.of();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** What an instance wrote down. */
  private record Line(String instance, long millis, String what, String run, int attempt) {
    static Line of(String instance, String line) {
      String[] parts = line.split("\t", -1);
      return new Line(
          instance, Long.parseLong(parts[0]), parts[1], parts[2], Integer.parseInt(parts[3]));
    }
  }

  private static void createTenants(QuorateClient client) {
    for (String tenant : List.of(JobsProcess.JOBS, JobsProcess.EFFECTS)) {
      Administration.of(client)
          .cluster()
          .createTenant(tenant, TenantSettings.DEFAULT.model(Model.LINEARIZABLE));
    }
  }

  private static Job.Builder job(String name, Schedule schedule, int works) {
    return Job.named(name, "count", schedule)
        .payload(Integer.toString(works))
        .attempts(20)
        .history(100)
        .retryAfter(Duration.ofSeconds(1));
  }

  /** Each run of the history has had its effect, and none had another one. */
  private static int checkEffects(QuorateClient client, List<JobStatus> jobs) {
    KeyValue keys = client.keyValue();
    Map<String, String> sums = new HashMap<>();
    try (Scan scan = keys.scan("sum/", ScanOptions.DEFAULT.tenant(JobsProcess.EFFECTS))) {
      scan.forEachRemaining((ScanEntry each) -> sums.put(each.keyText(), each.valueText()));
    }
    int runs = 0;
    for (JobStatus job : jobs) {
      List<PastRun> done =
          job.history().stream().filter(each -> each.outcome() == RunOutcome.DONE).toList();
      assertThat(job.history()).as("%s", job.job()).hasSize(done.size()).hasSizeLessThan(100);
      Set<String> ids = new HashSet<>();
      done.forEach(each -> assertThat(ids.add(each.id())).as(each.id()).isTrue());
      if (!done.isEmpty()) {
        assertThat(sums.remove("sum/" + job.job().name()))
            .as("%s", job.job())
            .isEqualTo(done.size() + " " + done.getLast().id());
      }
      runs += done.size();
    }
    assertThat(sums).as("effects of runs that no history has").isEmpty();
    return runs;
  }

  @ExtendWith(SharedNodes.class)
  @Test
  void theRunOfAProcessThatWasKilledIsMadeByAnotherAndCountsOnce(Nodes nodes) {
    try (QuorateClient client = nodes.client()) {
      createTenants(client);
      Jobs jobs = Jobs.of(client, JobsProcess.JOBS);
      Duration ttl = Duration.ofSeconds(1);
      Duration look = Duration.ofMillis(200);
      for (int i = 0; i < 20; i++) {
        Schedule now = Schedule.at(Instant.now());
        assertThat(
                jobs.create(
                    job((i % 2 == 0 ? "long-" : "short-") + i, now, i % 2 == 0 ? 1_500 : 5)
                        .build()))
            .isTrue();
      }
      try (Instance first = new Instance(nodes, "first", 4, ttl, look)) {
        // The second would leave it none, were it there much earlier.
        Waiting.until(
            Duration.ofMinutes(1), first::isInALongRun, () -> "no long run was under way");
        try (Instance second = new Instance(nodes, "second", 4, ttl, look)) {
          killDuringALongRun(first);
          Waiting.until(
              Duration.ofSeconds(30),
              () -> jobs.list().stream().noneMatch(each -> each.history().isEmpty()),
              () -> "not all have run: " + jobs.list());
          second.end();
        }
      }
      List<JobStatus> all = jobs.list();
      assertThat(checkEffects(client, all)).isEqualTo(20);
      assertThat(all)
          .as("runs that were taken over")
          .anyMatch(each -> each.history().getFirst().attempts() > 1);
    }
  }

  private static void killDuringALongRun(Instance instance) {
    Waiting.until(
        Duration.ofSeconds(20),
        () -> instance.isInALongRun() && isKilledDuringALongRun(instance),
        () -> "no long run was under way");
  }

  /** Kills it while it is paused: a run that is under way then does not end meanwhile. */
  private static boolean isKilledDuringALongRun(Instance instance) {
    instance.signal("STOP");
    try {
      boolean inALongRun = instance.isInALongRun();
      if (inALongRun) {
        instance.kill();
      }
      return inALongRun;
    } finally {
      if (instance.process.isAlive()) {
        instance.signal("CONT");
      }
    }
  }

  /** Prints the figures. */
  @Tag("campaign")
  @Test
  void aThousandJobsOnThreeInstancesThatAreKilled() {
    Random random = new Random(11);
    Duration ttl = Duration.ofSeconds(10);
    Duration look = Duration.ofSeconds(3);
    Duration length = Duration.ofSeconds(Long.getLong("jobs.seconds", 240));
    try (Nodes nodes = Nodes.threeOnLoopback().start();
        QuorateClient client = nodes.client()) {
      createTenants(client);
      Jobs jobs = Jobs.of(client, JobsProcess.JOBS);
      Instant begin = Instant.now();
      List<Instance> all = new ArrayList<>();
      Map<String, Long> gone = new HashMap<>();
      Instance[] running = new Instance[3];
      for (int i = 0; i < running.length; i++) {
        running[i] = new Instance(nodes, "instance-" + i, 16, ttl, look);
        all.add(running[i]);
      }
      for (int i = 0; i < 1_000; i++) {
        assertThat(jobs.create(scheduled(i, begin, length, random).build())).isTrue();
      }
      System.out.printf("created after %s%n", Duration.between(begin, Instant.now()));
      int turn = 0;
      while (Duration.between(begin, Instant.now()).compareTo(length) < 0) {
        Waiting.pass(Duration.ofSeconds(12));
        int which = turn % running.length;
        Instance victim = running[which];
        if (turn % 5 == 3) { // not killed, but paused for longer than its locks hold
          victim.signal("STOP");
          gone.put(victim.name, System.currentTimeMillis());
          Waiting.pass(ttl.plusSeconds(6));
          victim.signal("CONT");
        } else {
          victim.kill();
          gone.put(victim.name, System.currentTimeMillis());
          Waiting.pass(Duration.ofSeconds(3));
          running[which] = new Instance(nodes, "instance-" + (3 + turn), 16, ttl, look);
          all.add(running[which]);
        }
        if (turn == 2) {
          nodes.node(1).kill();
        } else if (turn == 4) {
          nodes.node(1).start();
        }
        turn++;
      }
      if (!nodes.node(1).isAlive()) {
        nodes.node(1).start();
      }
      nodes.awaitReady();
      // No run begins any more by the schedule; what has begun is brought to its end.
      jobs.list().forEach(each -> assertThat(jobs.pause(each.job().name())).isTrue());
      Waiting.until(
          SETTLED_WITHIN,
          () -> jobs.list().stream().noneMatch(each -> each.running().isPresent()),
          () -> "runs that do not end");
      Arrays.stream(running).forEach(Instance::end);
      List<JobStatus> after = jobs.list();
      assertThat(after).hasSize(1_000);
      int runs = checkEffects(client, after);
      report(after, all, gone, runs, length);
    }
  }

  private static Job.Builder scheduled(int i, Instant begin, Duration length, Random random) {
    int works = i % 7 == 0 ? 3_000 : random.nextInt(50); // some are always under way
    return switch (i % 10) {
      case 0, 1, 2 -> job("cron-" + i, Schedule.cron("* * * * *"), works);
      case 3, 4, 5 ->
          job("every-" + i, Schedule.every(Duration.ofSeconds(31 + i % 60)), works)
              .missed(MissedRuns.each(5));
      case 6, 7 -> job("after-" + i, Schedule.after(Duration.ofSeconds(30 + i % 30)), works);
      default ->
          job(
              "once-" + i,
              Schedule.at(begin.plusMillis(20_000 + random.nextLong(length.toMillis() - 60_000))),
              works);
    };
  }

  private static void report(
      List<JobStatus> jobs,
      List<Instance> instances,
      Map<String, Long> gone,
      int runs,
      Duration length) {
    for (String kind : List.of("cron-", "every-", "after-", "once-", "")) {
      long[] late =
          jobs.stream()
              .filter(each -> each.job().name().startsWith(kind))
              .flatMap(each -> each.history().stream())
              .mapToLong(
                  each -> Duration.between(each.scheduled(), each.began().orElseThrow()).toMillis())
              .sorted()
              .toArray();
      System.out.printf(
          "due to begun, %s%d runs: median %d ms, p99 %d ms, max %d ms%n",
          kind.isEmpty() ? "all, " : kind + " ",
          late.length,
          late[late.length / 2],
          late[late.length * 99 / 100],
          late[late.length - 1]);
    }
    Map<String, Line> begun = new HashMap<>();
    List<Line> lines = new ArrayList<>();
    instances.forEach(each -> lines.addAll(each.lines()));
    lines.sort((one, other) -> Long.compare(one.millis(), other.millis()));
    List<Long> takeovers = new ArrayList<>();
    for (Line line : lines) {
      if (line.what().equals("began")) {
        Line before = begun.put(line.run(), line);
        Long goneAt = before == null ? null : gone.get(before.instance());
        if (goneAt != null && before.attempt() < line.attempt() && goneAt >= before.millis()) {
          takeovers.add(line.millis() - goneAt);
        }
      }
    }
    takeovers.sort(null);
    System.out.printf(
        "%d runs in %s; %d attempts; refused %d; failed %d; instances killed or paused %d%n",
        runs,
        length,
        lines.stream().filter(each -> each.what().equals("began")).count(),
        lines.stream().filter(each -> each.what().equals("refused")).count(),
        lines.stream().filter(each -> each.what().startsWith("failed")).count(),
        gone.size());
    System.out.printf("takeovers %d", takeovers.size());
    if (!takeovers.isEmpty()) {
      System.out.printf(
          ", from the kill to the next attempt: least %d ms, median %d ms, most %d ms",
          takeovers.getFirst(), takeovers.get(takeovers.size() / 2), takeovers.getLast());
    }
    System.out.println();
    assertThat(takeovers).isNotEmpty();
  }
}
