package io.quorate.sim.mutant;

import io.quorate.metadata.bootstrap.BootstrapConfig;
import io.quorate.metadata.bootstrap.Introductions;
import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.replication.api.DataPlane;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.ScanRequest;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.HoldsNewer;
import io.quorate.replication.message.ReplicaMessage.Merged;
import io.quorate.replication.message.ReplicaMessage.NotTaken;
import io.quorate.replication.message.ReplicaMessage.OtherTree;
import io.quorate.replication.message.ReplicaMessage.Read;
import io.quorate.replication.message.ReplicaMessage.ReadReply;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.Same;
import io.quorate.replication.message.ReplicaMessage.SameTree;
import io.quorate.replication.message.ReplicaMessage.StaleEpoch;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.TreeReply;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.replication.message.ReplicaMessage.WriteRecords;
import io.quorate.replication.message.ReplicaMessage.WriteRecordsReply;
import io.quorate.replication.message.ReplicaMessage.WriteReply;
import io.quorate.sim.kernel.SimNetwork;
import io.quorate.sim.program.LeftOut;
import io.quorate.sim.program.Sabotage;
import io.quorate.sim.run.Scope;
import io.quorate.storage.RecordStore.Entry;
import io.quorate.storage.Storage;
import io.quorate.version.Record;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Classic bugs, each put into an interface of nodes that are otherwise as they are: a lie on the
 * network is what a node that lacks the rule would have said.
 */
@SuppressWarnings("ImmutableEnumChecker") // the list is immutable
public enum Mutant implements Sabotage {
  /**
   * A replica that holds a higher version does not say so: the write is not stamped again
   * (docs/design/protocol.md#f2).
   */
  NO_RESTAMP(breaks("versions")) {
    @Override
    public void network(SimNetwork network) {
      onMessages(
          network,
          message ->
              message instanceof WriteReply(long id, long hlc, HoldsNewer newer)
                  ? new WriteReply(id, hlc, Stored.INSTANCE)
                  : message);
    }
  },

  /** A read returns what its coordinator holds, without regard to other replicas. */
  FIRST_ANSWER_WINS(breaks("versions")) {
    @Override
    public void network(SimNetwork network) {
      onMessages(
          network,
          message ->
              message instanceof ReadReply(long id, long hlc, var outcome)
                      && !(outcome instanceof Refused || outcome instanceof StaleEpoch)
                  ? new ReadReply(id, hlc, Same.INSTANCE)
                  : message);
    }
  },

  /**
   * Other replicas that a read finds behind stay so: the repair goes to a tenant that is never read
   * (docs/design/consistency.md#f1).
   */
  NO_READ_REPAIR(breaks("repairs")) {
    @Override
    public void network(SimNetwork network) {
      onMessages(
          network,
          message ->
              message instanceof Write write && write.cause() == Cause.REPAIR
                  ? new Write(
                      write.id(),
                      write.partition(),
                      write.epoch(),
                      new Key(write.key().tenant() + 1_000, write.key().bytes()),
                      write.record(),
                      write.cause(),
                      write.timeoutMillis())
                  : message);
    }
  },

  /** A write is acknowledged, and read, before it is synced (docs/design/protocol.md#durable). */
  ACKNOWLEDGED_BEFORE_SYNC(breaks("changes")) {
    @Override
    public Storage storage(Storage real) {
      return new EarlyStorage(real);
    }
  },

  /**
   * The count of starts is not kept: versions and request ids of two lives are alike
   * (docs/design/protocol.md#f10). An answer to a request of the former life is taken for that to a
   * later one under the same id: a read finds nothing, as one of another key did ({@code
   * versions}). In runs of the data plane alone one of thousands of seeds shows it.
   */
  BOOT_LEFT_OUT(breaks("liveness", "versions"), Scope.WHOLE_NODES) {
    @Override
    public Storage storage(Storage real) {
      return new ForgetfulStorage(real);
    }
  },

  /**
   * A repair replaces what a replica holds, even a newer record, where it should merge with it
   * (docs/design/protocol.md#merge). Where each of two replicas lacks something, they exchange what
   * they hold, and never become equal.
   */
  REPAIR_GOES_BACKWARDS(
      breaks("changes", "convergence"), Scope.DATA_PLANE, LeftOut.MERGE_OF_REPAIRS),

