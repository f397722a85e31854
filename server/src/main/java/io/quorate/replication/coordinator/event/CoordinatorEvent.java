package io.quorate.replication.coordinator.event;

import io.quorate.event.Counter;
import io.quorate.event.Event;
import io.quorate.event.EventLog;
import io.quorate.event.Gauge;
import io.quorate.event.Tally;
import io.quorate.event.Unmetered;
import io.quorate.model.NodeId;
import io.quorate.placement.Level;
import io.quorate.replication.health.HealthEvent;
import io.quorate.replication.hint.HintEvent;

/** What happens to reads and writes that this node coordinates. */
public sealed interface CoordinatorEvent extends Event {
  /** Longer than for other lines, since two versions may live together for hours. */
  long NOT_UNDERSTOOD_EVERY_NANOS = 60_000_000_000L;

  Counter RESTAMPS =
      Counter.of(
              "quorate.restamps", "Writes stamped again above a higher version that a replica held")
          .by("after_read", false, true);

  Counter REPAIRS =
      Counter.of("quorate.repairs", "Replicas found behind by a read and sent the newest record")
          .by("when", "before_answer", "background", "asked_for", "by_chance");

  Counter READS_OF_EVERYONE =
      Counter.of("quorate.reads.of.everyone", "Reads that asked every live replica")
          .by("why", "asked_for", "by_chance");

  Counter READS_UNREPAIRED =
      Counter.of(
          "quorate.reads.unrepaired",
          "Reads without repair that returned what a later read may miss");

  Counter HEDGES =
      Counter.of("quorate.hedges", "Reads that asked one more replica since others were slow");

  Counter HEDGES_REFUSED =
      Counter.of(
          "quorate.hedges.refused", "Slow reads that asked no more replicas for lack of budget");

  Counter BREAKERS =
      Counter.of(
              "quorate.breaker.events",
              "Times that a replica did not cope and was left alone, or coped again")
          .by("event", "opened", "closed");

  /** From the start of a peer, so that a breaker that is closed is seen to be so. */
  Gauge BREAKER_OPEN =
      Gauge.of(
              "quorate.breaker.open",
              "Whether a replica is live and does not cope, and so is asked after others")
          .by("replica")
          .shownWith(HealthEvent.NODE_LIVE);

  Counter WRITES_SPARED =
      Counter.of(
              "quorate.writes.spared",
              "Writes that a replica got a hint for at once, since it owed too many answers")
          .by("replica");

  /** From the start of a peer, so that a lag of nothing is seen to be one. */
  Gauge LAG =
      Gauge.of(
              "quorate.replication.lag.seconds",
              "How long a replica has owed the answer to a write, or been owed a hint")
          .by("replica")
          .shownWith(HealthEvent.NODE_LIVE);

  Counter WRITES_RELAYED =
      Counter.of(
          "quorate.writes.relayed",
          "Copies of writes that did not cross to another region, since a replica there passes the"
              + " write on to the others");

  Counter RELAYS_FAILED =
      Counter.of(
              "quorate.relays.failed",
              "Times that a replica of another region was to pass a write on, and the others there"
                  + " were sent it directly, or got a hint")
          .by("why", "refused", "down", "silent");

  Counter FAILED_FAST =
      Counter.of("quorate.failed.fast", "Requests refused unsent since too few replicas were live")
          .by("level");

  Counter NOT_UNDERSTOOD =
      Counter.of(
              "quorate.not.understood",
              "Messages between nodes that the one of an older version did not understand")
          .by("where", "here", "there");

  Counter STAMPS_TOO_LOW =
      Counter.of(
              "quorate.stamps.too.low",
              "Writes whose client's stamp was not above what the key had, and that it stamps"
                  + " again")
          .by("attempt", "first", "later");

  Counter STAMPS_FORGOTTEN =
      Counter.of(
          "quorate.stamps.forgotten",
          "Repeated writes of which the cluster no longer knows whether an earlier attempt took"
              + " effect");

