package io.quorate.replication.coordinator;

import io.quorate.model.NodeId;
import io.quorate.model.Quoted;
import io.quorate.placement.Cut;
import io.quorate.placement.Level;
import io.quorate.placement.Quorum;
import io.quorate.placement.Regions;
import io.quorate.placement.Stage;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.version.Hlc;
import io.quorate.version.Register;
import io.quorate.version.SiblingSet;
import io.quorate.version.Version;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The failures of operations, in words that say what was needed, what was reached, what to do. */
final class Failures {
  /** When most of a partition is down, asking again sooner than this rarely helps. */
  private static final int RETRY_UNAVAILABLE_MILLIS = 250;

  private static final int RETRY_OVERLOADED_MILLIS = 50;

  /** Until a node is back. */
  private static final int RETRY_NO_ROOM_MILLIS = 1_000;

  /** Why a replica that answers does not count. */
  static final String LOCKS_SILENT =
      "the leader of the locks did not say in time whether the token is that of a lock that is"
          + " held";

  static final String FILLING = "it is being filled and does not count yet";

  /** Why a write could not be stamped above what a replica holds. */
  static final String NO_TIME_LEFT =
      "a replica holds a record stamped at the end of time, above which there is no other; see"
          + " 'quorate doctor'";

  /** Why a replica is not believed what it holds. */
  static final String OF_ANOTHER_MODEL = "it holds a record that is not of the model of its tenant";

  /** Why an answer counts as none. */
  static final String NOT_ASKED_FOR = "it answered what it was not asked for";

  private Failures() {}

  /** Why a replica is not believed that it holds a record. */
  static String farAhead(Version told) {
    return "it holds a record stamped at " + Hlc.toString(told.hlc()) + ", far ahead of all clocks";
  }

  static Failure noTimeLeft(Plan plan) {
    return notServing(plan.partition(), "nothing was applied: " + NO_TIME_LEFT);
  }

  /** What a node says whose own replica does not take a write, and so lets it have no stamp. */
  static Failure ownReplicaRefuses(Plan plan, String why) {
    return notServing(
        plan.partition(),
        ("the replica of partition %d on this node took no write (%s). Nothing was applied; ask"
                + " another node")
            .formatted(plan.partition(), why));
  }

  /** What a node says that is asked to coordinate where it may not. */
  static Failure notCoordinating(Plan plan, NodeId self) {
    return notServing(
        plan.partition(),
        plan.replicas().contains(self)
            ? "partition "
                + plan.partition()
                + " is being filled on this node, which does not serve it until it is full; ask"
                + " another"
            : "this node holds no replica of partition " + plan.partition() + "; ask another");
  }

  /** What keeps replicas that are up from counting, for messages; empty if nothing does. */
  private static String uncounted(Plan plan) {
    List<NodeId> filling =
        plan.replicas().stream().filter(node -> !plan.serving().contains(node)).toList();
    return filling.isEmpty() ? "" : "; " + filling + " are being filled and do not count yet";
  }

  /** How many of how many replicas must answer; of each set, while the partition moves. */
  private static String needs(Plan plan, Quorum quorum) {
    if (quorum.groups().stream().anyMatch(group -> !group.region().isEmpty())) {
      return quorum.groups().stream()
          .map(group -> needsOf(plan, group))
          .distinct()
          .collect(Collectors.joining(" and "));
    }
    return plan.stage() instanceof Stage.Moving moving
        ? "%d of %d replicas that the partition moves from and %d of %d that it moves to"
            .formatted(
                quorum.groups().getFirst().needed(),
                moving.old().size(),
                quorum.groups().getLast().needed(),
                moving.next().size())
        : quorum.needed() + " of " + plan.replicas().size() + " replicas";
  }

  private static String needsOf(Plan plan, Quorum.Group group) {
    if (group.region().isEmpty()) {
      return "%d of %d replicas".formatted(group.needed(), plan.replicas().size());
    }
    Regions regions = plan.stage().regions();
    long there =
        plan.replicas().stream()
            .filter(replica -> regions.of(replica).equals(group.region()))
            .count();
    return "%d of %d replicas in region '%s'".formatted(group.needed(), there, group.region());
  }

