package io.quorate.replication.fact;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.Level;

/** Something worth counting that happened in the data plane. */
public sealed interface Fact {

  /** A replica held a higher version, so a write was stamped again above it. */
  record Restamped(boolean afterRead) implements Fact {}

  /** A replica refused a request of a lower epoch than it serves. */
  record StaleEpochRefused() implements Fact {}

  /** A replica refused a fresh stamp, for deleted records are being purged up to it or beyond. */
  record BelowPromiseRefused() implements Fact {}

  /** A record that was deleted or expired, and purged, is off the disk. */
  record Dropped(long bytes) implements Fact {}

  /** A purge round of one partition has come to a step. */
  record PurgeRound(PurgeStep step) implements Fact {}

  /** Steps of a purge round, as its driver sees them. */
  enum PurgeStep {
    /** It was begun. */
    OPENED,
    /** All replicas hold the same, so it was confirmed. */
    CONFIRMED,
    /** Replicas hold different things, and go on comparing. */
    UNEQUAL,
    /** Replicas that held different things hold the same now. */
    EQUAL_AFTER_ALL,
    /** It is looked at once more, under a new epoch. */
    LOOKED_AT_AGAIN,
    /** It took too long, and was begun anew. */
    ABANDONED
  }

  /** A change of the topology has come a step further; told where the driver is. */
  record ChangeStepped(ChangeStep step) implements Fact {}

  /** Steps of a change, most of them of one partition. */
  enum ChangeStep {
    /** It was worked out where partitions shall go. */
    PLANNED,
    /** A partition set out. */
    BEGUN,
    /** Reads ask the new set. */
    CUT_OVER,
    /** The same, while some of the new set lack what they must have, for they are down. */
    CUT_OVER_WITHOUT_ALL,
    /** A partition has arrived, or is back. */
    FINISHED,
    /** What it left behind is handed over. */
    ENDED,
    /** A node has left the cluster. */
    NODE_LEFT
  }

  /** A change does not wait for a node that is down, or does again; told where the driver is. */
  record MarkedDown(NodeId node, boolean down) implements Fact {}

  /**
   * A step has waited long for a node that is heard, and that does not take note of it. Somebody
   * should look after it.
   */
  record BarrierOverdue(NodeId node, int partitions) implements Fact {}

  /** A replica held a request of a higher epoch than it serves until it caught up. */
  record ParkedForEpoch() implements Fact {}

  /**
   * Two records of one version met, which {@code writer} seems to have stamped at its start number
   * {@code boot}. One of them is kept, the same on all replicas; the other is lost.
   */
  record VersionConflict(NodeId writer, int boot) implements Fact {}

  /** A record was refused, for no clock of the cluster can have shown the time that it carries. */
  record StampRefused(NodeId writer, long hlc) implements Fact {}

  /** A read wrote the newest record back to {@code replicas} before it answered. */
  record RepairedBeforeAnswering(int replicas) implements Fact {}

  /** After a read that met disagreement, replicas that it had not asked were sent the newest. */
  record RepairedInBackground(int replicas) implements Fact {}

  /** A read that asked everyone brought so many replicas up to date before it was answered. */
  record RepairedEveryone(int replicas) implements Fact {}

  /** After a read was answered, everyone was asked, and so many were brought up to date. */
  record RepairedByChance(int replicas) implements Fact {}

  /** A read that was to repair nothing returned what a later read may miss. */
  record LeftUnrepaired() implements Fact {}

  /** A read asked one more replica since the ones asked were slow. */
  record Hedged() implements Fact {}

  /** A read would have asked one more replica, had there been budget for it. */
  record HedgeRefused() implements Fact {}

  /** A replica refused or did not answer so often that others are asked first. */
  record BreakerOpened(NodeId replica) implements Fact {}

  /** That replica answers well again. */
  record BreakerClosed(NodeId replica) implements Fact {}

  /** A replica owes so many answers that it was not sent a write, but got a hint at once. */
  record WriteSpared(NodeId replica) implements Fact {}

  /**
   * For how long a replica has owed the answer to a write sent to it, or been owed a hint; told now
   * and then while it changes.
   */
  record ReplicationLag(NodeId replica, long millis) implements Fact {}

  /** A replica lags so far behind that somebody should look after it; told once. */
  record FellBehind(NodeId replica, long millis) implements Fact {}

  /** It does not any more. */
  record CaughtUp(NodeId replica) implements Fact {}

  /** Too few replicas are live for the level, so nothing was sent. */
  record FailedFast(Level level) implements Fact {}

  /** A bound was hit and a request refused; {@code bound} names the bound. */
  record Overloaded(String bound) implements Fact {}