  /**
   * Records that no clock can have stamped are taken: their keys swallow the writes that follow.
   */
  STAMPS_BELIEVED(breaks("values"), Scope.DATA_PLANE, LeftOut.STAMP_BOUND),

  /** A record that was refused among others, as for its stamp or by the disk, counts as brought. */
  REFUSED_COUNTS_AS_BROUGHT(breaks("marks"), Scope.DATA_PLANE) {
    @Override
    public void network(SimNetwork network) {
      onMessages(
          network,
          message ->
              message instanceof WriteRecordsReply(long id, long hlc, Merged(var outcomes))
                  ? new WriteRecordsReply(
                      id,
                      hlc,
                      new Merged(
                          outcomes.stream()
                              .map(each -> each instanceof NotTaken ? Stored.INSTANCE : each)
                              .toList()))
                  : message);
    }
  },

  /**
   * What a hint brings replaces what a replica holds, even a newer record
   * (docs/design/protocol.md#merge).
   */
  HINTS_REPLACE(breaks("changes"), Scope.DATA_PLANE, LeftOut.MERGE_OF_HINTS),

  /** A read that repairs everyone returns before those behind hold what it returns. */
  RETURNED_BEFORE_REPAIR(breaks("repairs"), Scope.DATA_PLANE, LeftOut.REPAIR_BEFORE_RETURN),

  /** Pages of replicas are merged whole, though one ends where another goes on. */
  PAGES_MERGED_WHOLE(breaks("versions"), Scope.DATA_PLANE, LeftOut.PAGES_UP_TO_THE_SHORTEST),

  /** A scan shows what has expired and was not purged yet. */
  EXPIRED_SHOWN(breaks("expiry"), Scope.DATA_PLANE, LeftOut.EXPIRED_NOT_SHOWN),

  /** A reading that goes on after a page passes over the first key. */
  KEY_PASSED_OVER(breaks("trees", "marks")) {
    @Override
    public Storage storage(Storage real) {
      return new HastyStorage(real, HastyStorage.Haste.PASSES_OVER_A_KEY);
    }
  },

  /** A reading that goes on after a page reads the last key of that page once more. */
  KEY_READ_TWICE(breaks("trees")) {
    @Override
    public Storage storage(Storage real) {
      return new HastyStorage(real, HastyStorage.Haste.READS_A_KEY_TWICE);
    }
  },

  /** Hints past the bound are dropped, without a mark for repair. */
  HINTS_DROPPED(breaks("owed"), Scope.DATA_PLANE, LeftOut.MARK_PAST_THE_BOUND),

  /**
   * A write is taken though no node has room to remember which replica misses it, whatever the
   * tenant's setting.
   */
  MARKED_THOUGH_REJECTED(breaks("rejections"), Scope.DATA_PLANE, LeftOut.REJECTION),

  /** An operator that waits for hints is answered too early that they are gone. */
  WAIT_ENDS_EARLY(breaks("hints waited for"), Scope.DATA_PLANE, LeftOut.WAIT_FOR_THE_LATEST),

  /** A comparison ends well though it has brought one record only. */
  REPAIR_STOPS_AT_FIRST(breaks("marks"), Scope.DATA_PLANE, LeftOut.REPAIR_OF_ALL),

  /** A comparison ends well though the other replica has not answered. */
  REPAIR_ENDS_BEFORE_THE_ANSWER(breaks("marks"), Scope.DATA_PLANE, LeftOut.ANSWER_BEFORE_THE_END),

  /** Records that hints bring do not enter the hash tree. */
  TREE_MISSES_HINTED(breaks("changes"), Scope.DATA_PLANE, LeftOut.TREE_OF_HINTED),

  /**
   * Hash trees on disk are taken up at each start, even if a start before has written records that
   * are not in the log.
   */
  STALE_TREE_TRUSTED(breaks("trees"), Scope.DATA_PLANE, LeftOut.START_OF_TREES),