  /** Names the regions in which too few replicas are left; empty if that is not why. */
  private static String lacking(Quorum quorum, Collection<NodeId> failed) {
    List<String> regions =
        quorum.lost(failed).stream()
            .map(Quorum.Group::region)
            .filter(region -> !region.isEmpty())
            .distinct()
            .map(region -> "'" + region + "'")
            .toList();
    return regions.isEmpty()
        ? ""
        : "; too few replicas are left in region " + String.join(", ", regions);
  }

  static Failure unavailable(
      Plan plan, Level level, Quorum quorum, Collection<NodeId> dead, String why) {
    return Failure.builder(
            Reason.UNAVAILABLE,
            String.format(
                "partition %d of tenant '%s': level %s needs %s, %d are live, and %s are"
                    + " not available (%s). Nothing was applied; try again when they are back",
                plan.partition(),
                plan.tenant().name(),
                level,
                needs(plan, quorum),
                plan.replicas().size() - dead.size(),
                dead,
                why + uncounted(plan) + lacking(quorum, dead)))
        .retryAfterMillis(RETRY_UNAVAILABLE_MILLIS)
        .partition(plan.partition())
        .needed(quorum.needed())
        .build();
  }

  static Failure readUnavailable(
      Plan plan,
      Level level,
      Quorum quorum,
      List<NodeId> answered,
      Collection<NodeId> failed,
      String why) {
    return Failure.builder(
            Reason.UNAVAILABLE,
            String.format(
                "partition %d of tenant '%s': a read at level %s needs %s; %d answered"
                    + " and %s failed (%s). Try again when they are back",
                plan.partition(),
                plan.tenant().name(),
                level,
                needs(plan, quorum),
                answered.size(),
                failed,
                why + uncounted(plan) + lacking(quorum, failed)))
        .retryAfterMillis(RETRY_UNAVAILABLE_MILLIS)
        .partition(plan.partition())
        .needed(quorum.needed())
        .answered(answered)
        .build();
  }

  /** So few images are left that a cut is of no use any more. */
  static Failure imagesGone(Plan plan, Cut cut, Quorum quorum, Map<NodeId, String> gone) {
    return Failure.builder(
            Reason.FAILED_PRECONDITION,
            ("partition %d of tenant '%s': its images of cut %d are gone at nodes %s (%s), and %s"
                    + " are needed: the cut has to be made again")
                .formatted(
                    plan.partition(),
                    plan.tenant().name(),
                    cut.id(),
                    gone.keySet(),
                    reasons(gone),
                    needs(plan, quorum)))
        .partition(plan.partition())
        .needed(quorum.needed())
        .build();
  }

  /** Too few replicas answer for the images that they may have. */
  static Failure imagesAway(
      Plan plan, Cut cut, Quorum quorum, Collection<NodeId> answered, Map<NodeId, String> away) {
    return Failure.builder(
            Reason.UNAVAILABLE,
            ("partition %d of tenant '%s': images of cut %d are needed of %s; %d answered, and %s"
                 + " failed (%s). Try again when they are back; nodes that have started since have"
                 + " no images, and the cut has to be made again")
                .formatted(
                    plan.partition(),
                    plan.tenant().name(),
                    cut.id(),
                    needs(plan, quorum),
                    answered.size(),
                    away.keySet(),
                    reasons(away)))
        .retryAfterMillis(RETRY_UNAVAILABLE_MILLIS)
        .partition(plan.partition())
        .needed(quorum.needed())
        .answered(List.copyOf(answered))
        .build();
  }

  private static String reasons(Map<NodeId, String> failed) {
    return failed.values().stream().distinct().collect(Collectors.joining("; "));
  }