  /** A request was dropped before it cost anything more, since its deadline had passed. */
  record Expired(Stage stage) implements Fact {}

  /** How far a request had come. */
  enum Stage {
    /** It came from a client too late. */
    ARRIVED,
    /** It waited for its tenant's turn. */
    WAITING,
    /** It came to the coordinator. */
    COORDINATED,
    /** A replica held it until it would know a higher epoch. */
    PARKED,
    /** It waited at a replica for the disk. */
    AT_REPLICA
  }

  /** A tenant has used up its quota, of operations or bytes. */
  record Throttled(String tenant, String reason) implements Fact {}

  /** This node's clock is off from most of the others', so it coordinates no writes. */
  record ClockSkewed(long skewMillis) implements Fact {}

  /**
   * How this node's clock compares with most others'; told again and again, whatever it is.
   *
   * @param aheadMillis of the median of the others'; 0 if none is known
   * @param skewed whether it is so far off that this node stamps nothing
   */
  record ClockCompared(long aheadMillis, boolean skewed) implements Fact {}

  /**
   * A message between this node and another one, which run different versions, was not understood.
   *
   * @param kind number of the message's kind on the wire
   */
  record NotUnderstood(NodeId other, int kind, Unclear what) implements Fact {}

  /** Which message was not understood, and what came of it. */
  enum Unclear {
    /** A request of the other node, whose version is newer. This node did nothing for it. */
    ITS_REQUEST,
    /** An answer of the other node, whose version is newer. It never counts as a success. */
    ITS_ANSWER,
    /** A request of this node, whose version is newer. The other node did nothing for it. */
    OWN_REQUEST
  }

  /** A message to another node was dropped; the reason is a short fixed word. */
  record MessageDropped(String reason) implements Fact {}

  /** A request was refused since this node's disk did not give back what it should hold. */
  record ReadFailed(String why) implements Fact {}

  /**
   * Something that this node holds of a partition cannot be read: it serves nothing of it until all
   * of it has come back from others.
   */
  record PartitionDamaged(int partition, String why) implements Fact {}

  /** What was damaged is off the disk, and this replica is to be filled from the others. */
  record DamageDropped(int partition) implements Fact {}

  /** What could not be read of a partition can be read again: it is served as before. */
  record DamageGone(int partition) implements Fact {}

  /**
   * What is damaged stays, and is not served: too few others are known to hold, and show, what this
   * replica held.
   */
  record DamageKept(int partition) implements Fact {}

  /** A node was last heard too long ago to count on, or is heard again. */
  record Liveness(NodeId node, boolean live) implements Fact {}

  /** This node has stood still for so long; it blames no other node for silence in that time. */
  record StoodStill(long millis) implements Fact {}

  /** A tenant's own levels let its reads miss acknowledged writes; told once per tenant. */
  record PotentiallyStaleTenant(String tenant) implements Fact {}

