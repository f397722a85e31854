package io.quorate.sim.scenario;

import io.quorate.model.NodeId;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.Heartbeat;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.sim.kernel.SimNetwork;
import io.quorate.sim.program.LeftOut;
import io.quorate.sim.program.Sabotage;
import io.quorate.storage.Storage;
import io.quorate.version.Hlc;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Rules whose absence random runs hardly ever notice; only directed schedules use these mutants.
 */
@SuppressWarnings("ImmutableEnumChecker") // what makes a fresh one keeps nothing
enum ScenarioMutant {
  /**
   * A replica takes no record whose clock is too far ahead of its own
   * (docs/design/protocol.md#f11).
   */
  RECORD_REFUSED_FOR_ITS_CLOCK(() -> lyingOn(ScenarioMutant::withoutRecordsAhead)),

  /** Nodes do not see that a clock is off from theirs. */
  CLOCKS_NOT_COMPARED(() -> lyingOn(ScenarioMutant::withOneClock)),

  /** A coordinator stamps again whenever a replica holds more (docs/design/protocol.md#f2). */
  RESTAMPED_FOR_EVER(() -> leavingOut(LeftOut.ONE_RESTAMP)),

  /**
   * Answers given under an epoch that is over are counted with later ones
   * (docs/design/protocol.md#f3).
   */
  ANSWERS_OF_TWO_EPOCHS_COUNTED(() -> leavingOut(LeftOut.ANSWERS_OF_ONE_EPOCH)),

  /**
   * A majority of the old and the new set together acknowledges a write
   * (docs/design/topology-change.md#both-sets).
   */
  UNION_QUORUM(() -> leavingOut(LeftOut.BOTH_SETS)),

  /** What the set that is read agrees on is shown (docs/design/consistency.md#f1). */
  READ_HELD_BY_READ_COLUMN(() -> leavingOut(LeftOut.HELD_BY_BOTH_SETS)),

  /** A page of a scan shows what the set that is read agrees on (docs/design/consistency.md#f1). */
  PAGE_HELD_BY_READ_COLUMN(() -> leavingOut(LeftOut.PAGE_HELD_BY_BOTH_SETS)),

  /** A page of a scan that is planned again is answered by a quorum of the epoch that is over. */
  PAGE_OF_THE_OLD_QUORUM(() -> leavingOut(LeftOut.QUORUM_OF_THE_NEW_EPOCH)),

  /**
   * A change that has cut over goes straight back to the old set
   * (docs/design/topology-change.md#f7).
   */
  CANCELLED_IN_ONE_STEP(() -> leavingOut(LeftOut.STEP_BACK, LeftOut.HELD_BY_BOTH_SETS)),

  /** A repeated write whose stamp is too low is told so at once (docs/design/once.md#too-low). */
  TOLD_TOO_LOW_AT_ONCE(() -> leavingOut(LeftOut.SECOND_QUESTION)),

  /**
   * A repeated write asks again before the newest is at enough replicas
   * (docs/design/once.md#too-low).
   */
  ASKED_AGAIN_UNSETTLED(() -> leavingOut(LeftOut.SETTLING_BEFORE_THE_SECOND_QUESTION)),

  /**
   * A version that is refused as older than what is held is not noted (docs/design/once.md#note).
   */
  OLDER_NOT_NOTED(() -> leavingOut(LeftOut.NOTES_OF_OLDER)),

  /** Notes are taken for writes of clients only (docs/design/once.md#note). */
  ONLY_WRITES_NOTED(() -> leavingOut(LeftOut.NOTES_WHOEVER_BRINGS)),

  /** Notes are gone after a crash (docs/design/once.md#note). */
  NOTES_NOT_DURABLE(() -> leavingOut(LeftOut.NOTES_DURABLE)),

  /** Notes are forgotten, and the floor stays where it was (docs/design/once.md#bound). */
  FLOOR_NOT_RAISED(() -> leavingOut(LeftOut.FLOOR_WITH_FORGETTING)),

