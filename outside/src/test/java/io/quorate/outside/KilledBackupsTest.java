package io.quorate.outside;

import static io.quorate.outside.Backups.contents;
import static io.quorate.outside.Backups.done;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.Codec;
import io.quorate.client.Entry;
import io.quorate.client.QuorateClient;
import io.quorate.client.ReadOptions;
import io.quorate.client.WriteOptions;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.BackupCut;
import io.quorate.client.admin.Model;
import io.quorate.client.admin.Tenant;
import io.quorate.client.admin.TenantSettings;
import io.quorate.outside.BackupSteps.Step;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The command that makes a backup, or a node, is killed at each step of it; so is the command that
 * restores one. Afterwards a backup is whole or is none; run again, each command comes to its end,
 * and what is restored is right. Which step was hit is looked at when the kill has come, and
 * printed.
 */
class KilledBackupsTest {
  private static final int KEYS = 3_000;
  private static final String TENANT = "orders";
  private static final Duration LONGEST = Duration.ofMinutes(2);
  private static final int RESTORES = 12;

  /** Into which it is restored though it is there. */
  private static final String REFILLED = "refilled";

  private static final int EXPIRED = 20_000;

  /** A part of the keys, so that a restore is not over when its kill comes. */
  private static final int STORED_MAX = KEYS * 3 / 4;

  @RegisterExtension final Backups backups = new Backups();

  private final SortedMap<String, Integer> hits = new TreeMap<>();
  private int number;

  /** Of which moment a backup is. */
  @SuppressWarnings("ImmutableEnumChecker") // the lists are immutable
  private enum Kind {
    FUZZY(List.of(Step.BEFORE_THE_CUT, Step.PAGES_READ, Step.BEFORE_THE_MANIFEST)),
    EXACT(steps()),
    PAST(steps());

    private final List<Step> steps;

    Kind(List<Step> steps) {
      this.steps = steps;
    }

    private static List<Step> steps() {
      return List.of(
          Step.BEFORE_THE_CUT,
          Step.CUT_BEING_MADE,
          Step.SEALED,
          Step.PAGES_READ,
          Step.BEFORE_THE_MANIFEST);
    }
  }

  private enum Victim {
    COMMAND,
    NODE
  }

  /** Three nodes, a tenant of two generations, and the moment between the two. */
  private record World(
      Nodes nodes,
      QuorateClient client,
      CommandLine operator,
      Instant between,
      SortedMap<String, String> before,
      SortedMap<String, String> now) {
    SortedMap<String, String> of(Kind kind) {
      return kind == Kind.PAST ? before : now;
    }

    String[] options(Kind kind) {
      return switch (kind) {
        case FUZZY -> new String[] {"--tenant", TENANT};
        case EXACT -> new String[] {"--tenant", TENANT, "--exact"};
        case PAST -> new String[] {"--tenant", TENANT, "--as-of", between.toString()};
      };
    }
  }

  private static World world(Nodes nodes, QuorateClient client) {
    CommandLine operator = nodes.commandLine();
    done(operator.quorate("tenant", "create", TENANT, "--history", "1h"));
    write(client, "first", 1);
    SortedMap<String, String> before = contents(client, TENANT);
    Instant between = Instant.now();
    Waiting.pass(Duration.ofMillis(20));
    write(client, "second", 3);
    return new World(nodes, client, operator, between, before, contents(client, TENANT));
  }

  private static void write(QuorateClient client, String what, int step) {
    client
        .keyValue()
        .putAll(
            IntStream.range(0, KEYS)
                .filter(i -> i % step == 0)
                .mapToObj(i -> Entry.of("order:" + i, what + " of %d ".formatted(i).repeat(15)))
                .toList(),
            WriteOptions.DEFAULT.tenant(TENANT))
        .forEach(outcome -> outcome.get());
  }