  /**
   * A rare branch was taken that answers a race. They are not counted in production, where they
   * cost a call that returns at once; a batch of simulated runs must have met each (FoundationDB's
   * {@code CODE_PROBE}): code that no run entered, no run has tested.
   */
  enum Window implements Fact {
    /** A node was suspected for its silence, and heard again over the same connection. */
    SUSPECTED_THOUGH_ALIVE,
    /** Most others fell silent together, which was borne for a while. */
    SILENT_TOGETHER,
    /** A node that had come and gone before was heard, and not counted on until it had stayed. */
    ON_PROBATION,
    /** A replica that lags behind was asked after the others. */
    LAG_ROUTED_AROUND,
    /** A replica that did not cope was tried again. */
    BREAKER_PROBED,
    /** A write had to be sent to a replica after all that it had spared. */
    SPARED_IN_VAIN,
    /** The disk let a write be stamped only after its client had been answered. */
    STAMP_GIVEN_UP,
    /** A replica took a write though it was believed dead when the write was sent. */
    ACKNOWLEDGED_BY_THE_BELIEVED_DEAD,
    /** A write stamped for the second time met a higher version again: a concurrent one's. */
    STEPPED_OVER_TWICE,
    /** Too few replicas were up, but for those that were yet to be heard, and it was waited. */
    FIRST_WORD_AWAITED,
    /** A write waited for its partition to arrive elsewhere, as an operator had asked. */
    WRITE_WAITED_FOR_MOVE,
    /** A replica that was heard did not answer a read, and another was asked for that. */
    ASKED_IN_PLACE_OF_A_SILENT_ONE,
    /** A write that was not answered for long was sent once more. */
    WRITE_SENT_AGAIN,
    /** A question of a read that was not answered for long was sent once more. */
    READ_SENT_AGAIN,
    /** A replica answered a read that had begun to repair without it. */
    ANSWERED_WHILE_REPAIRING,
    /** A read that asks everyone was answered without one that was slow. */
    SLOW_REPLICA_NOT_AWAITED,
    /** The newest version was held where only the version had been asked for. */
    RECORD_FETCHED_AFTER_VERSION,
    /** A repair was brought to a replica not asked before, since one that was asked failed. */
    REPAIRED_IN_PLACE_OF_ANOTHER,
    /** A page had been merged when one of its replicas was lost, and was merged anew. */
    PAGE_MERGED_AGAIN,
    /** A page was read anew from its beginning. */
    PAGE_STARTED_OVER,
    /** An operation was forwarded here a second time, and had no effect. */
    FORWARD_CAME_TWICE,
    /** The node that a read was forwarded to was lost, and another was asked. */
    READ_FORWARDED_AGAIN,
    /** The node that a write was forwarded to was lost, and may have carried it out. */
    FORWARDED_WRITE_LOST,
    /** A node to which an operation was forwarded was no replica, and another was asked. */
    FORWARDED_TO_ANOTHER,
    /** A read was refused, since it was planned on an epoch that was over. */
    READ_OF_ENDED_EPOCH,
    /** A write was refused, since it was planned on an epoch that was over. */
    WRITE_OF_ENDED_EPOCH,
    /** A read was given to a replica by a node that ceased to be one. */
    READ_GIVEN_TO_A_REPLICA,
    /** The same with a write that had no stamp yet. */
    WRITE_GIVEN_TO_A_REPLICA,
    /** A write was brought to its end by a node that was no replica any more. */
    WRITTEN_FROM_OUTSIDE,
    /** In such a write a replica was missed, and is left to be compared. */
    MISSED_FROM_OUTSIDE,
    /** A write was acknowledged by both sets of replicas of a partition on the move. */
    WRITTEN_TO_BOTH_SETS,
    /** The same, of sets of different sizes: the replication factor was being altered. */
    WRITTEN_TO_SETS_OF_TWO_SIZES,
    /** A write had enough of one of two sets, and waited for the other. */
    WAITED_FOR_OTHER_SET,
    /** A read was answered while its partition moved. */
    READ_WHILE_MOVING,
    /** A read was answered, after the new set had taken over, by one that is only of the new. */
    READ_AT_NEW_REPLICA,
    /** A read said that something newer may have been lost with replicas that were given up. */
    READ_TOLD_OF_LOSS,
    /** A page of a scan was made small, since others had requests under way. */
    SCAN_YIELDED,
    /** A record was put over one of the same key that was not durable yet. */
    MERGED_WITH_UNSYNCED,
    /** A write was answered only once a higher version, brought by another, was durable. */
    WAITED_FOR_SYNC_OF_ANOTHER,
    /** A key was read while a write of it was under way, past the cache. */
    READ_BESIDE_A_WRITE,
    /** A put failed, and with it others of its key that came after. */
    FAILED_WITH_ANOTHER,
    /** What a read found expired, by some clock, while it was read: it was read once more. */
    EXPIRED_WHILE_READ,
    /** A write was stamped again since what it was stamped with is being purged. */
    STAMPED_ABOVE_PROMISE,
    /** What was purged had been written anew before it could be taken off the disk. */
    DROP_CAME_TOO_LATE,
    /** A write was stored by a replica that is being filled, which did not count. */
    WRITTEN_WHILE_FILLING,
    /** A replica that is being filled was asked what it holds, and did not say. */
    ASKED_WHILE_FILLING,
    /** The partition was changed while it was filled, and filling began again. */
    FILL_BEGUN_AGAIN,
    /** A partition was found damaged while it was being filled. */
    DAMAGED_WHILE_FILLING,
    /** A damaged partition was asked for, and not served. */
    ASKED_WHILE_DAMAGED,
    /**
     * The cluster did not take note in time that a partition is to be filled, and was asked anew.
     */
    REFILL_ASKED_AGAIN,
    /** A damaged partition was dropped, and the disk did not do it. */
    DAMAGE_NOT_DROPPED,
    /** The cluster did not take note in time that partitions are full, and was told again. */
    FILLED_REPORTED_AGAIN,
    /** A partition was not read by a node that started: its hash tree was left by the last stop. */
    TREE_KEPT_OVER_RESTART,
    /** A hash tree lay there that was left before a crash: the partition was read instead. */
    TREE_REBUILT_AFTER_CRASH,
    /** A comparison ended before all that it had found was brought. */
    COMPARISON_BROKEN_OFF,
    /** What such a comparison left over was brought by a later one, or it found nothing left. */
    COMPARED_AFTER_ALL,
    /** Work that no client waits for had to wait, for the sake of those that do. */
    HELD_BACK_FOR_CLIENTS,
    /** Such work went on after it had waited. */
    WENT_ON_AFTER_CLIENTS,
    /** Such work became slower, for clients waited too long because of it. */
    SLOWED_FOR_CLIENTS,
    /** A record was copied to a replica that held a newer one by then, and kept it. */
    COPY_FOUND_NEWER,
    /** A partition was copied again, for its placement changed, or the node was restarted. */
    COPY_BEGUN_AGAIN,
    /** A replica served a new epoch only once it had looked for what it kept from before. */
    ARRIVAL_WAITED_FOR_LEFTOVERS,
    /** It had kept something that may have been purged, and took it away. */
    LEFTOVERS_DROPPED_AT_ARRIVAL,
    /** What a node kept of a partition that is not its own was brought to the replicas. */
    LEFTOVERS_HANDED_OVER,
    /** A replica that a partition left held something that one of those in charge lacked. */
    HANDED_OVER_WHAT_WAS_LACKING
  }

