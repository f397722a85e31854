package io.quorate.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quorate.model.NodeId;
import io.quorate.replication.fact.Fact;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Facts of the data plane as counters, each under a name of its own. */
public final class FactMeters implements Consumer<Fact> {
  private static final List<String> HINT_EVENTS =
      List.of(
          "written",
          "delivered",
          "discarded",
          "overflowed",
          "given_up",
          "lost",
          "repaired",
          "rejected",
          "dead",
          "settled",
          "replayed",
          "dropped",
          "forgotten",
          "moved",
          "repair_moved");

  private static final int THROTTLED_MAX = 200;

  private final MeterRegistry registry;

  private final Counter restamps;
  private final Counter restampsAfterRead;
  private final Counter staleEpochs;
  private final Counter parked;
  private final Counter repairsBeforeAnswer;
  private final Counter repairsInBackground;
  private final Counter repairsByEveryoneReads;
  private final Counter repairsByChance;
  private final Counter readsOfEveryone;
  private final Counter readsByChance;
  private final Counter readsUnrepaired;
  private final Counter hedges;
  private final Counter belowPromise;
  private final Counter purgedRecords;
  private final Counter purgedBytes;
  private final Counter hedgesRefused;
  private final Counter breakersOpened;
  private final Counter breakersClosed;
  private final Counter expired;
  private final Counter failedReads;
  private final Counter versionConflicts;
  private final Counter stampsRefused;
  private final Counter clockSkewed;
  private final Counter notUnderstoodHere;
  private final Counter notUnderstoodThere;
  private final Counter stoodStill;
  private final AtomicLong clockSkewMillis = new AtomicLong();
  private final AtomicLong clockOff = new AtomicLong();
  private final Counter comparisons;
  private final Counter comparisonsFailed;
  private final Counter comparedDifferences;
  private final Counter comparedRecords;
  private final Counter comparedBytes;
  private final Map<String, Counter> throttled = new ConcurrentHashMap<>();
  private final Counter filledRecords;
  private final Counter filledBytes;
  private final Counter fillsStuck;
  private final Counter copiedRecords;
  private final Counter copiedBytes;
  private final Counter copiesSkipped;
  private final Counter copiesStuck;
  private final Counter partitionsCopied;
  private final Counter partitionsHandedOver;
  private final Counter partitionsCleared;
  private final Counter leftoversDropped;
  private final Counter partitionsFilled;
  private final Counter damagedFound;
  private final Counter damagedDropped;
  private final Counter damagedGone;
  private final Counter damagedKept;
  private final Map<String, Counter> dropped = new ConcurrentHashMap<>();
  private final Map<String, Counter> overloaded = new ConcurrentHashMap<>();
  private final Map<String, Counter> failedFast = new ConcurrentHashMap<>();
  private final Map<String, Counter> hints = new ConcurrentHashMap<>();
  private final Map<String, Counter> spared = new ConcurrentHashMap<>();
  private final Map<NodeId, AtomicLong> lagMillis = new ConcurrentHashMap<>();
  private final Map<NodeId, AtomicLong> open = new ConcurrentHashMap<>();
  private final Map<String, Counter> purgeRounds = new ConcurrentHashMap<>();
  private final Map<String, Counter> changeSteps = new ConcurrentHashMap<>();
  private final Counter barriersOverdue;
  private final Map<NodeId, AtomicLong> live = new ConcurrentHashMap<>();
  private final Map<String, AtomicLong> staleTenants = new ConcurrentHashMap<>();