  /** What hints change of hash trees is not in the log. */
  TREE_LOG_MISSES_HINTED(breaks("trees"), Scope.DATA_PLANE, LeftOut.TREE_LOG_OF_HINTED),

  /** A hash tree that is kept claims to have what writes have changed that are under way. */
  TREE_KEPT_AHEAD(breaks("trees"), Scope.DATA_PLANE, LeftOut.TREES_UP_TO_THE_DURABLE),

  /** A dead letter is written after its hint was taken away, and not with it. */
  DEAD_LETTER_LOST(breaks("owed")) {
    @Override
    public Storage storage(Storage real) {
      return new CarelessBurial(real);
    }
  },

  /** Replicas that compare what they hold find no difference. */
  NO_DIFFERENCE_FOUND(breaks("marks", "convergence")) {
    @Override
    public void network(SimNetwork network) {
      onMessages(
          network,
          message ->
              message instanceof TreeReply(long id, long hlc, OtherTree other)
                  ? new TreeReply(id, hlc, SameTree.INSTANCE)
                  : message);
    }
  },

  /** One answer to a read is counted for every replica that was asked. */
  HEDGE_COUNTED_TWICE(breaks("repairs")) {
    @Override
    public void network(SimNetwork network) {
      Map<Asked, Set<NodeId>> asked = new HashMap<>();
      network.addRule(
          ReplicaMessage.class,
          sent -> {
            if (sent.message() instanceof Read read) {
              asked
                  .computeIfAbsent(new Asked(sent.from(), read.id()), first -> new TreeSet<>())
                  .add(sent.to());
            } else if (sent.message() instanceof ReadReply reply) {
              asked.getOrDefault(new Asked(sent.to(), reply.id()), Set.of()).stream()
                  .filter(other -> !other.equals(sent.from()))
                  .forEach(sent::alsoFrom);
            }
            return sent.message();
          });
    }
  },

  /** Every node believes that it is the one that forms the cluster. */
  TWO_BOOTSTRAPS(breaks("invariant", "raft"), Scope.WHOLE_NODES) {
    @Override
    public BootstrapConfig bootstrap(BootstrapConfig real) {
      return EveryoneFounds.bootstrap(real);
    }

    @Override
    public Introductions introductions(Introductions real) {
      return EveryoneFounds.introductions(real);
    }
  },

  /** A member proposes in another's name, and what only the leader can know. */
  PROPOSED_BY_ANYBODY(breaks("invariant"), Scope.WHOLE_NODES, LeftOut.AUTHOR_OF_A_PROPOSAL),

  /** A request that an operator repeats is folded in once more: a retry is a second change. */
  REQUEST_FOLDED_AGAIN(breaks("requests"), Scope.TOPOLOGY, LeftOut.MEMORY_OF_REQUESTS),

  /** A leader's snapshot is stored before it was read and checked. */
  SNAPSHOT_UNREAD(breaks("raft"), Scope.WHOLE_NODES, LeftOut.STATE_OF_A_SNAPSHOT),

  /** A node of the later release writes for the log what the earlier one does not read. */
  WRITTEN_TOO_EARLY(breaks("invariant"), Scope.WHOLE_NODES, LeftOut.VERSION_OF_THE_CLUSTER),

  /** An upgrade is finalized while a member still runs the earlier release. */
  FINALIZED_WHILE_ONE_LAGS(breaks("invariant"), Scope.WHOLE_NODES, LeftOut.RAISE_AFTER_ALL),

  /** A message of a kind, or with a value, that only a newer version knows ends the stream. */
  UNKNOWN_ENDS_STREAM(breaks("streams"), Scope.WHOLE_NODES, LeftOut.ANSWER_TO_THE_UNKNOWN),

  /**
   * A purge is confirmed when a majority of the replicas holds the same (docs/design/purge.md#f8).
   */
  PURGED_BY_A_MAJORITY(breaks("versions"), Scope.WHOLE_NODES, LeftOut.EQUALITY_OF_ALL),

  /** A purge is confirmed while a replica is away (docs/design/purge.md#f8). */
  PURGED_WITHOUT_ONE(breaks("versions"), Scope.WHOLE_NODES, LeftOut.NO_REPLICA_EXCUSED),