  @Test
  @Tag("campaign")
  void aBackupIsWholeOrNoneWhereverItIsKilled() {
    try (Nodes nodes = Nodes.threeOnLoopback().set("QUORATE_CLUSTER_PARTITIONS", "64").start();
        QuorateClient client = nodes.patientClient()) {
      World world = world(nodes, client);
      for (Victim victim : Victim.values()) {
        for (Kind kind : Kind.values()) {
          for (Step step : kind.steps) {
            kill(world, kind, step, victim);
          }
        }
      }
      System.out.println("hit: " + hits);
    }
  }

  /** One of these, which every change waits for. */
  @Test
  void anExactBackupIsNoneWhenItIsKilledEarlyAndComesToItsEndWhenItIsRunAgain() {
    try (Nodes nodes = Nodes.threeOnLoopback().set("QUORATE_CLUSTER_PARTITIONS", "64").start();
        QuorateClient client = nodes.patientClient()) {
      World world = world(nodes, client);
      kill(world, Kind.EXACT, Step.CUT_BEING_MADE, Victim.COMMAND);
    }
  }

  private void kill(World world, Kind kind, Step step, Victim victim) {
    String name = "backup-" + ++number;
    BackupSteps steps = new BackupSteps(world.client(), backups.of(name));
    String[] options = world.options(kind);
    String[] slowly = with(options, "--parallel", "1", "--max-rate", "300KiB", "--no-progress");
    try (CommandLine.Running command = world.operator().begin(backups.creating(name, slowly))) {
      steps.await(step, command);
      if (step == Step.BEFORE_THE_CUT) {
        Waiting.pass(Duration.ofMillis(ThreadLocalRandom.current().nextInt(600)));
      }
      Step hit = victim == Victim.COMMAND ? killed(command, steps) : killed(world, command, steps);
      String left = wholeOrNone(world, name);
      hits.merge("%s, %s of %s: %s".formatted(victim, hit, kind, left), 1, Integer::sum);
    }
    if (!Files.exists(backups.of(name).resolve("manifest.json"))) {
      done(backups.create(world.operator(), name, options)); // at once, wherever it was killed
    }
    done(backups.verify(world.operator(), name));
    String restored = "restored-" + number;
    done(backups.restore(world.operator(), name, "--tenant=" + TENANT + "=" + restored));
    assertThat(contents(world.client(), restored))
        .as("%s of %s at %s", victim, kind, step)
        .isEqualTo(world.of(kind));
    done(world.operator().quorate("tenant", "drop", restored, "--yes"));
  }

  /** What is written since is later than its cut, and in no backup that goes on with it. */
  @Test
  void anExactBackupThatIsKilledWhileItIsReadGoesOnAsOfTheSameMoment() {
    try (Nodes nodes = Nodes.threeOnLoopback().set("QUORATE_CLUSTER_PARTITIONS", "64").start();
        QuorateClient client = nodes.patientClient()) {
      World world = world(nodes, client);
      String[] options = world.options(Kind.EXACT);
      String[] slowly = with(options, "--parallel", "1", "--max-rate", "300KiB", "--no-progress");
      BackupSteps steps = new BackupSteps(client, backups.of("killed"));
      try (CommandLine.Running command =
          world.operator().begin(backups.creating("killed", slowly))) {
        steps.await(Step.PAGES_READ, command);
        assertThat(killed(command, steps)).isEqualTo(Step.PAGES_READ);
      }
      write(client, "third", 2);
      CommandLine.Result other = backups.create(world.operator(), "other", options);
      assertThat(other.code()).as(other.toString()).isNotZero();
      assertThat(other.errText())
          .contains("quorate backup end-cut", "was heard ", " s ago")
          .contains("It was made for " + backups.of("killed"));
      CommandLine.Result again = done(backups.create(world.operator(), "killed", options));
      assertThat(again.toString()).contains("going on with cut ", "going on with an earlier run");
      done(backups.verify(world.operator(), "killed"));
      done(backups.restore(world.operator(), "killed", "--tenant=" + TENANT + "=before"));
      assertThat(contents(client, "before"))
          .isEqualTo(world.now())
          .isNotEqualTo(contents(client, TENANT));
      done(backups.create(world.operator(), "other", options));
    }
  }