  FactMeters(MeterRegistry registry) {
    this.registry = registry;
    String restampHelp = "Writes stamped again above a higher version that a replica held";
    restamps = counter("quorate.restamps", restampHelp, "after_read", "false");
    restampsAfterRead = counter("quorate.restamps", restampHelp, "after_read", "true");
    staleEpochs =
        counter("quorate.stale.epoch", "Requests that replicas refused for their lower epoch");
    parked =
        counter("quorate.parked", "Requests that replicas held until they knew their higher epoch");
    String repairHelp = "Replicas found behind by a read and sent the newest record";
    repairsBeforeAnswer = counter("quorate.repairs", repairHelp, "when", "before_answer");
    repairsInBackground = counter("quorate.repairs", repairHelp, "when", "background");
    repairsByEveryoneReads = counter("quorate.repairs", repairHelp, "when", "asked_for");
    repairsByChance = counter("quorate.repairs", repairHelp, "when", "by_chance");
    String everyoneHelp = "Reads that asked every live replica";
    readsOfEveryone = counter("quorate.reads.of.everyone", everyoneHelp, "why", "asked_for");
    readsByChance = counter("quorate.reads.of.everyone", everyoneHelp, "why", "by_chance");
    readsUnrepaired =
        counter(
            "quorate.reads.unrepaired",
            "Reads without repair that returned what a later read may miss");
    hedges = counter("quorate.hedges", "Reads that asked one more replica since others were slow");
    belowPromise =
        counter(
            "quorate.purge.refused",
            "Stamps refused since they lay below what is being purged; they are stamped again");
    purgedRecords =
        counter("quorate.purge.records", "Deleted or expired records taken off this node's disk");
    purgedBytes = counter("quorate.purge.bytes", "Bytes of these records and their keys");
    hedgesRefused =
        counter(
            "quorate.hedges.refused", "Slow reads that asked no more replicas for lack of budget");
    String unclearHelp =
        "Messages between nodes that the one of an older version did not understand";
    notUnderstoodHere = counter("quorate.not.understood", unclearHelp, "where", "here");
    notUnderstoodThere = counter("quorate.not.understood", unclearHelp, "where", "there");
    String breakerHelp = "Times that a replica did not cope and was left alone, or coped again";
    breakersOpened = counter("quorate.breaker.events", breakerHelp, "event", "opened");
    breakersClosed = counter("quorate.breaker.events", breakerHelp, "event", "closed");
    expired = counter("quorate.expired", "Requests dropped since their deadline had passed");
    failedReads =
        counter(
            "quorate.storage.failed.reads",
            "Requests refused since the disk did not give back a record that it should hold");
    // From the start, so that the first event is seen to be one more than none.
    HINT_EVENTS.forEach(this::hintCounter);
    Arrays.stream(Fact.PurgeStep.values()).forEach(this::purgeRound);
    Arrays.stream(Fact.ChangeStep.values()).forEach(this::changeStep);
    barriersOverdue =
        counter(
            "quorate.change.overdue",
            "Times that a step of a partition on the move waited long for a node that is up");
    String comparedHelp = "Comparisons of a partition with another replica";
    comparisons = counter("quorate.comparisons", comparedHelp, "complete", "true");
    comparisonsFailed = counter("quorate.comparisons", comparedHelp, "complete", "false");
    comparedRecords =
        counter("quorate.comparison.records", "Records brought since replicas differed");
    comparedDifferences =
        counter("quorate.comparison.differences", "Keys of which replicas held different records");
    comparedBytes = counter("quorate.comparison.bytes", "Bytes of these records");
    filledRecords =
        counter("quorate.filled.records", "Records copied from others since a replica was lost");
    filledBytes = counter("quorate.filled.bytes", "Bytes of these records");
    partitionsFilled =
        counter("quorate.filled.partitions", "Partitions of this node that were filled");
    copiedRecords =
        counter("quorate.copied.records", "Records copied to this node as partitions moved to it");
    copiedBytes = counter("quorate.copied.bytes", "Bytes of these records");
    copiesSkipped =
        counter(
            "quorate.copied.skipped", "Of these records, those of which newer ones were held here");
    copiesStuck =
        counter(
            "quorate.copying.stuck",
            "Times that copying a partition had to wait since too few others answered");
    partitionsCopied =
        counter("quorate.copied.partitions", "Copies of partitions that came to their end");
    partitionsHandedOver =
        counter(
            "quorate.handed.over.partitions",
            "Partitions that left this node, and were handed over to their replicas");
    partitionsCleared =
        counter(
            "quorate.cleared.partitions",
            "Partitions that are not this node's, and of which everything was deleted here");
    leftoversDropped =
        counter(
            "quorate.leftovers.dropped.records",
            "Records deleted that were kept from a time when this node was a replica before");
    String damageHelp =
        "What became of partitions of which this node's disk did not give back everything";
    damagedFound = counter("quorate.damaged.events", damageHelp, "event", "found");
    damagedDropped = counter("quorate.damaged.events", damageHelp, "event", "refilled");
    damagedGone = counter("quorate.damaged.events", damageHelp, "event", "readable_again");
    damagedKept = counter("quorate.damaged.events", damageHelp, "event", "kept");
    fillsStuck =
        counter(
            "quorate.filling.stuck",
            "Times that filling a partition had to wait since too few others answered");
    versionConflicts =
        counter(
            "quorate.version.conflicts",
            "Times that two different records of one version met, of which one was lost");
    stampsRefused =
        counter(
            "quorate.stamps.refused",
            "Records refused since no clock of the cluster can have shown the time they carry");
    clockSkewed =
        counter(
            "quorate.clock.skewed",
            "Times that this node stopped coordinating writes since its clock was off");
    stoodStill =
        counter(
            "quorate.standstills",
            "Times that this node noticed to have stood still, and blamed no other for it");
    Gauge.builder("quorate.clock.skew.seconds", clockSkewMillis, millis -> millis.get() / 1e3)
        .description("By how much this node's clock is ahead of most others'; below 0: behind")
        .register(registry);
    Gauge.builder("quorate.clock.off", clockOff, AtomicLong::get)
        .description("Whether this node takes no writes, since its clock is off from most others'")
        .register(registry);
  }