  /**
   * A purge is confirmed, and late stamps may still lie below what it took away
   * (docs/design/purge.md#f8). An update of a writer that the purge has folded is acknowledged, and
   * has no effect, as the floor includes all of that one ({@code fields}).
   */
  PURGED_WITHOUT_PROMISE(
      breaks("changes", "fields"), Scope.WHOLE_NODES, LeftOut.PROMISE_OF_A_PURGE),

  /**
   * What was sent before a purge is taken after it (docs/design/purge.md#f8). A comparison that the
   * epoch of the purge would have ended goes on over it, and its mark ends when the target holds
   * nothing, for the purge has taken the tombstone away there ({@code marks}).
   */
  PURGE_WITHOUT_FENCE(breaks("convergence", "marks"), Scope.WHOLE_NODES, LeftOut.FENCE_OF_EPOCHS),

  /** What a copy brings replaces what is held, even a newer record. */
  MOVE_COPY_REPLACES(breaks("changes"), Scope.TOPOLOGY, LeftOut.MERGE_OF_REPAIRS),

  /** What was planned before a step is taken after it. */
  MOVE_WITHOUT_FENCE(breaks("convergence"), Scope.TOPOLOGY, LeftOut.FENCE_OF_EPOCHS),

  /**
   * A majority of the old and the new set together acknowledges a write
   * (docs/design/topology-change.md#both-sets).
   */
  MOVE_UNION_QUORUM(breaks("versions"), Scope.TOPOLOGY, LeftOut.BOTH_SETS),

  /** A write is stamped below what its session has seen (docs/design/sessions.md#stamp). */
  STAMPED_BELOW_SESSION(breaks("sessions"), Scope.DATA_PLANE, LeftOut.STAMP_ABOVE_THE_SESSION),

  /** A read returns less than its session has seen (docs/design/sessions.md#exact). */
  READ_BELOW_SESSION(breaks("sessions"), Scope.DATA_PLANE, LeftOut.MINIMUM_OF_A_SESSION),

  /** A read at ONE below the floor of its session stays at ONE (docs/design/sessions.md#floor). */
  READ_BELOW_FLOOR(breaks("sessions"), Scope.DATA_PLANE, LeftOut.FLOOR_OF_A_SESSION),

  /** A token keeps nothing of what has no entry any more (docs/design/sessions.md#floor). */
  FLOOR_FORGOTTEN(breaks("sessions"), Scope.DATA_PLANE, LeftOut.FLOOR_IN_A_TOKEN),

  /**
   * A token keeps in a floor what only some replicas are known to hold
   * (docs/design/sessions.md#promote).
   */
  FORGOTTEN_UNPROMOTED(breaks("sessions"), Scope.DATA_PLANE, LeftOut.PROMOTION_BEFORE_THE_FLOOR),

  /** A write sends its value without the other siblings (docs/design/siblings.md#whole). */
  SIBLING_SENT_ALONE(breaks("siblings"), Scope.DATA_PLANE, LeftOut.WHOLE_RECORD_OF_SIBLINGS),

  /** A write that is tried again is taken again (docs/design/siblings.md#retry). */
  SIBLING_TAKEN_TWICE(breaks("siblings"), Scope.DATA_PLANE, LeftOut.WRITES_TAKEN_ONCE),

  /**
   * A replica accepts what it has promised not to (docs/design/linearizable.md#promise). Of keys
   * under locks ({@code fences}), a write takes effect after one with a higher token.
   */
  PROMISE_NOT_KEPT(breaks("fences", "linearizability"), Scope.DATA_PLANE, LeftOut.PROMISES_KEPT),

  /** A promise is answered before it is durable (docs/design/linearizable.md#promise). */
  PROMISE_NOT_DURABLE(breaks("linearizability"), Scope.DATA_PLANE, LeftOut.PROMISES_DURABLE),

  /**
   * A register is read in one round though replicas have accepted different ballots
   * (docs/design/linearizable.md#read). Of keys under locks ({@code fences}), a read is answered
   * after a write with a higher token.
   */
  READ_OF_ANY_BALLOTS(breaks("fences", "linearizability"), Scope.DATA_PLANE, LeftOut.ONE_BALLOT),