  /** A record is kept for a replica that lacks it. */
  record Hinted(NodeId target) implements Fact {}

  /** A replica got a record that it lacked. */
  record HintDelivered(NodeId target) implements Fact {}

  /** There was nothing left to bring. */
  record HintDiscarded(NodeId target) implements Fact {}

  /** There are too many hints for a node: the partition has to be compared once it is back. */
  record HintsOverflowed(NodeId target, int partition) implements Fact {}

  /**
   * What was owed to other nodes could not be read, so everything has to be compared with them.
   *
   * @param marks how many partitions of others are marked
   */
  record HintsLost(int marks) implements Fact {}

  /** A write was refused since no hint could be kept for a replica, as its tenant wants. */
  record HintRejected(NodeId target) implements Fact {}

  /** A hint could not be delivered, so the partition has to be compared. */
  record HintGivenUp(NodeId target, int partition) implements Fact {}

  /** A hint was refused again and again, and waits for an operator. */
  record DeadLettered(NodeId target, int partition, Key key, String reason) implements Fact {}

  /** A dead letter became a hint again. */
  record DeadLetterReplayed(NodeId target, Key key) implements Fact {}

  /** The target of a dead letter took the record after all. */
  record DeadLetterSettled(NodeId target, Key key) implements Fact {}

  /**
   * An operator took a dead letter away.
   *
   * @param forgotten whether its partition is not even to be compared
   */
  record DeadLetterDropped(NodeId target, Key key, boolean forgotten) implements Fact {}

  /** A hint's target is no replica any more: those that are have to be compared. */
  record HintMoved(NodeId target, int partition) implements Fact {}

  /** The node that a mark for repair named is no replica any more: it goes to those that are. */
  record RepairMoved(NodeId target, int partition) implements Fact {}

  /** A marked partition is to be compared, once all that was missed before is durable here. */
  record RepairBegun(NodeId target, int partition) implements Fact {}

  /** All that a mark for repair stood for has been brought. */
  record RepairDone(NodeId target, int partition) implements Fact {}

  /**
   * A partition was compared with another replica.
   *
   * @param complete whether all that differed was brought to the replica that lacked it
   * @param found keys of which one of the two lacked something
   * @param records that were brought, either way
   * @param bytes of these
   */
  record Compared(boolean complete, int found, int records, long bytes) implements Fact {}

  /** An operator wants partitions compared, before all else. */
  record RepairAsked(int pairs) implements Fact {}

  /** A page of another replica was copied, since this one is being filled. */
  record FillCopied(int records, long bytes) implements Fact {}

  /** A partition could not be filled further for now: too few others are heard, or answer. */
  record FillStuck(int partition) implements Fact {}

  /**
   * Records were copied to this replica, to which a partition moves.
   *
   * @param records that it took, or held already
   * @param bytes of these
   * @param skipped of these, it holds newer ones
   */
  record Copied(int records, long bytes, int skipped) implements Fact {}

  /** This replica holds what it must of a partition that moves to it. */
  record CopyComplete(int partition) implements Fact {}

  /** The copy of a partition could not go on for now: too few others are heard, or answer. */
  record CopyStuck(int partition) implements Fact {}

  /**
   * A partition that has left this node was handed over.
   *
   * @param records that those in charge lacked
   */
  record HandedOver(int partition, int records) implements Fact {}

  /** Records were taken away that this node kept from a time when it was a replica before. */
  record LeftoversDropped(int partition, int records) implements Fact {}

  /** All that this node kept of a partition, or of tenants in it, that is not its own is gone. */
  record PartitionCleared(int partition) implements Fact {}

  /** A partition is full: this replica serves it, and counts. */
  record PartitionFilled(int partition) implements Fact {}
}