  /** No replica that answered has what the client's session has seen. */
  static Failure belowMinimum(
      Plan plan,
      Version minimum,
      @Nullable Version newest,
      List<NodeId> answered,
      Collection<NodeId> failed) {
    return Failure.builder(
            Reason.UNAVAILABLE,
            ("partition %d of tenant '%s': the read asks for version %s or a later one; the"
                 + " replicas that answered, %s, have %s, and %s failed. A replica that has it may"
                 + " be down or cut off; try again when it is back")
                .formatted(
                    plan.partition(),
                    plan.tenant().name(),
                    minimum,
                    answered,
                    newest == null ? "nothing" : newest,
                    failed))
        .retryAfterMillis(RETRY_UNAVAILABLE_MILLIS)
        .partition(plan.partition())
        .answered(answered)
        .build();
  }

  static Failure outcomeUnknown(
      Plan plan,
      Level level,
      Quorum quorum,
      List<NodeId> acked,
      Collection<NodeId> failed,
      String why) {
    return Failure.builder(
            Reason.OUTCOME_UNKNOWN,
            String.format(
                "partition %d of tenant '%s': a write at level %s needs %s; %d have it"
                    + " and %s failed (%s). It may take effect; repeat it to be sure that it does",
                plan.partition(),
                plan.tenant().name(),
                level,
                needs(plan, quorum),
                acked.size(),
                failed,
                why + uncounted(plan) + lacking(quorum, failed)))
        .mayHaveApplied(true)
        .partition(plan.partition())
        .needed(quorum.needed())
        .answered(acked)
        .build();
  }

  static Failure deadlineExceeded(
      Plan plan, Level level, Quorum quorum, List<NodeId> answered, boolean mayHaveApplied) {
    return Failure.builder(
            Reason.DEADLINE_EXCEEDED,
            String.format(
                "partition %d of tenant '%s': level %s needs %s, and %d answered before"
                    + " the deadline%s. %s",
                plan.partition(),
                plan.tenant().name(),
                level,
                needs(plan, quorum),
                answered.size(),
                uncounted(plan),
                mayHaveApplied
                    ? "It may take effect; repeat it to be sure that it does"
                    : "Nothing was applied"))
        .mayHaveApplied(mayHaveApplied)
        .partition(plan.partition())
        .needed(quorum.needed())
        .answered(answered)
        .build();
  }

  static Failure notServing(int partition, String message) {
    return Failure.builder(Reason.NOT_SERVING, message)
        .retryAfterMillis(RETRY_UNAVAILABLE_MILLIS)
        .partition(partition)
        .build();
  }

  static Failure overloaded(String bound) {
    return Failure.overloaded(
        "this node has "
            + bound
            + " under way already. Nothing was applied; try again a little"
            + " later, or elsewhere",
        RETRY_OVERLOADED_MILLIS);
  }

  static Failure noRoomForHint(Plan plan, NodeId replica) {
    return Failure.builder(
            Reason.OVERLOADED,
            String.format(
                "partition %d of tenant '%s': replica %s is away, and no more can be remembered for"
                    + " it here, which this tenant does not put up with (hint_overflow: REJECT)."
                    + " Nothing was applied. Bring that node back, raise hints.max_per_node, or"
                    + " alter the tenant to hint_overflow MARK",
                plan.partition(), plan.tenant().name(), replica))
        .retryAfterMillis(RETRY_NO_ROOM_MILLIS)
        .partition(plan.partition())
        .build();
  }

  /**
   * What a tenant does that is to get what a backup has of it: for clients there is none yet. They
   * ask again for a moment, as this node may have yet to hear that it was opened.
   */
  static Failure beingRestored(Tenant tenant) {
    return Failure.refused(
        Reason.UNKNOWN_TENANT,
        ("tenant '%s' is being restored from a backup, and takes no requests before that is"
                + " finished. Nothing was applied")
            .formatted(tenant.name()));
  }

  /** Records of a backup, for a tenant that is not to get any. */
  static Failure notBeingRestored(Tenant tenant) {
    return Failure.refused(
        Reason.INVALID,
        ("tenant '%s' is not being restored from that backup, or not any more: begin the restore"
                + " again")
            .formatted(tenant.name()));
  }