  private Counter counter(String name, String help, String... tags) {
    return Counter.builder(name).description(help).tags(tags).register(registry);
  }

  @Override
  public void accept(Fact fact) {
    switch (fact) {
      case Fact.Restamped(boolean afterRead) ->
          (afterRead ? restampsAfterRead : restamps).increment();
      case Fact.StaleEpochRefused refused -> staleEpochs.increment();
      case Fact.ParkedForEpoch forEpoch -> parked.increment();
      case Fact.RepairedBeforeAnswering(int replicas) -> repairsBeforeAnswer.increment(replicas);
      case Fact.RepairedInBackground(int replicas) -> repairsInBackground.increment(replicas);
      case Fact.BelowPromiseRefused refused -> belowPromise.increment();
      case Fact.PurgeRound(Fact.PurgeStep step) -> purgeRound(step).increment();
      case Fact.ChangeStepped(Fact.ChangeStep step) -> changeStep(step).increment();
      case Fact.MarkedDown marked -> {} // the state says it
      case Fact.BarrierOverdue overdue -> barriersOverdue.increment();
      case Fact.Dropped(long bytes) -> {
        purgedRecords.increment();
        purgedBytes.increment((double) bytes);
      }
      case Fact.RepairedEveryone(int replicas) -> {
        readsOfEveryone.increment();
        repairsByEveryoneReads.increment(replicas);
      }
      case Fact.RepairedByChance(int replicas) -> {
        readsByChance.increment();
        repairsByChance.increment(replicas);
      }
      case Fact.LeftUnrepaired unrepaired -> readsUnrepaired.increment();
      case Fact.Hedged hedged -> hedges.increment();
      case Fact.Expired(Fact.Stage stage) ->
          droppedCounter("expired_" + stage.name().toLowerCase(Locale.ROOT)).increment();
      case Fact.Throttled(String tenant, String reason) -> throttled(tenant, reason).increment();
      case Fact.HedgeRefused refused -> hedgesRefused.increment();
      case Fact.BreakerOpened(NodeId replica) -> {
        breakersOpened.increment();
        open.computeIfAbsent(replica, this::breakerGauge).set(1);
      }
      case Fact.BreakerClosed(NodeId replica) -> {
        breakersClosed.increment();
        open.computeIfAbsent(replica, this::breakerGauge).set(0);
      }
      case Fact.WriteSpared(NodeId replica) ->
          labelled(
                  spared,
                  "quorate.writes.spared",
                  "Writes that a replica got a hint for at once, since it owed too many answers",
                  "replica",
                  replica.toString())
              .increment();
      case Fact.ReplicationLag(NodeId replica, long millis) ->
          lagMillis.computeIfAbsent(replica, this::lagGauge).set(millis);
      case Fact.FellBehind behind -> {} // the gauge says it
      case Fact.CaughtUp caughtUp -> {} // likewise
      case Fact.Expired late -> expired.increment();
      case Fact.ReadFailed failed -> failedReads.increment();
      case Fact.PartitionDamaged damaged -> damagedFound.increment();
      case Fact.DamageDropped dropped -> damagedDropped.increment();
      case Fact.DamageGone gone -> damagedGone.increment();
      case Fact.DamageKept kept -> damagedKept.increment();
      case Fact.StampRefused refused -> stampsRefused.increment();
      case Fact.VersionConflict conflict -> versionConflicts.increment();
      case Fact.FailedFast failed ->
          labelled(
                  failedFast,
                  "quorate.failed.fast",
                  "Requests refused unsent since too few replicas were live",
                  "level",
                  failed.level().toString().toLowerCase(Locale.ROOT))
              .increment();
      case Fact.Overloaded(String bound) ->
          labelled(
                  overloaded,
                  "quorate.overloaded",
                  "Requests refused since a bound of this node was hit",
                  "bound",
                  bound)
              .increment();
      case Fact.MessageDropped(String reason) -> droppedCounter(reason).increment();
      case Fact.NotUnderstood(var other, var kind, Fact.Unclear what) ->
          (what == Fact.Unclear.OWN_REQUEST ? notUnderstoodThere : notUnderstoodHere).increment();
      case Fact.ClockSkewed(long skewMillis) -> {
        clockSkewed.increment();
        clockSkewMillis.set(skewMillis);
      }
      case Fact.ClockCompared(long aheadMillis, boolean skewed) -> {
        clockSkewMillis.set(aheadMillis);
        clockOff.set(skewed ? 1 : 0);
      }
      case Fact.StoodStill stood -> stoodStill.increment();
      case Fact.Liveness(NodeId node, boolean isLive) -> {
        live.computeIfAbsent(node, this::liveGauge).set(isLive ? 1 : 0);
        // From the start, so that a lag of nothing is seen to be one.
        var unused = lagMillis.computeIfAbsent(node, this::lagGauge);
        var unusedToo = open.computeIfAbsent(node, this::breakerGauge);
      }
      case Fact.Window entered -> {} // for simulation only
      case Fact.Hinted hinted -> hint("written");
      case Fact.HintDelivered delivered -> hint("delivered");
      case Fact.HintDiscarded discarded -> hint("discarded");
      case Fact.HintsOverflowed overflowed -> hint("overflowed");
      case Fact.HintGivenUp givenUp -> hint("given_up");
      case Fact.HintsLost lost -> hint("lost");
      case Fact.RepairBegun begun -> {} // that it is done is counted
      case Fact.RepairDone done -> hint("repaired");
      case Fact.DeadLettered dead -> hint("dead");
      case Fact.HintRejected rejected -> hint("rejected");
      case Fact.DeadLetterSettled settled -> hint("settled");
      case Fact.DeadLetterReplayed replayed -> hint("replayed");
      case Fact.DeadLetterDropped dropped -> hint(dropped.forgotten() ? "forgotten" : "dropped");
      case Fact.HintMoved moved -> hint("moved");
      case Fact.RepairMoved moved -> hint("repair_moved");
      case Fact.Compared compared -> {
        (compared.complete() ? comparisons : comparisonsFailed).increment();
        comparedDifferences.increment(compared.found());
        comparedRecords.increment(compared.records());
        comparedBytes.increment((double) compared.bytes());
      }
      case Fact.RepairAsked asked -> {} // an operator sees its progress
      case Fact.FillCopied(int records, long bytes) -> {
        filledRecords.increment(records);
        filledBytes.increment((double) bytes);
      }
      case Fact.FillStuck stuck -> fillsStuck.increment();
      case Fact.Copied(int records, long bytes, int skipped) -> {
        copiedRecords.increment(records);
        copiedBytes.increment((double) bytes);
        copiesSkipped.increment(skipped);
      }
      case Fact.CopyStuck stuck -> copiesStuck.increment();
      case Fact.CopyComplete complete -> partitionsCopied.increment();
      case Fact.HandedOver handed -> partitionsHandedOver.increment();
      case Fact.LeftoversDropped(int partition, int records) -> leftoversDropped.increment(records);
      case Fact.PartitionCleared cleared -> partitionsCleared.increment();
      case Fact.PartitionFilled filled -> partitionsFilled.increment();
      case Fact.PotentiallyStaleTenant(String tenant) ->
          staleTenants.computeIfAbsent(tenant, this::staleTenantGauge).set(1);
    }
  }