  /** What is forgotten counts as never offered (docs/design/once.md#bound). */
  FORGOTTEN_TAKEN_FOR_NEVER(() -> leavingOut(LeftOut.FORGOTTEN_TOLD)),

  /** The new set of a move keeps its floors (docs/design/once.md#moves). */
  FLOOR_NOT_RAISED_BY_MOVES(() -> leavingOut(LeftOut.FLOOR_AT_MOVE)),

  /** A write is stamped below what its session has seen (docs/design/sessions.md#stamp). */
  STAMPED_BELOW_ITS_SESSION(() -> leavingOut(LeftOut.STAMP_ABOVE_THE_SESSION)),

  /** A read returns less than its session has seen (docs/design/sessions.md#exact). */
  READ_BELOW_ITS_SESSION(() -> leavingOut(LeftOut.MINIMUM_OF_A_SESSION)),

  /** Nothing is below what was purged (docs/design/sessions.md#nothing). */
  NOTHING_BELOW_WHAT_IS_PURGED(() -> leavingOut(LeftOut.NOTHING_AS_PURGED)),

  /** A read at ONE below the floor stays at ONE (docs/design/sessions.md#floor). */
  READ_BELOW_THE_FLOOR(() -> leavingOut(LeftOut.FLOOR_OF_A_SESSION)),

  /** A coordinator is one actor through all its restarts (docs/design/siblings.md#actor). */
  BOOT_NOT_IN_DOTS(() -> leavingOut(LeftOut.BOOT_IN_DOTS)),

  /** A coordinator is one actor whatever it loses (docs/design/siblings.md#actor). */
  TENURE_NOT_IN_DOTS(() -> leavingOut(LeftOut.TENURE_IN_DOTS)),

  /** A write is taken that was taken and purged before (docs/design/siblings.md#retry). */
  FORGOTTEN_WRITE_TAKEN(() -> leavingOut(LeftOut.FORGOTTEN_WRITES_REFUSED)),

  /**
   * What was sent before is sent again under another epoch (docs/design/siblings.md#next-epoch).
   */
  SIBLINGS_SENT_AS_BEFORE(() -> leavingOut(LeftOut.SIBLINGS_HELD_NOW)),

  /** A mark is answered and not stored (docs/design/fencing.md#mark). */
  MARK_NOT_STORED(() -> leavingOut(LeftOut.MARKS_DURABLE)),

  /** What lies under a mark is acknowledged (docs/design/fencing.md#below-a-mark). */
  ACKNOWLEDGED_BELOW_A_MARK(() -> leavingOut(LeftOut.MARKS_HOLD_BACK)),

  /** A copy brings values, and no marks and ranks (docs/design/fencing.md#moved). */
  FENCE_NOT_MOVED(() -> leavingOut(LeftOut.FENCES_COPIED)),

  /** A removal that is tried again removes what was added since (docs/design/crdts.md#once). */
  REMOVED_TWICE(() -> leavingOut(LeftOut.REMOVALS_TAKEN_ONCE)),

  /** A removal does not look again (docs/design/crdts.md#meanwhile). */
  LOOKED_ONCE(() -> leavingOut(LeftOut.REMOVALS_LOOK_AGAIN)),

  /** An update that ends what a purge has folded is sent alone (docs/design/crdts.md#folded). */
  FOLDED_SENT_ALONE(() -> leavingOut(LeftOut.FOLDED_WITH_THE_REST)),

  /** Records of one version are taken for equal, even if their bytes differ. */
  BYTES_NOT_COMPARED(() -> leavingOut(LeftOut.BYTES_OF_A_VERSION)),

  /** A write that was sent to no other node is called unavailable when it fails. */
  UNAVAILABLE_ONCE_STORED(() -> leavingOut(LeftOut.OWN_COPY_OF_A_FAILED_WRITE)),