  private static final int SOME_KEYS = 60;

  /**
   * Of the last tenant that is read nothing has been, when the command is killed; of the first, a
   * part.
   */
  private static final List<Model> OTHERS =
      List.of(Model.COUNTERS, Model.LINEARIZABLE, Model.SETS, Model.SIBLINGS);

  private static String tenant(Model model) {
    return model.name().toLowerCase(Locale.ROOT);
  }

  /** One more change of each key of tenants of other models. */
  private static void change(QuorateClient client, int number) {
    for (int i = 0; i < SOME_KEYS; i++) {
      String key = "key:" + i;
      String value = "value " + number;
      for (Model model : OTHERS) {
        Object unused =
            switch (model) {
              case COUNTERS -> client.counters(tenant(model)).increment(key, number);
              case LINEARIZABLE ->
                  client.keyValue().put(key, value, WriteOptions.DEFAULT.tenant(tenant(model)));
              case SETS -> client.sets(tenant(model)).add(key, value);
              default -> client.siblings(tenant(model), Codec.utf8(), Codec.utf8()).put(key, value);
            };
      }
    }
  }

  /** What each key of tenants of other models has. */
  private static Map<String, Object> changes(QuorateClient client, String prefix) {
    Map<String, Object> found = new TreeMap<>();
    for (Model model : OTHERS) {
      String tenant = prefix + tenant(model);
      for (int i = 0; i < SOME_KEYS; i++) {
        String key = "key:" + i;
        found.put(
            model + " " + key,
            switch (model) {
              case COUNTERS -> client.counters(tenant).get(key).value();
              case LINEARIZABLE ->
                  client.keyValue().get(key, ReadOptions.DEFAULT.tenant(tenant)).text();
              case SETS -> client.sets(tenant).get(key).texts();
              default ->
                  List.copyOf(
                      client.siblings(tenant, Codec.utf8(), Codec.utf8()).get(key).values());
            });
      }
    }
    return found;
  }

  /**
   * Images of tenants of other models are of the cut, too. What a run had read when it was killed
   * is read again here, as it is too little for a file of its own.
   */
  @Test
  void anExactBackupOfOtherModelsThatIsKilledWhileItIsReadGoesOnWithTheSameCut() {
    try (Nodes nodes = Nodes.threeOnLoopback().set("QUORATE_CLUSTER_PARTITIONS", "64").start();
        QuorateClient client = nodes.patientClient()) {
      World world = world(nodes, client);
      for (Model model : OTHERS) {
        var unused =
            Administration.of(client)
                .cluster()
                .createTenant(tenant(model), TenantSettings.DEFAULT.model(model));
      }
      change(client, 1);
      Map<String, Object> then = changes(client, "");
      String[] options = {"--exact"};
      String[] slowly = with(options, "--parallel", "1", "--max-rate", "10KiB", "--no-progress");
      BackupSteps steps = new BackupSteps(client, backups.of("killed"));
      try (CommandLine.Running command =
          world.operator().begin(backups.creating("killed", slowly))) {
        steps.await(Step.PAGES_READ, command);
        assertThat(killed(command, steps)).isEqualTo(Step.PAGES_READ);
      }
      change(client, 2);
      CommandLine.Result again = done(backups.create(world.operator(), "killed", options));
      assertThat(again.toString())
          .contains("going on with cut ", "going on with an earlier run", "key by key");
      done(backups.verify(world.operator(), "killed"));
      String[] copies =
          Stream.concat(Stream.of(TENANT), OTHERS.stream().map(KilledBackupsTest::tenant))
              .map(name -> "--tenant=%s=copy-%s".formatted(name, name))
              .toArray(String[]::new);
      done(backups.restore(world.operator(), "killed", copies));
      assertThat(changes(client, "copy-")).isEqualTo(then).isNotEqualTo(changes(client, ""));
      assertThat(contents(client, "copy-" + TENANT)).isEqualTo(world.now());
    }
  }