  /** A change that is tried again is taken again (docs/design/linearizable.md#once). */
  CHANGE_TAKEN_TWICE(breaks("linearizability"), Scope.DATA_PLANE, LeftOut.CHANGES_TAKEN_ONCE),

  /** A write takes effect whatever its token (docs/design/fencing.md#refuse). */
  ANY_TOKEN_TAKEN(breaks("token order"), Scope.DATA_PLANE, LeftOut.FENCES),

  /** A read under a lock leaves the fence as it is (docs/design/fencing.md#raise). */
  FENCE_NOT_RAISED(breaks("token order"), Scope.DATA_PLANE, LeftOut.FENCE_RAISED_BY_READS),

  /**
   * What a read under a lock has found is left as it is (docs/design/fencing.md#raise-of-records).
   * To raise it is what brings it to those that lack it, too: it lies at one replica, and the next
   * read misses it ({@code versions}).
   */
  READ_AND_NOT_RAISED(
      breaks("token order", "versions"), Scope.DATA_PLANE, LeftOut.WHAT_IS_READ_RAISED),

  /** What is raised is above what was written under the token (docs/design/fencing.md#rank). */
  RAISED_ABOVE_WHAT_IS_FRESH(
      breaks("values", "token order"), Scope.DATA_PLANE, LeftOut.RAISED_BELOW_FRESH),

  /** A mark is answered before it is durable (docs/design/fencing.md#mark). */
  MARK_NOT_DURABLE(breaks("token order"), Scope.DATA_PLANE, LeftOut.MARKS_DURABLE),

  /** What a purge took away has left no fence (docs/design/fencing.md#purge-of-marks). */
  FENCE_LOST_IN_A_PURGE(breaks("token order"), Scope.TOPOLOGY, LeftOut.FORGOTTEN_FENCES, "locked"),

  /** Copies have no marks and no ranks (docs/design/fencing.md#moved). */
  FENCE_LOST_IN_A_MOVE(breaks("convergence"), Scope.TOPOLOGY, LeftOut.FENCES_COPIED),

  /** A write under no lock is not stamped above a fence (docs/design/fencing.md#plain). */
  STAMPED_BELOW_A_FENCE(
      breaks("token order"), Scope.DATA_PLANE, LeftOut.STAMPS_ABOVE_FENCES, "locked"),

  /** An earlier attempt at a read is answered (docs/design/fencing.md#attempts). */
  EARLIER_ATTEMPT_ANSWERED(
      breaks("token order"), Scope.DATA_PLANE, LeftOut.ATTEMPTS_ORDERED, "locked"),

  /** A purge goes by the time of the version alone (docs/design/fencing.md#times). */
  LATER_TIME_FORGOTTEN(breaks("token order"), Scope.TOPOLOGY, LeftOut.LATEST_TIMES, "locked"),

  /** A node counts the updates that it coordinates as its own (docs/design/crdts.md#writer). */
  COUNTED_BY_THE_COORDINATOR(breaks("fields"), Scope.DATA_PLANE, LeftOut.CLIENT_AS_WRITER),

  /** The highest number of a writer stands for all lower ones (docs/design/crdts.md#exact). */
  LOWER_NUMBERS_TAKEN_FOR_KNOWN(breaks("fields"), Scope.DATA_PLANE, LeftOut.EXACT_NUMBERS),

  /** A damaged partition is dropped, and the cluster does not learn that the replica lacks it. */
  DROPPED_UNASKED(breaks("versions"), Scope.WHOLE_NODES, LeftOut.REFILL_BEFORE_DROP),

  /** A client's stamp is taken as it is (docs/design/once.md#ask). */
  STORED_UNASKED(breaks("linearizability"), Scope.DATA_PLANE, LeftOut.QUESTION_BEFORE_STORING),

  /** Versions that were offered are not noted (docs/design/once.md#note). */
  NOTHING_NOTED(breaks("linearizability"), Scope.DATA_PLANE, LeftOut.NOTES),

  /** A replica that is being filled counts, and says that there is nothing. */
  COUNTS_WHILE_FILLING(breaks("versions"), Scope.WHOLE_NODES, LeftOut.FILLING),