  /** Too few replicas have taken records of a backup. */
  static Failure notRestored(Plan plan, Level level, WriteTally tally, String why) {
    return Failure.builder(
            Reason.UNAVAILABLE,
            ("partition %d of tenant '%s': to restore records needs %s; %s have them and %s failed"
                    + " (%s). Some may be stored; store them again when those are back")
                .formatted(
                    plan.partition(),
                    plan.tenant().name(),
                    needs(plan, tally.quorum()),
                    tally.acked(),
                    tally.failed(),
                    why + uncounted(plan) + lacking(tally.quorum(), tally.failed())))
        .mayHaveApplied(true)
        .retryAfterMillis(RETRY_UNAVAILABLE_MILLIS)
        .partition(plan.partition())
        .needed(tally.quorum().needed())
        .answered(tally.acked())
        .build();
  }

  static Failure unreachableLevel(Plan plan, Level level) {
    return Failure.refused(
        Reason.INVALID,
        String.format(
            "level %s asks for %d replicas, and tenant '%s' has %d of each key: ask for 1 to %d",
            level,
            level.required(plan.stage().readColumn().size()),
            plan.tenant().name(),
            plan.stage().readColumn().size(),
            plan.stage().readColumn().size()));
  }

  /** Nothing with this stamp was applied, nor will be. */
  static Failure stampTooLow(Plan plan, long above) {
    return Failure.builder(
            Reason.STAMP_TOO_LOW,
            ("partition %d of tenant '%s': the stamp of the write is not above %s, which the key"
                    + " has or will not go below. Nothing was applied; send it again with a stamp"
                    + " above that")
                .formatted(plan.partition(), plan.tenant().name(), Hlc.toString(above)))
        .partition(plan.partition())
        .aboveHlc(above)
        .build();
  }

  /** A write of a tenant whose clients stamp their writes came without a stamp. */
  static Failure unstamped(Tenant tenant, long now) {
    return Failure.builder(
            Reason.STAMP_TOO_LOW,
            ("tenant '%s' has %s, so its clients stamp each write, and this one has no stamp."
                    + " Nothing was applied; send it with a stamp above %s")
                .formatted(tenant.name(), naming(tenant), Hlc.toString(now)))
        .aboveHlc(now)
        .build();
  }

  /**
   * Whether an earlier attempt was applied will not be known: the client is told once and for all.
   */
  static Failure stampForgotten(Plan plan, long stamp) {
    return Failure.builder(
            Reason.OUTCOME_UNKNOWN,
            ("partition %d of tenant '%s': an earlier attempt at the write stamped %s may have been"
                    + " applied and overwritten, and replicas no longer know: they forget what was"
                    + " overwritten after %s. Read the key to see what it has")
                .formatted(
                    plan.partition(),
                    plan.tenant().name(),
                    Hlc.toString(stamp),
                    plan.tenant().writesOnce()
                        ? "limits.remember_writes"
                        : plan.tenant().isLinearizable()
                            ? "%d changes, or a purge".formatted(Register.CHANGES_MAX)
                            : "a purge"))
        .mayHaveApplied(true)
        .partition(plan.partition())
        .decided(true)
        .build();
  }

  /** What a tenant whose writes take effect at most once does not offer. */
  static Failure notAtQuorum(Tenant tenant) {
    return Failure.refused(
        Reason.INVALID,
        ("tenant '%s' has %s: its keys are read and written at level QUORUM, with read"
                + " repair. Ask for that, or leave both out. Nothing was applied")
            .formatted(tenant.name(), naming(tenant)));
  }

  /** The setting for which clients of a tenant name their writes. */
  private static String naming(Tenant tenant) {
    return tenant.writesOnce() ? "retries ONCE" : "model " + tenant.get(TenantSetting.MODEL);
  }

  /** A key would have more siblings, or more bytes of them, than it may. */
  static Failure tooManySiblings(Plan plan, int siblings, long bytes) {
    return Failure.builder(
            Reason.TOO_MANY_SIBLINGS,
            ("partition %d of tenant '%s': with this put the key would have %d siblings of %d"
                 + " bytes; it may have %d, and one that is not alone may not exceed"
                 + " limits.max_value_bytes and 64 KiB with the others. Nothing was applied: read"
                 + " the key, and put one value with the context of that read in the place of all")
                .formatted(
                    plan.partition(),
                    plan.tenant().name(),
                    siblings,
                    bytes,
                    SiblingSet.SIBLINGS_MAX))
        .partition(plan.partition())
        .build();
  }