  private Counter droppedCounter(String reason) {
    return labelled(
        dropped,
        "quorate.dropped",
        "Messages to other nodes, and requests that had expired, that were dropped",
        "reason",
        reason);
  }

  /** Of more tenants than a few each has no counter of its own: a label's values are paid for. */
  private Counter throttled(String tenant, String reason) {
    String label =
        throttled.containsKey(tenant + reason) || throttled.size() < THROTTLED_MAX
            ? tenant
            : "others";
    return throttled.computeIfAbsent(
        label + reason,
        key ->
            counter(
                "quorate.throttled",
                "Requests refused since their tenant had used up its quota",
                "tenant",
                label,
                "reason",
                reason));
  }

  private Counter purgeRound(Fact.PurgeStep step) {
    return labelled(
        purgeRounds,
        "quorate.purge.rounds",
        "Steps of purge rounds of partitions, counted by the node that leads the metadata group",
        "step",
        step.name().toLowerCase(Locale.ROOT));
  }

  private Counter changeStep(Fact.ChangeStep step) {
    return labelled(
        changeSteps,
        "quorate.change.steps",
        "Steps of changes of the topology, counted by the node that leads the metadata group",
        "step",
        step.name().toLowerCase(Locale.ROOT));
  }

  private void hint(String event) {
    hintCounter(event).increment();
  }