  /** It is not run again in time. */
  @Test
  @Tag("campaign")
  void theCutOfAnExactBackupThatIsKilledEndsByItself() {
    try (Nodes nodes = Nodes.threeOnLoopback().set("QUORATE_CLUSTER_PARTITIONS", "64").start();
        QuorateClient client = nodes.patientClient()) {
      World world = world(nodes, client);
      String[] options = world.options(Kind.EXACT);
      String[] slowly = with(options, "--parallel", "1", "--max-rate", "300KiB", "--no-progress");
      BackupSteps steps = new BackupSteps(client, backups.of("killed"));
      try (CommandLine.Running command =
          world.operator().begin(backups.creating("killed", slowly))) {
        steps.await(Step.PAGES_READ, command);
        assertThat(killed(command, steps)).isEqualTo(Step.PAGES_READ);
      }
      long killed = System.nanoTime();
      var cuts = Administration.of(client).backups();
      Waiting.until(
          LONGEST,
          () -> cuts.cut(0).step() == BackupCut.Step.ENDED,
          () -> "its cut has not ended: " + cuts.cut(0));
      assertThat(Duration.ofNanos(System.nanoTime() - killed))
          .isGreaterThan(Duration.ofSeconds(60));
      write(client, "third", 2);
      CommandLine.Result again = done(backups.create(world.operator(), "killed", options));
      assertThat(again.toString()).contains("what an earlier run has left is not used");
      done(backups.restore(world.operator(), "killed", "--tenant=" + TENANT + "=after"));
      assertThat(contents(client, "after")).isEqualTo(contents(client, TENANT));
    }
  }

  private static String[] with(String[] options, String... more) {
    return Stream.concat(Arrays.stream(options), Arrays.stream(more)).toArray(String[]::new);
  }

  private static Step killed(CommandLine.Running command, BackupSteps steps) {
    command.kill();
    var unused = command.await(LONGEST);
    return steps.now();
  }

  /** The command goes on, or says that it can be run again. */
  private static Step killed(World world, CommandLine.Running command, BackupSteps steps) {
    Node node = world.nodes().node(ThreadLocalRandom.current().nextInt(world.nodes().all().size()));
    Step hit = steps.now();
    node.process().destroyForcibly();
    node.kill();
    CommandLine.Result ended = command.await(LONGEST);
    node.start();
    world.nodes().awaitReady();
    if (ended.code() != 0) {
      assertThat(ended.errText()).contains("again");
    }
    return hit;
  }

  /** Requires that a backup is whole, or one that is never restored from; returns which it is. */
  private String wholeOrNone(World world, String name) {
    if (Files.exists(backups.of(name).resolve("manifest.json"))) {
      done(backups.verify(world.operator(), name));
      assertThat(backups.list(world.operator())).contains(name);
      return "whole";
    }
    CommandLine.Result restore =
        backups.restore(world.operator(), name, "--tenant=" + TENANT + "=never");
    assertThat(restore.code()).as(restore.toString()).isNotZero();
    if (Files.exists(backups.of(name).resolve("progress.json"))) {
      assertThat(backups.list(world.operator())).containsPattern(name + ".*unfinished");
    }
    return "none";
  }

  @Test
  @Tag("campaign")
  void aRestoreThatWasKilledComesToItsEndWhenItIsRunAgain() {
    try (Nodes nodes = Nodes.threeOnLoopback().set("QUORATE_CLUSTER_PARTITIONS", "64").start();
        QuorateClient client = nodes.patientClient()) {
      World world = world(nodes, client);
      done(backups.create(world.operator(), "backup", "--tenant", TENANT));
      for (Victim victim : Victim.values()) {
        for (int i = 0; i < RESTORES; i++) {
          restore(world, victim, ThreadLocalRandom.current().nextInt(1, STORED_MAX));
        }
      }
      System.out.println("hit: " + hits);
    }
  }