  /** A context that no read of the key gave. */
  static Failure contextNotOfKey(Tenant tenant) {
    return Failure.refused(
        Reason.INVALID,
        ("tenant '%s': the context was not given by a read of this key: read the key, and send the"
                + " context of that read as it was answered. Nothing was applied")
            .formatted(tenant.name()));
  }

  /** A context, of a tenant of whose keys the last write wins. */
  static Failure contextNotTaken(Tenant tenant) {
    return Failure.refused(
        Reason.INVALID,
        ("tenant '%s' has model LAST_WRITE_WINS, whose writes have no context: send the write"
                + " without, or use a tenant with model SIBLINGS. Nothing was applied")
            .formatted(tenant.name()));
  }

  /** A write with a stamp, of a tenant whose coordinators stamp. */
  static Failure stampNotTaken(Tenant tenant) {
    return Failure.refused(
        Reason.INVALID,
        ("tenant '%s' has retries REPEAT: its nodes stamp writes, and this one has a stamp of its"
                + " client. Send it without. Nothing was applied")
            .formatted(tenant.name()));
  }

  /**
   * A key does not have what a write asks for.
   *
   * @param reason why not, by the numbers of the edit
   */
  static Failure conditionFailed(Plan plan, RegisterEdit edit, long reason) {
    String why =
        switch (edit) {
          case RegisterEdit.Set set -> "the key does not have what the condition asks for";
          case RegisterEdit.Add add ->
              "the key has a value that is no decimal number, or the sum with %d is not within %d and %d"
                  .formatted(add.by(), add.min(), add.max());
          case RegisterEdit.UpdateFields update -> FieldsFailures.notMet(update, reason);
        };
    return Failure.builder(
            Reason.CONDITION_FAILED,
            "partition %d of tenant '%s': %s. Nothing was applied"
                .formatted(plan.partition(), plan.tenant().name(), why))
        .partition(plan.partition())
        .field(
            edit instanceof RegisterEdit.UpdateFields update
                ? FieldsFailures.fieldNotMet(update, reason)
                : "")
        .build();
  }

  /** A later holder of the lock was at the key, or the token is not held any more. */
  static Failure fenced(Plan plan, long token, long fence) {
    String why =
        fence == 0
            ? "no lock is held under it any more"
            : "the key was written or read under token " + Long.toUnsignedString(fence);
    return Failure.builder(
            Reason.FENCED,
            ("partition %d of tenant '%s': token %s is stale: %s. Nothing was applied. Stop, and"
                    + " acquire the lock again")
                .formatted(
                    plan.partition(), plan.tenant().name(), Long.toUnsignedString(token), why))
        .partition(plan.partition())
        .fence(fence)
        .build();
  }

  /** Of a write that may lie at some replicas: not at enough of them, and not acknowledged. */
  static Failure fencedWrite(Plan plan, long token, long fence) {
    String why =
        fence == 0
            ? "no lock is held under it any more"
            : "the key was written or read under token " + Long.toUnsignedString(fence);
    return Failure.builder(
            Reason.FENCED,
            ("partition %d of tenant '%s': token %s is stale: %s. The write was not acknowledged,"
                 + " and is gone once the key is written or read under the later token. Stop, and"
                 + " acquire the lock again")
                .formatted(
                    plan.partition(), plan.tenant().name(), Long.toUnsignedString(token), why))
        .mayHaveApplied(true)
        .partition(plan.partition())
        .fence(fence)
        .build();
  }

  static String heldBy(HeldTokens.IsHeld held) {
    return "Lock %s is held by %s".formatted(Quoted.of(held.lock()), Quoted.of(held.owner()));
  }

  /** Nothing is known of a token that a key has to be told of. */
  static Failure tokenNotKnown(Plan plan, String why) {
    return Failure.builder(
            Reason.UNAVAILABLE,
            "partition %d of tenant '%s': %s. Nothing was applied; try again"
                .formatted(plan.partition(), plan.tenant().name(), why))
        .retryAfterMillis(RETRY_UNAVAILABLE_MILLIS)
        .partition(plan.partition())
        .build();
  }