  /** What is replaced while a cut is armed is not kept (docs/design/cuts.md#keep). */
  NOTHING_KEPT_FOR_A_CUT(breaks("backups"), Scope.BACKUPS, LeftOut.CUT_KEPT),

  /** One image is read where a quorum of them is asked for (docs/design/cuts.md#read). */
  ONE_IMAGE_OF_A_CUT(breaks("backups"), Scope.BACKUPS, LeftOut.CUT_IMAGES_OF_A_QUORUM),

  /**
   * Of the images of a key of other models than the last write's one is taken for all
   * (docs/design/cuts.md#models).
   */
  IMAGES_OF_A_CUT_NOT_MERGED(breaks("backups"), Scope.BACKUPS, LeftOut.CUT_IMAGES_MERGED),

  /**
   * Images have records without moments as they lie on the disk: with what a replica alone has
   * promised, which no coordinator takes (docs/design/cuts.md#models).
   */
  IMAGES_AS_THEY_LIE(breaks("liveness"), Scope.BACKUPS, LeftOut.CUT_COUNTED),

  /** Images have no deletions, so that another one shows what was deleted. */
  IMAGES_WITHOUT_DELETIONS(breaks("backups"), Scope.BACKUPS, LeftOut.CUT_DELETIONS),

  /** What is replaced of a tenant with a history is not kept (docs/design/history.md). */
  NOTHING_KEPT_IN_A_HISTORY(breaks("backups"), Scope.BACKUPS, LeftOut.HISTORY_REPLACED),

  /** A quorum of the replicas says that a tenant is empty (docs/design/backup.md#into-empty). */
  EMPTY_BY_A_QUORUM(breaks("restores"), Scope.RESTORES, LeftOut.LOOK_AT_ALL_REPLICAS),

  /**
   * A tenant is looked at before it is closed only (docs/design/backup.md#into-empty). The operator
   * of the simulator makes this mistake, and no node lacks a rule: it shows that the checker
   * notices the damage.
   */
  EMPTY_BEFORE_IT_WAS_CLOSED(breaks("restores"), Scope.RESTORES, LeftOut.LOOK_AFTER_CLOSING),

  /** A tenant is closed, and no epoch ends (docs/design/backup.md#into-empty). */
  CLOSED_UNDER_OLD_EPOCHS(breaks("restores"), Scope.RESTORES, LeftOut.EPOCHS_OF_CLOSING),

  /** What is written behind the look is acknowledged (docs/design/backup.md#into-empty). */
  STORED_BEHIND_THE_LOOK(breaks("restores"), Scope.RESTORES, LeftOut.REFUSAL_OF_THE_CLOSED),

  /**
   * What is restored meets tombstones of before (docs/design/backup.md#into-empty). The checker
   * believes the id, so what is on disks when all is at rest, or what is read, has to show it.
   */
  RESTORED_UNDER_THE_OLD_ID(breaks("restores"), Scope.RESTORES, LeftOut.NEXT_ID_OF_THE_TAKEN),

  /**
   * What a given-up restore has stored is shown (docs/design/backup.md#into-empty). The checker
   * believes the id, so a client has to be shown it.
   */
  GIVEN_UP_UNDER_THE_SAME_ID(breaks("restores"), Scope.RESTORES, LeftOut.NEXT_ID_OF_THE_GIVEN_UP),

  /** A restore that was given up ends the next one (docs/design/backup.md#into-empty). */
  FINISHED_BY_ANOTHER_RESTORE(breaks("restores"), Scope.RESTORES, LeftOut.END_OF_THE_SAME_RESTORE),

  /**
   * A tenant is opened while a part of the backup is not stored. The operator of the simulator
   * makes this mistake, and no node lacks a rule: it shows that the checker notices the damage.
   */
  OPENED_BEFORE_ALL_IS_STORED(
      breaks("restores"), Scope.RESTORES, LeftOut.ALL_STORED_BEFORE_OPENING),

  /** What cannot be read is taken for absent. */
  UNREADABLE_IS_ABSENT(breaks("changes", "versions")) {
    @Override
    public Storage storage(Storage real) {
      return new BlindStorage(real);
    }
  },

