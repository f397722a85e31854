package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.admin.ClusterAdmin.Purging;
import io.quorate.metadata.ProposalRefused;
import io.quorate.metrics.Meters;
import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.HealthCount;
import io.quorate.placement.Level;
import io.quorate.raft.RaftFact;
import io.quorate.replication.fact.Fact;
import io.quorate.replication.hint.Hints;
import io.quorate.replication.repair.AntiEntropy;
import io.quorate.replication.repair.AntiEntropy.Age;
import io.quorate.replication.repair.Filler;
import io.quorate.runtime.real.SystemClock;
import io.quorate.storage.Storage;
import io.quorate.storage.StoreHealth;
import io.quorate.transport.fact.RequestKind;
import io.quorate.transport.fact.RequestResult;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Dashboards and alerts of a cluster that is upgraded go on to find what they ask for. */
class MeterNamesTest {
  private static final NodeId OTHER = new NodeId(7);
  private static final Key KEY = new Key(1, new byte[] {1});

  private final Meters meters = new Meters();
  private final RaftMeters raft = new RaftMeters(meters.registry());
  private final Vitals vitals = new Vitals(new SystemClock());

  MeterNamesTest() {
    vitals.addTo(meters, storage(), new DiskSpace(Path.of(".")));
  }

  @AfterEach
  void close() {
    meters.close();
  }

  @Test
  void metersOfThePastReleaseAreThere() throws IOException {
    String all = shown();
    assertThat(all.lines()).containsAll(released().lines().toList());
  }

  private String shown() {
    Set<String> atStart = names(meters.scrape());
    everythingHappens();
    Set<String> later = names(meters.scrape());
    assertThat(later).containsAll(atStart);
    return later.stream()
        .map(line -> line.startsWith("#") || atStart.contains(line) ? line : "later " + line)
        .collect(Collectors.joining("\n", "", "\n"));
  }