  /** One of these, which every change waits for. */
  @Test
  void aRestoreThatIsKilledWhileItStoresComesToItsEndWhenItIsRunAgain() {
    try (Nodes nodes = Nodes.threeOnLoopback().set("QUORATE_CLUSTER_PARTITIONS", "64").start();
        QuorateClient client = nodes.patientClient()) {
      World world = world(nodes, client);
      done(backups.create(world.operator(), "backup", "--tenant", TENANT));
      restore(world, Victim.COMMAND, STORED_MAX / 2);
    }
  }

  /** Keys that nodes have stored for restores, since they were started. */
  private static double stored(World world) {
    return world.nodes().all().stream()
        .mapToDouble(node -> node.meter("quorate_backup_records_total", "step=\"stored\""))
        .sum();
  }

  /**
   * @param keys how many are stored when the kill comes
   */
  private void restore(World world, Victim victim, int keys) {
    double before = stored(world);
    String restored = "restored-" + ++number;
    String tenant = "--tenant=" + TENANT + "=" + restored;
    Node node = world.nodes().node(ThreadLocalRandom.current().nextInt(world.nodes().all().size()));
    try (CommandLine.Running command =
        world
            .operator()
            .begin(backups.restoring("backup", tenant, "--max-rate", "100KiB", "--no-progress"))) {
      while (command.isAlive() && stored(world) - before < keys) {
        Waiting.pass(Duration.ofMillis(2));
      }
      if (victim == Victim.COMMAND) {
        command.kill();
        var unused = command.await(LONGEST);
      }
      assertThat(state(world, restored))
          .as("%s, when %d keys were stored", victim, keys)
          .isEqualTo("while it is stored");
      hits.merge("%s, with %d%% stored".formatted(victim, 100 * keys / KEYS), 1, Integer::sum);
      if (victim == Victim.NODE) {
        node.kill();
        CommandLine.Result ended = command.await(LONGEST);
        node.start();
        world.nodes().awaitReady();
        if (ended.code() != 0) {
          assertThat(ended.errText()).contains("again");
        }
      }
    }
    if (!state(world, restored).equals("restored")) {
      CommandLine.Result closed = world.operator().quorate("get", "--tenant", restored, "order:1");
      assertThat(closed.code()).as(closed.toString()).isNotZero();
      done(backups.restore(world.operator(), "backup", tenant));
    }
    assertThat(contents(world.client(), restored)).isEqualTo(world.now());
    done(world.operator().quorate("tenant", "drop", restored, "--yes"));
  }

  /** It may be killed between the closing of a tenant and its taking, with the node or without. */
  @Test
  @Tag("campaign")
  void aRestoreIntoATenantThatIsThereGoesOnOrIsGivenUpWhereverItIsKilled() {
    try (Nodes nodes = Nodes.threeOnLoopback().set("QUORATE_CLUSTER_PARTITIONS", "64").start();
        QuorateClient client = nodes.patientClient()) {
      World world = world(nodes, client);
      done(backups.create(world.operator(), "backup", "--tenant", TENANT));
      done(world.operator().quorate("tenant", "create", REFILLED));
      for (Victim victim : Victim.values()) {
        for (int i = 0; i < RESTORES / 6; i++) {
          restoreIntoEmpty(world, victim, true);
          restoreIntoEmpty(world, victim, false);
        }
        long begun = System.nanoTime();
        boolean goesOn = true;
        while (!wasHitBetween(victim) && System.nanoTime() - begun < LONGEST.toNanos()) {
          restoreIntoEmpty(world, victim, goesOn);
          goesOn = !goesOn;
        }
      }
      System.out.println("hit: " + hits);
      for (Victim victim : Victim.values()) {
        assertThat(wasHitBetween(victim))
            .as("%s killed between the closing and the taking: %s", victim, hits)
            .isTrue();
      }
    }
  }