  /** Background repair never asks anyone. */
  NO_REPAIR_BY_CHANCE(() -> leavingOut(LeftOut.REPAIR_BY_CHANCE)),

  /**
   * A replica serves a new epoch though writes of the old one are under way
   * (docs/design/protocol.md#f5).
   */
  DRAIN_FORGOTTEN(() -> leavingOut(LeftOut.DRAIN)),

  /**
   * A node's own replica accepts what the node coordinates under any epoch
   * (docs/design/protocol.md#f5).
   */
  OWN_WRITE_UNFENCED(() -> leavingOut(LeftOut.FENCE_OF_OWN_WRITES)),

  /**
   * Sources are copied while they take what only the old set acknowledges
   * (docs/design/topology-change.md#copy-from-the-fenced).
   */
  COPY_FROM_THE_UNFENCED(() -> leavingOut(LeftOut.COPY_FROM_THE_FENCED)),

  /** One replica of the old set is copied (docs/design/topology-change.md#copy-from-a-majority). */
  COPY_FROM_ONE(() -> leavingOut(LeftOut.COPY_FROM_A_MAJORITY)),

  /**
   * Steps of a move are taken though not every node has applied the last one
   * (docs/design/topology-change.md#barrier).
   */
  NO_BARRIER(() -> leavingOut(LeftOut.BARRIER, LeftOut.HELD_BY_BOTH_SETS)),

  /** The old set may forget while some still read it (docs/design/topology-change.md#barrier). */
  CLEANUP_BEFORE_BARRIER(
      () -> leavingOut(LeftOut.BARRIER_BEFORE_CLEANUP, LeftOut.HELD_BY_BOTH_SETS)),

  /**
   * A step of a move does not wait for a region whose replicas change (docs/design/regions.md#r3).
   */
  BARRIER_WITHOUT_REGIONS(() -> leavingOut(LeftOut.BARRIER_BY_REGION, LeftOut.COPY_BY_REGION)),

  /** What is copied comes from a majority of all only (docs/design/regions.md#r4). */
  COPY_WITHOUT_REGIONS(() -> leavingOut(LeftOut.COPY_BY_REGION)),

  /**
   * A replica that is to pass a write on speaks for the others of its region
   * (docs/design/regions.md#relay).
   */
  RELAY_SPEAKS_FOR_OTHERS(() -> leavingOut(LeftOut.ANSWER_OF_EACH_REPLICA)),

  /** Hints for a replica that the partition has left are forgotten. */
  DEBT_TO_THE_DEPARTED_FORGOTTEN(() -> leavingOut(LeftOut.DEBT_TO_THE_DEPARTED)),

  /**
   * What a leaving node owes to a replica that is away goes with it
   * (docs/design/topology-change.md#arrival-and-departure).
   */
  DEBT_OF_THE_DEPARTED_FORGOTTEN(() -> leavingOut(LeftOut.DEBT_OF_THE_DEPARTED)),

  /**
   * A replica that comes back while a node hands over is compared once, however early
   * (docs/design/topology-change.md#arrival-and-departure).
   */
  COMPARED_BEFORE_THE_END(() -> leavingOut(LeftOut.DEBT_OF_THE_DEPARTED_AT_THE_END)),

  /**
   * A mark of a node that a partition has left waits for that node
   * (docs/design/topology-change.md#arrival-and-departure).
   */
  MARKS_OF_THE_DEPARTED_KEPT(() -> leavingOut(LeftOut.MARKS_OF_THE_DEPARTED)),

  /**
   * It does if the node that has the mark was down meanwhile
   * (docs/design/topology-change.md#arrival-and-departure).
   */
  MARKS_OF_THE_DEPARTED_KEPT_AT_START(() -> leavingOut(LeftOut.MARKS_OF_THE_DEPARTED_AT_START)),