  Counter READS_BEHIND_SESSION =
      Counter.of(
              "quorate.reads.behind.session",
              "Reads that found less at first than their client's session had seen: a version that"
                  + " it names, for which the other replicas were asked, or its floor, for which a"
                  + " quorum was read")
          .by("least", "version", "floor");

  Counter READS_IN_VAIN =
      Counter.of(
          "quorate.reads.in.vain",
          "Reads refused since no replica that could be asked had the version that their client's"
              + " session has seen");

  Gauge STALE_TENANTS =
      Gauge.of(
              "quorate.tenant.potentially.stale",
              "Tenants whose own levels let reads miss acknowledged writes")
          .by("tenant");

  /** A replica held a higher version, so a write was stamped again above it. */
  record Restamped(boolean afterRead) implements CoordinatorEvent {
    @Override
    public void count(Tally tally) {
      tally.add(RESTAMPS, 1, afterRead);
    }
  }

  /** A read wrote the newest record back to {@code replicas} before it answered. */
  record RepairedBeforeAnswering(int replicas) implements CoordinatorEvent {
    @Override
    public void count(Tally tally) {
      tally.add(REPAIRS, replicas, "before_answer");
    }
  }

  /** After a read that met disagreement, replicas that it had not asked were sent the newest. */
  record RepairedInBackground(int replicas) implements CoordinatorEvent {
    @Override
    public void count(Tally tally) {
      tally.add(REPAIRS, replicas, "background");
    }
  }

  /** A read that asked everyone brought this number of replicas up to date before its answer. */
  record RepairedEveryone(int replicas) implements CoordinatorEvent {
    @Override
    public void count(Tally tally) {
      tally.add(READS_OF_EVERYONE, 1, "asked_for");
      tally.add(REPAIRS, replicas, "asked_for");
    }
  }

  /** After a read was answered, everyone was asked; this number was brought up to date. */
  record RepairedByChance(int replicas) implements CoordinatorEvent {
    @Override
    public void count(Tally tally) {
      tally.add(READS_OF_EVERYONE, 1, "by_chance");
      tally.add(REPAIRS, replicas, "by_chance");
    }
  }

  /** A read that was to repair nothing returned what a later read may miss. */
  record LeftUnrepaired() implements CoordinatorEvent {
    @Override
    public void count(Tally tally) {
      tally.add(READS_UNREPAIRED);
    }
  }

  /** A read asked one more replica since the ones asked were slow. */
  record Hedged() implements CoordinatorEvent {
    @Override
    public void count(Tally tally) {
      tally.add(HEDGES);
    }
  }

  /** A read would have asked one more replica, had there been budget for it. */
  record HedgeRefused() implements CoordinatorEvent {
    @Override
    public void count(Tally tally) {
      tally.add(HEDGES_REFUSED);
    }
  }

  /** A replica refused or did not answer so often that others are asked first. */
  record BreakerOpened(NodeId replica) implements CoordinatorEvent {
    @Override
    public void count(Tally tally) {
      tally.add(BREAKERS, 1, "opened");
      tally.set(BREAKER_OPEN, 1, replica);
    }

    @Override
    public void tell(EventLog log) {
      log.warn("node {} is up and does not cope: others are asked first", replica);
    }
  }

  /** That replica answers well again. */
  record BreakerClosed(NodeId replica) implements CoordinatorEvent {
    @Override
    public void count(Tally tally) {
      tally.add(BREAKERS, 1, "closed");
      tally.set(BREAKER_OPEN, 0, replica);
    }

    @Override
    public void tell(EventLog log) {
      log.info("node {} copes again", replica);
    }
  }

  /** A write was hinted at once and not sent, since its replica owes too many answers. */
  record WriteSpared(NodeId replica) implements CoordinatorEvent {
    @Override
    public void count(Tally tally) {
      tally.add(WRITES_SPARED, 1, replica);
    }

    @Override
    public void tell(EventLog log) {
      if (log.isDue("spared " + replica)) {
        log.warn("node {} owes too many answers: it gets hints in place of writes", replica);
      }
    }
  }

