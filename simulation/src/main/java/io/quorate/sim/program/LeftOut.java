package io.quorate.sim.program;

/** A rule inside the data plane that a sabotage leaves out: no interface shows it. */
public enum LeftOut {
  /** What a node proposes to the metadata group is for it to propose. */
  AUTHOR_OF_A_PROPOSAL,
  /** A request of an operator that comes again is not folded in again. */
  MEMORY_OF_REQUESTS,
  /** A snapshot of the metadata is taken over once its state was read. */
  STATE_OF_A_SNAPSHOT,
  /** What is written for the log is written at the version that the cluster is at. */
  VERSION_OF_THE_CLUSTER,
  /** The cluster's version is raised when all members can follow. */
  RAISE_AFTER_ALL,
  /** A message that only a newer version knows is answered, and ends no stream. */
  ANSWER_TO_THE_UNKNOWN,
  /**
   * Replicas are asked whether a client's stamp is high enough, before its write is stored
   * (docs/design/once.md#ask).
   */
  QUESTION_BEFORE_STORING,
  /**
   * A repeated write whose stamp is too low asks once more whether its version was offered
   * (docs/design/once.md#too-low).
   */
  SECOND_QUESTION,
  /** The newest record is at enough replicas before that is asked (docs/design/once.md#too-low). */
  SETTLING_BEFORE_THE_SECOND_QUESTION,
  /** A write is stamped again at most once (docs/design/protocol.md#f2). */
  ONE_RESTAMP,
  /** Answers of an epoch that is over are not counted (docs/design/protocol.md#f3). */
  ANSWERS_OF_ONE_EPOCH,
  /**
   * A write to a partition on the move needs enough of each of the two sets
   * (docs/design/topology-change.md#both-sets).
   */
  BOTH_SETS,
  /**
   * What a read of a partition on the move shows, both sets hold (docs/design/consistency.md#f1).
   */
  HELD_BY_BOTH_SETS,
  /**
   * What a page of a scan of a partition on the move shows, both sets hold
   * (docs/design/consistency.md#f1).
   */
  PAGE_HELD_BY_BOTH_SETS,
  /** A page that is planned again takes the quorum of the new epoch. */
  QUORUM_OF_THE_NEW_EPOCH,
  /** Pages of replicas are merged as far as all of them reach. */
  PAGES_UP_TO_THE_SHORTEST,
  /** A scan shows nothing that has expired. */
  EXPIRED_NOT_SHOWN,
  /**
   * A change that has cut over is called off one step at a time
   * (docs/design/topology-change.md#f7).
   */
  STEP_BACK,
  /** A read that asks everyone is answered once everyone holds what it returns. */
  REPAIR_BEFORE_RETURN,
  /** After some reads everyone is asked, and those behind are brought what was read. */
  REPAIR_BY_CHANCE,
  /**
   * A new epoch is served when what was begun under the old ones has ended
   * (docs/design/protocol.md#f5).
   */
  DRAIN,
  /** What a repair brings is merged with what is held (docs/design/protocol.md#merge). */
  MERGE_OF_REPAIRS,
  /** What a hint brings is merged with what is held (docs/design/protocol.md#merge). */
  MERGE_OF_HINTS,
  /** Past the bound of hints a partition is marked for repair. */
  MARK_PAST_THE_BOUND,
  /** An operator that waits for hints also waits for those written just before. */
  WAIT_FOR_THE_LATEST,
  /** A write that only its coordinator's disk was given may have been applied. */
  OWN_COPY_OF_A_FAILED_WRITE,
  /** Records that no clock can have stamped are refused. */
  STAMP_BOUND,
  /** Nothing is stored of a tenant that was dropped (docs/design/dropped-tenants.md#refused). */
  REFUSAL_OF_THE_DROPPED,
  /**
   * All replicas are asked whether a tenant is empty, before a restore goes into it
   * (docs/design/backup.md#into-empty).
   */
  LOOK_AT_ALL_REPLICAS,
  /** They are asked after the tenant was closed (docs/design/backup.md#into-empty). */
  LOOK_AFTER_CLOSING,
  /** It is closed under new epochs of all partitions (docs/design/backup.md#into-empty). */
  EPOCHS_OF_CLOSING,
  /** Replicas store nothing fresh of it meanwhile (docs/design/backup.md#into-empty). */
  REFUSAL_OF_THE_CLOSED,
  /** It is restored into under another id (docs/design/backup.md#into-empty). */
  NEXT_ID_OF_THE_TAKEN,
  /**
   * A restore that is given up opens the tenant under another id
   * (docs/design/backup.md#into-empty).
   */
  NEXT_ID_OF_THE_GIVEN_UP,
  /** A restore that was given up does not end the next one (docs/design/backup.md#into-empty). */
  END_OF_THE_SAME_RESTORE,
  /** A tenant is opened when all that is restored into it is stored. */
  ALL_STORED_BEFORE_OPENING,
  /** Of two records of one version the bytes are compared. */
  BYTES_OF_A_VERSION,
  /** A comparison brings all that differs. */
  REPAIR_OF_ALL,
  /** A comparison is not done before the other replica has answered. */
  ANSWER_BEFORE_THE_END,
  /** A record that a hint brings is reported, and so enters the hash tree. */
  TREE_OF_HINTED,
  /** A hash tree that a start has not gone on with is not looked at by the next one. */
  START_OF_TREES,
  /** What a hint changes of the hash trees is logged with it. */
  TREE_LOG_OF_HINTED,
  /** A hash tree that is kept has what is durable, and not what is under way. */
  TREES_UP_TO_THE_DURABLE,
  /** A replica that is being filled counts for nothing. */
  FILLING,
  /** What is damaged is dropped when the cluster knows that it is to be filled. */
  REFILL_BEFORE_DROP,
  /** A node that starts knows the epoch that it knew when it died. */
  DURABLE_EPOCH,
  /** Each tenant's requests wait in a line of their own. */
  LINES_OF_TENANTS,
  /** All replicas hold the same before a purge is confirmed (docs/design/purge.md#f8). */
  EQUALITY_OF_ALL,
  /** No purge is confirmed while a replica is away (docs/design/purge.md#f8). */
  NO_REPLICA_EXCUSED,
  /**
   * A purge of five replicas or more is looked at under more than one epoch
   * (docs/design/purge.md#f8).
   */
  SECOND_LOOK,
  /** No fresh stamp is taken up to a promised purge (docs/design/purge.md#f8). */
  PROMISE_OF_A_PURGE,
  /** What was planned on an epoch that is over is refused (docs/design/purge.md#f8). */
  FENCE_OF_EPOCHS,
  /**
   * A write that the node itself coordinates is refused as well, if its epoch is over
   * (docs/design/protocol.md#f5).
   */
  FENCE_OF_OWN_WRITES,
  /**
   * A step of a move is taken once no node acts on the step before the last any more
   * (docs/design/topology-change.md#barrier).
   */
  BARRIER,
  /**
   * The step after which the old set may forget waits for the same barrier
   * (docs/design/topology-change.md#barrier).
   */
  BARRIER_BEFORE_CLEANUP,
  /**
   * The new set is read when it holds what the old one acknowledged
   * (docs/design/topology-change.md#f14).
   */
  COPY_BEFORE_CUTOVER,
  /** A node forgets a partition that leaves it once the new replicas hold everything. */
  HAND_OVER_BEFORE_END,
  /**
   * What is copied comes from replicas that refuse what was planned before the move
   * (docs/design/topology-change.md#copy-from-the-fenced).
   */
  COPY_FROM_THE_FENCED,
  /**
   * What is copied comes from a majority of the old set
   * (docs/design/topology-change.md#copy-from-a-majority).
   */
  COPY_FROM_A_MAJORITY,
  /** Replicas that stay are brought what they lack, too (docs/design/topology-change.md#f4). */
  COPY_TO_THE_STAYING,
  /** A step waits for a majority of a region whose replicas change (docs/design/regions.md#r3). */
  BARRIER_BY_REGION,
  /** What is copied comes from a majority of such a region, too (docs/design/regions.md#r4). */
  COPY_BY_REGION,
  /** Replicas to which a write is passed on answer themselves (docs/design/regions.md#relay). */
  ANSWER_OF_EACH_REPLICA,
  /** What was owed to a replica that the partition has left is owed to those it has now. */
  DEBT_TO_THE_DEPARTED,
  /**
   * What a leaving node owes to a replica that is away is owed by those that stay
   * (docs/design/topology-change.md#arrival-and-departure).
   */
  DEBT_OF_THE_DEPARTED,
  /**
   * Also to one that came back before all was handed over
   * (docs/design/topology-change.md#arrival-and-departure).
   */
  DEBT_OF_THE_DEPARTED_AT_THE_END,
  /**
   * A mark of a node that a partition has left passes to its replicas
   * (docs/design/topology-change.md#arrival-and-departure).
   */
  MARKS_OF_THE_DEPARTED,
  /**
   * Also if the node that has the mark was down meanwhile
   * (docs/design/topology-change.md#arrival-and-departure).
   */
  MARKS_OF_THE_DEPARTED_AT_START,
  /** What was purged while a node was no replica is taken away there (docs/design/purge.md#f9). */
  DROP_OF_LEFTOVERS,
  /**
   * What was purged is taken away before the node serves as a replica again
   * (docs/design/purge.md#f9).
   */
  DROP_AT_ARRIVAL,
  /** What is promised to be purged is there until that is confirmed (docs/design/purge.md#f16). */
  CONFIRMATION_OF_A_PURGE,
  /** A tenant may have a write refused that would leave a mark. */
  REJECTION,
  /** A read that may miss writes lost with given-up replicas says so. */
  LOSS_TOLD,
  /** A hint whose key has no record any more is given up (docs/design/protocol.md#f15). */
  END_OF_EMPTY_HINTS,
  /** A write is stamped above what its session has seen (docs/design/sessions.md#stamp). */
  STAMP_ABOVE_THE_SESSION,
  /** A read returns nothing below what its session has seen (docs/design/sessions.md#exact). */
  MINIMUM_OF_A_SESSION,
  /** That a key has nothing counts as the version purged (docs/design/sessions.md#nothing). */
  NOTHING_AS_PURGED,
  /** A read below the floor of its session is one at QUORUM (docs/design/sessions.md#floor). */
  FLOOR_OF_A_SESSION,
  /** What has no entry in a token any more is in a floor (docs/design/sessions.md#floor). */
  FLOOR_IN_A_TOKEN,
  /** An entry goes from a token once a quorum holds it (docs/design/sessions.md#promote). */
  PROMOTION_BEFORE_THE_FLOOR,
  /** A write sends all siblings that its coordinator holds (docs/design/siblings.md#whole). */
  WHOLE_RECORD_OF_SIBLINGS,
  /** A coordinator that has restarted is another actor (docs/design/siblings.md#actor). */
  BOOT_IN_DOTS,
  /** So is one that has lost a write (docs/design/siblings.md#actor). */
  TENURE_IN_DOTS,
  /** A write that is tried again is not taken again (docs/design/siblings.md#retry). */
  WRITES_TAKEN_ONCE,
  /** A write that may be forgotten is refused (docs/design/siblings.md#retry). */
  FORGOTTEN_WRITES_REFUSED,
  /** What is sent under another epoch is what is held then (docs/design/siblings.md#next-epoch). */
  SIBLINGS_HELD_NOW,
  /** What a replica has promised it keeps, whatever comes (docs/design/linearizable.md#promise). */
  PROMISES_KEPT,
  /** A promise is durable before it is answered (docs/design/linearizable.md#promise). */
  PROMISES_DURABLE,
  /** A read in one round shows what enough have accepted (docs/design/linearizable.md#read). */
  ONE_BALLOT,
  /** A change that is tried again is not taken again (docs/design/linearizable.md#once). */
  CHANGES_TAKEN_ONCE,
  /**
   * Registers are accepted under the epoch of a move before the new set is read
   * (docs/design/linearizable.md#moves).
   */
  REGISTERS_SETTLED,
  /** What comes with a token that is too low is refused (docs/design/fencing.md#refuse). */
  FENCES,
  /** A read under a lock raises the fence (docs/design/fencing.md#raise). */
  FENCE_RAISED_BY_READS,
  /** That a write was refused for its token is remembered (docs/design/fencing.md#remembered). */
  FENCED_OFF_REMEMBERED,
  /** Where a purge took the fence away, the token must be held (docs/design/fencing.md#purge). */
  TOKEN_HELD_AFTER_A_PURGE,
  /** A mark is on disk before it is answered (docs/design/fencing.md#mark). */
  MARKS_DURABLE,
  /** What is stored under a mark is not acknowledged (docs/design/fencing.md#below-a-mark). */
  MARKS_HOLD_BACK,
  /** What is copied has its mark and its rank (docs/design/fencing.md#moved). */
  FENCES_COPIED,
  /** Replicas tell that they may have purged a fence (docs/design/fencing.md#purge-of-marks). */
  FORGOTTEN_FENCES,
  /** A write under no lock is stamped above a fence (docs/design/fencing.md#plain). */
  STAMPS_ABOVE_FENCES,
  /** What is read under a lock is raised (docs/design/fencing.md#raise-of-records). */
  WHAT_IS_READ_RAISED,
  /** What is raised is below what is fresh (docs/design/fencing.md#rank). */
  RAISED_BELOW_FRESH,
  /** Attempts at a read under a lock are ordered (docs/design/fencing.md#attempts). */
  ATTEMPTS_ORDERED,
  /** What has a higher rank keeps a later time (docs/design/fencing.md#times). */
  LATEST_TIMES,
  /** The actor of an update is its client (docs/design/crdts.md#writer). */
  CLIENT_AS_WRITER,
  /** Of a writer exactly those changes are known that were taken (docs/design/crdts.md#exact). */
  EXACT_NUMBERS,
  /** A removal that is tried again removes nothing more (docs/design/crdts.md#once). */
  REMOVALS_TAKEN_ONCE,
  /** Who removes what is found looks again (docs/design/crdts.md#meanwhile). */
  REMOVALS_LOOK_AGAIN,
  /** An update that ends what was folded is sent with the rest (docs/design/crdts.md#folded). */
  FOLDED_WITH_THE_REST,
  /** What can no longer be served in time is dropped. */
  DROP_OF_EXPIRED,
  /** A request takes one from its tenant's quota of operations. */
  QUOTA_COUNTED_ONCE,
  /** Versions that were offered and are not held are noted (docs/design/once.md#note). */
  NOTES,
  /** Also those that were refused as older than what is held (docs/design/once.md#note). */
  NOTES_OF_OLDER,
  /** Also of what hints, repairs and copies bring (docs/design/once.md#note). */
  NOTES_WHOEVER_BRINGS,
  /** Notes are there after a crash (docs/design/once.md#note). */
  NOTES_DURABLE,
  /** With the notes that are forgotten the floor is raised (docs/design/once.md#bound). */
  FLOOR_WITH_FORGETTING,
  /** What may have been forgotten is not said to be unheard of (docs/design/once.md#bound). */
  FORGOTTEN_TOLD,
  /** What is purged counts as forgotten (docs/design/once.md#promise). */
  PURGED_AS_FORGOTTEN,
  /**
   * Replicas that are compared with others learn what those were offered
   * (docs/design/once.md#moves).
   */
  OFFERED_TOLD,
  /**
   * What the old set of a move was offered counts as forgotten in the new set
   * (docs/design/once.md#moves).
   */
  FLOOR_AT_MOVE,
  /** Also at replicas that are of both (docs/design/once.md#moves). */
  FLOOR_OF_STAYING,
  /**
   * What the others were offered counts as forgotten at a replica that was filled
   * (docs/design/once.md#moves).
   */
  FLOOR_WHEN_FILLED,
  /**
   * What something above the time of a cut takes the place of is kept (docs/design/cuts.md#keep).
   */
  CUT_KEPT,
  /** So is what comes late below something above the time (docs/design/cuts.md#keep). */
  CUT_KEPT_LATE,
  /**
   * Nothing is taken afresh up to the time of a cut that was closed (docs/design/cuts.md#close).
   */
  CUT_CLOSED,
  /** Nor if it is held already, or something newer (docs/design/cuts.md#close). */
  CUT_CLOSED_WHATEVER_IS_HELD,
  /** What is brought between the close and the seal of a cut waits (docs/design/cuts.md#seal). */
  CUT_WAITS_FOR_SEAL,
  /** A replica that was brought something then has no image (docs/design/cuts.md#seal). */
  CUT_VOIDED,
  /** An image that does not know what a key had is none (docs/design/cuts.md#keep). */
  CUT_HOLES,
  /**
   * Of a record without moments an image has what counted when it was closed
   * (docs/design/cuts.md#models).
   */
  CUT_COUNTED,
  /** A deletion counts, too: another image may have what was deleted. */
  CUT_DELETIONS,
  /** What was said before a cut was armed again is of another time (docs/design/cuts.md#steps). */
  CUT_REPORTS_OF_ITS_TIME,
  /** A replica whose clock was past the time before it kept anything does not count. */
  CUT_ARMED_IN_TIME,
  /** A cut is closed when clocks are past its time. */
  CUT_CLOSED_IN_TIME,
  /** A cut is closed when all that are not marked down keep what is replaced. */
  CUT_ARMED_BY_ALL,
  /** Enough replicas of each partition have an image before a cut is sealed. */
  CUT_ENOUGH_IMAGES,
  /** A page as of a cut is made of the images of a quorum (docs/design/cuts.md#read). */
  CUT_IMAGES_OF_A_QUORUM,
  /** What the images of a key without moments have is merged (docs/design/cuts.md#models). */
  CUT_IMAGES_MERGED,
  /** What takes the place of a record of a tenant with a history leaves it there to be read. */
  HISTORY_REPLACED,
  /** So does what comes late, below something later. */
  HISTORY_LATE,
  /** So does a purge of what has expired. */
  HISTORY_EXPIRED,
  /** The history of a replica that is brought what others hold begins again. */
  HISTORY_BEGINS_AGAIN,
  /** A node keeps what is replaced while it hears of its cluster from the beginning. */
  HISTORY_GOES_ON,
  /** There is no image of a moment before the history began. */
  HISTORY_SINCE_WHEN
}