  /**
   * A purge of five replicas is confirmed when all were found equal once (docs/design/purge.md#f8).
   */
  PURGED_AT_THE_FIRST_LOOK(() -> leavingOut(LeftOut.SECOND_LOOK)),

  /** What is promised to be purged counts as nothing at once (docs/design/purge.md#f16). */
  PURGED_AT_THE_PROMISE(() -> leavingOut(LeftOut.CONFIRMATION_OF_A_PURGE)),

  /**
   * What a node keeps from an earlier tenure stays though it was purged (docs/design/purge.md#f9).
   */
  LEFTOVERS_KEPT(() -> leavingOut(LeftOut.DROP_OF_LEFTOVERS)),

  /**
   * A node that comes back to a partition serves it at once, with what it kept
   * (docs/design/purge.md#f9).
   */
  ARRIVES_WITH_LEFTOVERS(() -> leavingOut(LeftOut.DROP_AT_ARRIVAL)),

  /** A hint whose key has no record any more is tried for ever (docs/design/protocol.md#f15). */
  EMPTY_HINTS_KEPT(() -> leavingOut(LeftOut.END_OF_EMPTY_HINTS)),

  /**
   * A purge takes the tombstones that most hold, and what comes late from below them is dropped
   * (docs/design/purge.md#f8).
   */
  DROPPED_BELOW_A_WATERMARK(
      () -> on(WatermarkStorage::new, network -> {}, Set.of(LeftOut.EQUALITY_OF_ALL))),

  /**
   * A node that starts knows only the first epoch, and has forgotten later ones
   * (docs/design/protocol.md#epochs).
   */
  FENCE_FORGOTTEN(() -> leavingOut(LeftOut.DURABLE_EPOCH));

  private static final long AHEAD_MILLIS_MAX = 500;

  private final Supplier<Sabotage> fresh;

  ScenarioMutant(Supplier<Sabotage> fresh) {
    this.fresh = fresh;
  }

  /** A fresh one, for one run. */
  Sabotage sabotage() {
    return fresh.get();
  }

  private static Sabotage leavingOut(LeftOut... rules) {
    return on(UnaryOperator.identity(), network -> {}, Set.of(rules));
  }

  private static Sabotage lyingOn(Consumer<SimNetwork> network) {
    return on(UnaryOperator.identity(), network, Set.of());
  }

  private static Sabotage on(
      UnaryOperator<Storage> storage, Consumer<SimNetwork> network, Set<LeftOut> leftOut) {
    return new Sabotage() {
      @Override
      public Storage storage(Storage real) {
        return storage.apply(real);
      }

      @Override
      public void network(SimNetwork real) {
        network.accept(real);
      }

      @Override
      public Set<LeftOut> leftOut() {
        return leftOut;
      }
    };
  }

  private static void withoutRecordsAhead(SimNetwork network) {
    Map<NodeId, Long> wallMillis = new TreeMap<>();
    network.addRule(
        ReplicaMessage.class,
        sent -> {
          if (sent.message() instanceof Heartbeat heartbeat) {
            wallMillis.put(sent.from(), heartbeat.wallMillis());
          }
          return sent.message() instanceof Write write
                  && Hlc.millis(write.record().version().hlc())
                      > wallMillis.getOrDefault(sent.to(), Long.MAX_VALUE - AHEAD_MILLIS_MAX)
                          + AHEAD_MILLIS_MAX
              ? null
              : sent.message();
        });
  }

  private static void withOneClock(SimNetwork network) {
    Map<NodeId, Long> wallMillis = new TreeMap<>();
    network.addRule(
        Heartbeat.class,
        sent -> {
          Heartbeat told = sent.message();
          wallMillis.put(sent.from(), told.wallMillis());
          long theirs = wallMillis.getOrDefault(sent.to(), told.wallMillis());
          return new Heartbeat(
              theirs,
              told.hlc(),
              told.writable(),
              told.slowdownPercent(),
              told.sentNanos(),
              told.echo());
        });
  }
}