  /** A token, of a tenant whose replicas do not compare it. */
  static Failure tokenNotTaken(Tenant tenant) {
    return Failure.refused(
        Reason.INVALID,
        ("tenant '%s' has model %s, and fences need a tenant with model LINEARIZABLE or"
             + " LAST_WRITE_WINS: send the request without a token, or use such a tenant. Nothing"
             + " was applied")
            .formatted(tenant.name(), tenant.get(TenantSetting.MODEL)));
  }

  /** A token, of a tenant whose clients stamp their writes: these could not be stamped above it. */
  static Failure tokenWithRetriesOnce(Tenant tenant) {
    return Failure.refused(
        Reason.INVALID,
        ("tenant '%s' has retries ONCE and model LAST_WRITE_WINS, which has no fences: send the"
                + " request without a token, or use a tenant with model LINEARIZABLE. Nothing was"
                + " applied")
            .formatted(tenant.name()));
  }

  /** A number that no lock gives. */
  static Failure tokenTooHigh(long token) {
    return Failure.refused(
        Reason.INVALID,
        "token %s is that of no lock: give the one with which the lock was granted. Nothing was applied"
            .formatted(Long.toUnsignedString(token)));
  }

  /** A token, at a level at which a fence could be missed. */
  static Failure tokenNotAtQuorum(Tenant tenant, Level level) {
    return Failure.refused(
        Reason.INVALID,
        ("a request under the token of a lock is carried out at QUORUM, and this one is at %s: send"
                + " it at QUORUM, or alter the usual level of tenant '%s'. Nothing was applied")
            .formatted(level, tenant.name()));
  }

  /** A token, while some nodes may not know marks. */
  static Failure tokenTooNew(Tenant tenant, int fromVersion, int clusterVersion) {
    return Failure.refused(
        Reason.INVALID,
        ("fences of tenant '%s', with model LAST_WRITE_WINS, need cluster version %d, and the"
                + " cluster is at version %d: finalize the upgrade ('quorate cluster upgrade"
                + " finalize'). Nothing was applied")
            .formatted(tenant.name(), fromVersion, clusterVersion));
  }

  /** A condition, of a tenant whose replicas do not agree on the moment in which it is judged. */
  static Failure conditionNotTaken(Tenant tenant) {
    return Failure.refused(
        Reason.INVALID,
        ("tenant '%s' has model %s, whose writes have no condition: send the write without, or use"
                + " a tenant with model LINEARIZABLE. Nothing was applied")
            .formatted(tenant.name(), tenant.get(TenantSetting.MODEL)));
  }

  /** An increment, of a tenant whose replicas do not agree on the number that is added to. */
  static Failure incrementNotTaken(Tenant tenant) {
    return Failure.refused(
        Reason.INVALID,
        ("tenant '%s' has model %s, and increments need a tenant with model LINEARIZABLE: use one,"
                + " or a tenant with model COUNTERS and updates. Nothing was applied")
            .formatted(tenant.name(), tenant.get(TenantSetting.MODEL)));
  }

  /** A time to live, of a tenant whose replicas would not agree on the moment. */
  static Failure registersDoNotExpire(Tenant tenant) {
    return Failure.refused(
        Reason.INVALID,
        ("tenant '%s' has model LINEARIZABLE, whose keys do not expire: send the put without a time"
                + " to live, and delete what is no longer wanted. Nothing was applied")
            .formatted(tenant.name()));
  }

  static Failure valueTooLarge(Tenant tenant, int bytes) {
    return Failure.refused(
        Reason.INVALID,
        ("the value has %d bytes, and tenant '%s' takes values of at most %d: send less, or raise"
                + " max_value_bytes with 'quorate tenant alter %s --max-value-bytes'. Nothing was"
                + " applied")
            .formatted(
                bytes, tenant.name(), tenant.get(TenantSetting.MAX_VALUE_BYTES), tenant.name()));
  }
}