  /** What a repair brings has lost its expiry on the way. */
  EXPIRED_COMES_BACK(breaks("convergence")) {
    @Override
    public void network(SimNetwork network) {
      onMessages(
          network,
          message ->
              switch (message) {
                case Write write when write.cause() != Cause.FRESH ->
                    new Write(
                        write.id(),
                        write.partition(),
                        write.epoch(),
                        write.key(),
                        forEver(write.record()),
                        write.cause(),
                        write.timeoutMillis());
                case WriteRecords write ->
                    new WriteRecords(
                        write.id(),
                        write.partition(),
                        write.epoch(),
                        write.tenant(),
                        write.entries().stream()
                            .map(each -> new Entry(each.key(), forEver(each.record())))
                            .toList(),
                        write.timeoutMillis());
                default -> message;
              });
    }

    private Record forEver(Record record) {
      return record.expiresAtMillis() == 0
          ? record
          : Record.value(record.version(), record.epoch(), 0, record.copyValue());
    }
  },

  /** A write that was sent is called unavailable when it fails: applied nowhere. */
  UNAVAILABLE_THOUGH_SENT(breaks("values")) {
    @Override
    public DataPlane dataPlane(DataPlane real) {
      return new DataPlane() {
        @Override
        public void submit(Operation operation, long deadlineNanos, OutcomeCallback callback) {
          real.submit(operation, deadlineNanos, outcome -> callback.done(callUnavailable(outcome)));
        }

        @Override
        public void scan(ScanRequest request, long deadlineNanos, ScanCallback callback) {
          real.scan(request, deadlineNanos, callback);
        }
      };
    }
  };

  private final Set<String> breaks;
  private final List<Scope> scopes;
  private final @Nullable String workload;
  private final Set<LeftOut> leftOut;

  /** Lies at any interface of a node. */
  Mutant(Set<String> breaks, Scope... scopes) {
    this.breaks = breaks;
    this.scopes =
        scopes.length == 0 ? List.of(Scope.DATA_PLANE, Scope.WHOLE_NODES) : List.of(scopes);
    this.leftOut = Set.of();
    this.workload = null;
  }

  /** Leaves a rule out, in the class that keeps it. */
  Mutant(Set<String> breaks, Scope scope, LeftOut rule) {
    this(breaks, scope, rule, null);
  }

  /**
   * Leaves a rule out that counts with clients of one kind, which in mixed runs are too few.
   *
   * @param workload that clients do; null: what the seed draws
   */
  Mutant(Set<String> breaks, Scope scope, LeftOut rule, @Nullable String workload) {
    this.breaks = breaks;
    this.scopes = List.of(scope);
    this.leftOut = Set.of(rule);
    this.workload = workload;
  }

  private static Set<String> breaks(String... checkers) {
    return Collections.unmodifiableSortedSet(new TreeSet<>(List.of(checkers)));
  }

  /**
   * The names of the checkers that notice it. What another checker notices in a run with this
   * mutant is no work of the mutant. One checker, {@code linearizability}, has the histories of
   * registers and those of keys that take each write once; {@code fences} has those of registers
   * under locks.
   */
  Set<String> breaks() {
    return breaks;
  }

  @Override
  public Set<LeftOut> leftOut() {
    return leftOut;
  }

  /** The one kind of work that clients do in its runs; null: what the seed draws. */
  @Nullable String workload() {
    return workload;
  }

  /** Where what is broken exists. */
  public List<Scope> scopes() {
    return scopes;
  }

  /** A request, by the asking node and its number; only looked up. */
  private record Asked(NodeId coordinator, long id) {}

  private static void onMessages(SimNetwork network, UnaryOperator<ReplicaMessage> lie) {
    network.addRule(ReplicaMessage.class, sent -> lie.apply(sent.message()));
  }

  private static Outcome callUnavailable(Outcome outcome) {
    return outcome instanceof Outcome.Failed(Failure failure) && failure.mayHaveApplied()
        ? new Outcome.Failed(Failure.refused(Reason.UNAVAILABLE, "not available"))
        : outcome;
  }
}