  /** A write was sent to a replica of another region, which passes it on to others. */
  record WriteRelayed(int copies) implements CoordinatorEvent {
    @Override
    public void count(Tally tally) {
      tally.add(WRITES_RELAYED, copies);
    }
  }

  /** A replica was to pass a write on to others of its region, and that failed. */
  enum RelayFailed implements CoordinatorEvent {
    /** It did not take the write itself, and so passed nothing on. */
    RELAY_REFUSED("refused"),
    /** It is down, and another one has not answered. */
    RELAY_DOWN("down"),
    /** Another one has not answered in time, be it for the one or for the other. */
    RELAY_SILENT("silent");

    private final String why;

    RelayFailed(String why) {
      this.why = why;
    }

    @Override
    public void count(Tally tally) {
      tally.add(RELAYS_FAILED, 1, why);
    }
  }

  /**
   * For how long a replica has owed the answer to a write sent to it, or been owed a hint; told now
   * and then while it changes.
   */
  record ReplicationLag(NodeId replica, long millis) implements CoordinatorEvent {
    @Override
    public void count(Tally tally) {
      tally.set(LAG, millis / 1e3, replica);
    }
  }

  /** A replica lags so far behind that an operator should look at it; told once. */
  @Unmetered("the gauge of the lag says it")
  record FellBehind(NodeId replica, long millis) implements CoordinatorEvent {
    @Override
    public void tell(EventLog log) {
      log.warn(
          "node {} lags {} ms behind the writes of this node: others are asked first",
          replica,
          millis);
    }
  }

  /** It does not any more. */
  @Unmetered("the gauge of the lag says it")
  record CaughtUp(NodeId replica) implements CoordinatorEvent {
    @Override
    public void tell(EventLog log) {
      log.info("node {} does not lag any more", replica);
    }
  }

  /** Too few replicas are live for the level, so nothing was sent. */
  record FailedFast(Level level) implements CoordinatorEvent {
    @Override
    public void count(Tally tally) {
      tally.add(FAILED_FAST, 1, level instanceof Level.InRegion in ? in.local() : level);
    }
  }

  /** A write was refused since no hint could be kept for a replica, as its tenant wants. */
  record HintRejected(NodeId target) implements CoordinatorEvent {
    @Override
    public void count(Tally tally) {
      tally.add(HintEvent.HINTS, 1, "rejected");
    }
  }

  /** The stamp that a client gave its write was not above what the key has. */
  record StampTooLow(boolean firstAttempt) implements CoordinatorEvent {
    @Override
    public void count(Tally tally) {
      tally.add(STAMPS_TOO_LOW, 1, firstAttempt ? "first" : "later");
    }
  }

  /** Whether an earlier attempt at a write took effect is not known any more. */
  record StampForgotten() implements CoordinatorEvent {
    @Override
    public void count(Tally tally) {
      tally.add(STAMPS_FORGOTTEN);
    }
  }

  /** A tenant's own levels let its reads miss acknowledged writes; told once per tenant. */
  record PotentiallyStaleTenant(String tenant) implements CoordinatorEvent {
    @Override
    public void count(Tally tally) {
      tally.set(STALE_TENANTS, 1, tenant);
    }

    @Override
    public void tell(EventLog log) {
      log.warn(
          "the levels of tenant '{}' let its reads miss acknowledged writes (R + W at most N)",
          tenant);
    }
  }

  /**
   * A message between this node and another one, which run different versions, was not understood.
   *
   * @param kind number of the message's kind on the wire
   */
  record NotUnderstood(NodeId other, int kind, Unclear what) implements CoordinatorEvent {
    @Override
    public void count(Tally tally) {
      tally.add(NOT_UNDERSTOOD, 1, what == Unclear.OWN_REQUEST ? "there" : "here");
    }

    @Override
    public void tell(EventLog log) {
      if (log.isDue("not understood " + what + other, NOT_UNDERSTOOD_EVERY_NANOS)) {
        log.warn(what.line, other, kind);
      }
    }
  }