  /** The lines about Quorate's own meters, without their values. */
  private static Set<String> names(String scrape) {
    return scrape
        .lines()
        .filter(line -> line.contains("quorate_"))
        .map(line -> line.startsWith("#") ? line : line.substring(0, line.lastIndexOf(' ')))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String released() throws IOException {
    try (InputStream in = MeterNamesTest.class.getResourceAsStream("/released/0.1.0/meters.txt")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private void everythingHappens() {
    Stream.of(
            new Fact.Restamped(false),
            new Fact.Restamped(true),
            new Fact.StaleEpochRefused(),
            new Fact.BelowPromiseRefused(),
            new Fact.Dropped(1),
            new Fact.BarrierOverdue(OTHER, 1),
            new Fact.MarkedDown(OTHER, true),
            new Fact.ParkedForEpoch(),
            new Fact.VersionConflict(OTHER, 1),
            new Fact.StampRefused(OTHER, 1),
            new Fact.RepairedBeforeAnswering(1),
            new Fact.RepairedInBackground(1),
            new Fact.RepairedEveryone(1),
            new Fact.RepairedByChance(1),
            new Fact.LeftUnrepaired(),
            new Fact.Hedged(),
            new Fact.HedgeRefused(),
            new Fact.BreakerOpened(OTHER),
            new Fact.BreakerClosed(OTHER),
            new Fact.WriteSpared(OTHER),
            new Fact.ReplicationLag(OTHER, 1),
            new Fact.FellBehind(OTHER, 1),
            new Fact.CaughtUp(OTHER),
            new Fact.FailedFast(Level.QUORUM),
            new Fact.FailedFast(Level.ONE),
            new Fact.FailedFast(new Level.Count(2)),
            new Fact.Overloaded("in_flight"),
            new Fact.Throttled("fast", "operations"),
            new Fact.Throttled("fast", "bytes"),
            new Fact.ClockSkewed(1),
            new Fact.ClockCompared(1, true),
            new Fact.MessageDropped("queue_full"),
            new Fact.ReadFailed("wrong"),
            new Fact.PartitionDamaged(1, "wrong"),
            new Fact.DamageDropped(1),
            new Fact.DamageGone(1),
            new Fact.DamageKept(1),
            new Fact.Liveness(OTHER, true),
            new Fact.StoodStill(1),
            new Fact.PotentiallyStaleTenant("fast"),
            new Fact.Hinted(OTHER),
            new Fact.HintDelivered(OTHER),
            new Fact.HintDiscarded(OTHER),
            new Fact.HintsOverflowed(OTHER, 1),
            new Fact.HintsLost(1),
            new Fact.HintRejected(OTHER),
            new Fact.HintGivenUp(OTHER, 1),
            new Fact.DeadLettered(OTHER, 1, KEY, "why"),
            new Fact.DeadLetterReplayed(OTHER, KEY),
            new Fact.DeadLetterSettled(OTHER, KEY),
            new Fact.DeadLetterDropped(OTHER, KEY, true),
            new Fact.DeadLetterDropped(OTHER, KEY, false),
            new Fact.HintMoved(OTHER, 1),
            new Fact.RepairMoved(OTHER, 1),
            new Fact.RepairBegun(OTHER, 1),
            new Fact.RepairDone(OTHER, 1),
            new Fact.Compared(true, 1, 1, 1),
            new Fact.Compared(false, 1, 1, 1),
            new Fact.RepairAsked(1),
            new Fact.FillCopied(1, 1),
            new Fact.FillStuck(1),
            new Fact.Copied(1, 1, 1),
            new Fact.CopyComplete(1),
            new Fact.CopyStuck(1),
            new Fact.HandedOver(1, 1),
            new Fact.LeftoversDropped(1, 1),
            new Fact.PartitionCleared(1),
            new Fact.PartitionFilled(1))
        .forEach(meters.facts());
    for (Fact.Stage stage : Fact.Stage.values()) {
      meters.facts().accept(new Fact.Expired(stage));
    }
    for (Fact.Unclear what : Fact.Unclear.values()) {
      meters.facts().accept(new Fact.NotUnderstood(OTHER, 1, what));
    }
    for (Fact.PurgeStep step : Fact.PurgeStep.values()) {
      meters.facts().accept(new Fact.PurgeRound(step));
    }
    for (Fact.ChangeStep step : Fact.ChangeStep.values()) {
      meters.facts().accept(new Fact.ChangeStepped(step));
    }
    for (RaftFact.WhyNotBelieved why : RaftFact.WhyNotBelieved.values()) {
      raft.happened(new RaftFact.MessageRefused(OTHER, why, "wrong"));
    }
    raft.happened(new RaftFact.Campaigned(1, false));
    raft.happened(new RaftFact.BecameLeader(1));
    for (ProposalRefused.Why why : ProposalRefused.Why.values()) {
      raft.happened(new ProposalRefused(OTHER, why, "wrong"));
    }
    meters.storage().synced(1, 1, 1);
    meters.storage().read(true);
    meters.storage().writesFailed(1);
    meters.requests().forLane().served(RequestKind.PUT, Level.QUORUM, RequestResult.OK, 1);
    vitals.beat(
        Readiness.READY,
        null,
        0,
        0,
        Hints.Sum.NOTHING,
        AntiEntropy.Standing.NOTHING,
        new Filler.Progress(3, 16, 1_000, 5_000_000, 2_000_000),
        new Purging(70, 4, 2, 90_000, 3_700_000),
        HealthCount.NONE);
    vitals.count(
        List.of(new Age(2, OTHER, 1, true)),
        List.of(new Hints.Standing(OTHER, 12, 3_400, List.of(), 0, 0, false, 0, 0)));
  }

  private static Storage storage() {
    return (Storage)
        Proxy.newProxyInstance(
            Storage.class.getClassLoader(),
            new Class<?>[] {Storage.class},
            (proxy, method, arguments) ->
                method.getName().equals("health") ? (Object) StoreHealth.WRITABLE : (Object) 0L);
  }
}