  private Counter hintCounter(String event) {
    return labelled(hints, "quorate.hints", "What became of hints for other nodes", "event", event);
  }

  private Counter labelled(
      Map<String, Counter> counters, String name, String help, String tag, String value) {
    return counters.computeIfAbsent(value, key -> counter(name, help, tag, value));
  }

  private AtomicLong liveGauge(NodeId node) {
    return gauge("quorate.node.live", "Whether another node is heard", "node", node.toString());
  }

  private AtomicLong breakerGauge(NodeId replica) {
    return gauge(
        "quorate.breaker.open",
        "Whether a replica is live and does not cope, and so is asked after others",
        "replica",
        replica.toString());
  }

  private AtomicLong lagGauge(NodeId replica) {
    AtomicLong millis = new AtomicLong();
    Gauge.builder("quorate.replication.lag.seconds", millis, value -> value.get() / 1e3)
        .description("How long a replica has owed the answer to a write, or been owed a hint")
        .tag("replica", replica.toString())
        .register(registry);
    return millis;
  }

  private AtomicLong staleTenantGauge(String tenant) {
    return gauge(
        "quorate.tenant.potentially.stale",
        "Tenants whose own levels let reads miss acknowledged writes",
        "tenant",
        tenant);
  }

  private AtomicLong gauge(String name, String help, String tag, String value) {
    AtomicLong state = new AtomicLong();
    Gauge.builder(name, state, AtomicLong::get)
        .description(help)
        .tag(tag, value)
        .register(registry);
    return state;
  }
}