  /** Which message was not understood, and what came of it. */
  enum Unclear {
    /** A request of the other node, whose version is newer. This node did nothing for it. */
    ITS_REQUEST(
        "node {} sends requests that this version does not know (kind {}). They are refused, and"
            + " nothing is done for them until this node is upgraded"),
    /** An answer of the other node, whose version is newer. It never counts as a success. */
    ITS_ANSWER(
        "node {} gives answers that this version does not know (kind {}). None of them counts as"
            + " a success until this node is upgraded"),
    /** A request of this node, whose version is newer. The other node did nothing for it. */
    OWN_REQUEST(
        "node {} does not know requests of this version (kind {}). It refuses them, and does"
            + " nothing for them until it is upgraded");

    private final String line;

    Unclear(String line) {
      this.line = line;
    }
  }

  /** What a read found was less than the session of its client has seen. */
  enum BehindSession implements CoordinatorEvent {
    /** It was below the version that the session names: more replicas are asked. */
    MINIMUM_SOUGHT,
    /** It was below the floor of the session, and the read is carried out at QUORUM. */
    ESCALATED_BELOW_FLOOR,
    /** No replica that could be asked had the version that the session names. */
    MINIMUM_NOT_FOUND;

    @Override
    public void count(Tally tally) {
      switch (this) {
        case MINIMUM_SOUGHT -> tally.add(READS_BEHIND_SESSION, 1, "version");
        case ESCALATED_BELOW_FLOOR -> tally.add(READS_BEHIND_SESSION, 1, "floor");
        case MINIMUM_NOT_FOUND -> tally.add(READS_IN_VAIN);
      }
    }
  }