  /** Returns whether a kill of this victim came before the tenant was taken, which is by chance. */
  private boolean wasHitBetween(Victim victim) {
    return hits.keySet().stream()
        .anyMatch(hit -> hit.startsWith(victim + " while it was looked at"));
  }

  /**
   * @param goesOn whether the restore is run again; else it is given up
   */
  private void restoreIntoEmpty(World world, Victim victim, boolean goesOn) {
    haveExpired(world);
    int before = refilled(world).id();
    String tenant = "--tenant=" + TENANT + "=" + REFILLED;
    Node node = world.nodes().node(ThreadLocalRandom.current().nextInt(world.nodes().all().size()));
    boolean lookedAt;
    boolean ended = false;
    try (CommandLine.Running command =
        world
            .operator()
            .begin(backups.restoring("backup", tenant, "--max-rate", "100KiB", "--no-progress"))) {
      Tenant now = refilled(world);
      while (command.isAlive() && !now.isBeingRestored()) {
        now = refilled(world);
      }
      assertThat(now.isBeingRestored()).as("%s: it was not seen closed", victim).isTrue();
      lookedAt = now.id() == before;
      if (victim == Victim.NODE) {
        node.kill();
      }
      if (victim == Victim.COMMAND || !goesOn) {
        command.kill();
      }
      ended = command.await(LONGEST).code() == 0;
      if (victim == Victim.NODE) {
        node.start();
        world.nodes().awaitReady();
      }
    }
    Tenant left = refilled(world);
    hits.merge(
        "%s %s, left %s, %s"
            .formatted(
                victim,
                lookedAt ? "while it was looked at" : "while it was restored into",
                !left.isBeingRestored() ? "open" : left.id() == before ? "closed" : "taken",
                goesOn ? "goes on" : "given up"),
        1,
        Integer::sum);
    if (goesOn) {
      if (!ended) {
        done(backups.restore(world.operator(), "backup", tenant));
      }
      assertThat(contents(world.client(), REFILLED)).isEqualTo(world.now());
    } else {
      CommandLine.Result givenUp =
          world.operator().quorate("backup", "give-up-restore", REFILLED, "--yes");
      if (givenUp.code() != 0) {
        assertThat(givenUp.errText()).contains("is not being restored");
      }
      assertThat(contents(world.client(), REFILLED)).isEmpty();
    }
    WriteOptions there = WriteOptions.DEFAULT.tenant(REFILLED);
    var unused = world.client().keyValue().put("after", "it takes writes", there);
    assertThat(contents(world.client(), REFILLED)).containsEntry("after", "it takes writes");
    done(world.operator().quorate("tenant", "truncate", REFILLED, "--yes"));
  }

  /** Expired records, which take some time to look through. */
  private static void haveExpired(World world) {
    world
        .client()
        .keyValue()
        .putAll(
            IntStream.range(0, EXPIRED).mapToObj(i -> Entry.of("gone:" + i, "soon")).toList(),
            WriteOptions.DEFAULT.tenant(REFILLED).ttl(Duration.ofSeconds(1)))
        .forEach(outcome -> outcome.get());
    Waiting.until(
        LONGEST,
        () -> contents(world.client(), REFILLED).isEmpty(),
        () -> "what expires is there for long");
  }

  private static Tenant refilled(World world) {
    return Administration.of(world.client()).cluster().tenants().stream()
        .filter(each -> each.name().equals(REFILLED))
        .findAny()
        .orElseThrow();
  }

  private static String state(World world, String tenant) {
    Map<String, Boolean> beingRestored = new TreeMap<>();
    for (Tenant each : Administration.of(world.client()).cluster().tenants()) {
      beingRestored.put(each.name(), each.isBeingRestored());
    }
    Boolean now = beingRestored.get(tenant);
    return now == null ? "before the tenant was there" : now ? "while it is stored" : "restored";
  }
}