  /**
   * A rare branch was taken that answers a race. A batch of simulated runs must have met each
   * (FoundationDB's {@code CODE_PROBE}): code that no run entered, no run has tested. In production
   * it costs two calls that return at once.
   */
  @Unmetered("only simulated runs must meet each")
  enum Window implements CoordinatorEvent {
    /** A register was read in one round, since enough had accepted the same. */
    REGISTER_READ_IN_ONE_ROUND,
    /** Replicas had accepted different ballots, so a read had one of them accepted first. */
    REGISTER_READ_DISAGREED,
    /** A register was proposed in one round, by a ballot that was promised before. */
    REGISTER_PROPOSED_BY_RESERVED_BALLOT,
    /** Another proposer has outbid such a ballot. */
    RESERVED_BALLOT_OUTBID,
    /** Such a ballot could not be used: its epoch is over, or its time is not after the change. */
    RESERVED_BALLOT_UNFIT,
    /** A proposer was outbid by another. */
    BALLOT_OUTBID,
    /** A write of a linearizable key waited for another one that was under way here. */
    WRITE_OF_REGISTER_WAITED,
    /** Several writes of a linearizable key were proposed together. */
    WRITES_OF_REGISTER_TOGETHER,
    /**
     * A read of a register, about which replicas disagree, found what is accepted after the
     * proposal of its key that was under way here.
     */
    READ_OF_REGISTER_WAITED,
    /** A register no longer knew whether it had taken a change. */
    REGISTER_FORGOT,
    /** A register refused an operation, since its token is too low. */
    TOKEN_FENCED_OFF,
    /** The locks were asked whether a token is held, since a purge may have taken a fence away. */
    TOKEN_ASKED_FOR,
    /** A write under no lock met what is written or read under one: it was stamped above that. */
    STAMPED_ABOVE_FENCE,
    /**
     * A write under no lock that was stamped again before met a fence in its next round: that of a
     * later holder of the lock.
     */
    STAMPED_ABOVE_FENCE_AGAIN,
    /** What a read under a lock found was raised to its token. */
    RAISED,
    /** What a read under a lock found was written under its token before. */
    READ_WHAT_IS_FRESH,
    /** A read under a lock met a later attempt, or a later time, and began again. */
    RAISED_AGAIN,
    /** No lock was held under such a token. */
    TOKEN_NOT_HELD,
    /** The locks did not say whether a token is held. */
    TOKEN_NOT_KNOWN,
    /** A register was proposed since a replica did not take it from another. */
    REGISTER_MENDED,
    /** A register that was proposed for no client was left to the proposer that outbid it. */
    SETTLING_GAVE_WAY,
    /** A replica that lags behind was asked after the others. */
    LAG_ROUTED_AROUND,
    /** A replica that did not cope was tried again. */
    BREAKER_PROBED,
    /** A write had to be sent to a replica after all that it had spared. */
    SPARED_IN_VAIN,
    /** The disk let a write be stamped only after its client had been answered. */
    STAMP_GIVEN_UP,
    /** A write of a key with siblings stayed beside others. */
    SIBLING_ADDED,
    /** A write of a key with siblings that was tried again had been taken before. */
    SIBLING_TAKEN_BEFORE,
    /** A read found several siblings. */
    SIBLINGS_READ,
    /** A deletion without a context read the key first, and found that it had been carried out. */
    DELETION_TAKEN_BEFORE,
    /** A removal read the key first, for its client named nothing as seen. */
    REMOVAL_LOOKED_UP,
    /** Such a removal that was tried again found that it had been carried out. */
    REMOVAL_TAKEN_BEFORE,
    /** A deletion or removal found so when it looked again, and not at first. */
    TAKEN_WHILE_LOOKED_UP,
    /** An update was refused, since its writer is being forgotten by a purge. */
    UPDATE_OF_FORGOTTEN_WRITER,
    /** An update was refused, since its key would become too large. */
    UPDATE_TOO_LARGE,
    /** A read in a session, of a key whose fields are merged, was carried out at QUORUM. */
    FIELDS_READ_FOR_SESSION,
    /** A write of a key with siblings, or of fields, made its record again for another epoch. */
    SIBLING_MADE_AGAIN,
    /** An update ended what a purge has folded, and was sent with all that was held. */
    UPDATE_SENT_WITH_FOLDED,
    /** A replica took a write though it was believed dead when the write was sent. */
    ACKNOWLEDGED_BY_THE_BELIEVED_DEAD,
    /** A write stamped for the second time met a higher version again: a concurrent one's. */
    STEPPED_OVER_TWICE,
    /** A repeated write found that a replica was offered its version before. */
    STAMP_OFFERED_BEFORE,
    /** A repeated write whose stamp was too low found that its version was offered meanwhile. */
    STAMP_OVERTAKEN,
    /** A repeated write was too low, and had the newest record brought to enough replicas. */
    STAMP_SETTLED,
    /** A write that its client had stamped was stored below a higher version. */
    STORED_BELOW_ANOTHER,
    /**
     * The question whether a stamp is high enough was not answered for long, and sent once more.
     */
    PROBE_SENT_AGAIN,
    /** Records that are restored were sent again, since their partition has another epoch. */
    RESTORED_UNDER_ANOTHER_EPOCH,
    /** Too few replicas were up, but for those that were yet to be heard, and it was waited. */
    FIRST_WORD_AWAITED,
    /** A replica that was heard did not answer a read, and another was asked for that. */
    ASKED_IN_PLACE_OF_A_SILENT_ONE,
    /** Images of a cut had different records of a key that have no moments. */
    IMAGES_DIFFERED,
    /** A replica that was to pass a write on failed when some had got it, and some had not. */
    RELAYED_HALF_WAY,
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
    /** A page had been merged when one of its replicas was lost, and was merged again. */
    PAGE_MERGED_AGAIN,
    /** A page was read again from its beginning. */
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
    /** A write that had no stamp yet was given to a replica. */
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
    /** What a read found expired, by some clock, while it was read: it was read once more. */
    EXPIRED_WHILE_READ,
    /** A write was stamped again since what it was stamped with is being purged. */
    STAMPED_ABOVE_PROMISE,
    /** A read had found less than the version that the client's session names, and then that. */
    MINIMUM_FOUND,
    /** A read that names a version found nothing, and its partition is purged up to that. */
    MINIMUM_PURGED,
    /** A write was stamped above what the client's session has seen, beyond the node's clock. */
    STAMPED_ABOVE_SESSION,
    /** A write was stored by a replica that is being filled, which did not count. */
    WRITTEN_WHILE_FILLING
  }
}
