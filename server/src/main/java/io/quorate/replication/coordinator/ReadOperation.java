package io.quorate.replication.coordinator;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.Level;
import io.quorate.placement.Quorum;
import io.quorate.placement.Tenant;
import io.quorate.placement.Verdict;
import io.quorate.replication.api.DataPlane.OutcomeCallback;
import io.quorate.replication.api.Facts;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.ReadRepair;
import io.quorate.replication.api.ReadRepair.Mode;
import io.quorate.replication.fact.Fact;
import io.quorate.replication.message.ReplicaMessage.BelowPromise;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.Held;
import io.quorate.replication.message.ReplicaMessage.HeldVersion;
import io.quorate.replication.message.ReplicaMessage.HoldsNewer;
import io.quorate.replication.message.ReplicaMessage.Nothing;
import io.quorate.replication.message.ReplicaMessage.Read;
import io.quorate.replication.message.ReplicaMessage.ReadOutcome;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.Same;
import io.quorate.replication.message.ReplicaMessage.StaleEpoch;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.StoredWhileFilling;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.version.Hlc;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One client's get (DESIGN section 6, "the read rule").
 *
 * <p>This node reads its own copy, then asks as many others as the level needs what they hold
 * beside the version it knows; a replica that holds the same says so in a few bytes. Never the
 * first answer: the newest. And it is answered only when the replicas known to hold the newest
 * version satisfy the write rule of the stage; until then the newest is written back to those that
 * lack it. So what a read returned cannot be missed by a later one.
 */
final class ReadOperation implements InFlight {
  private static final long BACKGROUND_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final Context context;
  private final Key key;
  private final Level level;
  private final long deadlineNanos;
  private final ReadRepair repair;
  private final OutcomeCallback callback;
  private final long startedNanos;

  private Plan plan;

  /** Whose answers make a read. */
  private Quorum enough;

  /** Who must hold what is returned. */
  private Quorum held;

  private long id;

  /** What each replica that was asked said; in the order of asking. */
  private final List<Asked> asked = new ArrayList<>(3);

  /** Live replicas not asked yet, the closest first. */
  private ArrayDeque<NodeId> spare = new ArrayDeque<>(0);

  private final List<NodeId> failed = new ArrayList<>(2);

  /** The newest record found so far. */
  private @Nullable Record newest;

  /**
   * What the clock showed when this round began, which everyone asked has heard: by this it is
   * judged what has expired. So whoever reads after that hears from one of them that it has, though
   * its own clock may be behind; and asks again itself before it says so.
   */
  private long askedMillis;

  private boolean ownPending;
  private boolean hedgeRefused;
  private boolean repairing;
  private boolean behind;
  private boolean finished;
  private String lastRefusal = "not heard";
  private long sentNanos;

  /** One replica that was asked. */
  private static final class Asked {
    final NodeId replica;

    /** What the replica was told is known; what it says is relative to this. */
    @Nullable Version known;

    boolean versionOnly;
    long sentNanos;
    boolean answered;

    /** What it holds, once it has answered; null for nothing. */
    @Nullable Version version;

    boolean repairSent;

    Asked(NodeId replica) {
      this.replica = replica;
    }
  }

  ReadOperation(
      Context context,
      Plan plan,
      Key key,
      Level level,
      long deadlineNanos,
      ReadRepair repair,
      OutcomeCallback callback) {
    this.context = context;
    this.plan = plan;
    this.key = key;
    this.level = level;
    this.deadlineNanos = deadlineNanos;
    this.repair = repair;
    this.callback = callback;
    this.startedNanos = context.clock().nanos();
    this.enough = plan.stage().forRead(level);
    this.held = plan.stage().forWrite(level);
  }

  /**
   * After a read: asks everyone what they hold of its key, and brings the newest to those who lack
   * it. Nobody waits for it.
   */
  private static void everyone(Context context, Plan plan, Key key) {
    if (context.table().isCrowded()) {
      return; // clients first
    }
    new ReadOperation(
            context,
            plan,
            key,
            Level.ONE,
            context.clock().nanos() + BACKGROUND_NANOS,
            ReadRepair.EVERYONE,
            outcome -> {
              if (outcome instanceof Outcome.Read read) {
                context.facts().accept(new Fact.RepairedByChance(read.repaired()));
              }
            })
        .start();
  }

  /** Asks, unless too few replicas are live. */
  void start() {
    failDeadReplicas();
    if (enough.verdict(List.of(), failed) == Verdict.UNREACHABLE) {
      context.facts().accept(new Fact.FailedFast(level));
      callback.done(
          new Outcome.Failed(
              Failures.unavailable(plan, level, enough, failed, "not heard from lately")));
      return;
    }
    id = context.table().add(this);
    askOwn();
  }

  private void askOwn() {
    long wall = context.clock().wallMillis();
    long hlc = context.hybridClock().read(wall);
    context.hybridClock().observe(hlc, wall); // told to others, so it is never taken back
    askedMillis = Hlc.millis(hlc);
    spare = new ArrayDeque<>(context.closeness().order(plan.serving(), context.self()));
    sentNanos = context.clock().nanos();
    ownPending = true;
    long round = id;
    Asked own = new Asked(context.self());
    asked.add(own);
    context
        .replica()
        .read(
            question(null, false),
            outcome -> {
              if (round == id && !finished) {
                ownPending = false;
                onReadReply(context.self(), outcome);
              }
            });
  }

  private Read question(@Nullable Version known, boolean versionOnly) {
    return new Read(
        id,
        plan.partition(),
        plan.epoch(),
        key,
        known,
        versionOnly,
        context.hybridClock().read(context.clock().wallMillis()),
        context.timeoutMillis(deadlineNanos));
  }

  private void ask(NodeId replica, boolean versionOnly) {
    Asked other = new Asked(replica);
    other.known = newest == null ? null : newest.version();
    other.versionOnly = versionOnly;
    other.sentNanos = context.clock().nanos();
    asked.add(other);
    context.network().send(replica, question(other.known, versionOnly));
  }

  @Override
  public void onReadReply(NodeId from, ReadOutcome outcome) {
    Asked one = find(from);
    if (one == null || one.answered) {
      return;
    }
    if (repairing) {
      context.facts().accept(Fact.Window.ANSWERED_WHILE_REPAIRING);
      onReplyWhileRepairing(one, outcome);
      return;
    }
    switch (outcome) {
      case Same same -> answered(one, one.known);
      case Nothing nothing -> answered(one, null);
      case Held record -> {
        if (newest == null || record.record().version().isAfter(newest.version())) {
          newest = record.record();
        }
        answered(one, record.record().version());
      }
      case HeldVersion version -> {
        if (newest == null || version.version().isAfter(newest.version())) {
          // Only the version was asked for, and it is the newest: now its record is needed. Nothing
          // is
          // named as known, so that a late "same" to the first question cannot be taken for one to
          // this; it then counts as "nothing", and the replica is repaired in vain.
          one.known = null;
          one.versionOnly = false;
          context.facts().accept(Fact.Window.RECORD_FETCHED_AFTER_VERSION);
          context.network().send(from, question(null, false));
          return;
        }
        answered(one, version.version());
      }
      case StaleEpoch stale -> {
        behind = true;
        planAgain();
        return;
      }
      case Refused refused -> {
        refused(from);
        lastRefusal = refused.reason();
        fail(one);
      }
    }
    decide();
  }

  /**
   * What is returned is settled: a replica that answers late holds it or something as good, or is
   * one more to bring it to.
   */
  private void onReplyWhileRepairing(Asked one, ReadOutcome outcome) {
    Version version =
        switch (outcome) {
          case Same same -> one.known;
          case Held record -> record.record().version();
          case HeldVersion other -> other.version();
          default -> null;
        };
    answered(one, version);
    if (version != null && newest != null && !newest.version().isAfter(version)) {
      holdsNewest(one);
    }
    decide();
  }

  private void answered(Asked one, @Nullable Version version) {
    one.answered = true;
    one.version = version;
    if (!one.replica.equals(context.self())) {
      context.tracks().answeredRead(one.replica, context.clock().nanos() - one.sentNanos);
    }
  }

  private void fail(Asked one) {
    asked.remove(one);
    failed.add(one.replica);
  }

  private void refused(NodeId replica) {
    if (!replica.equals(context.self())) {
      context.tracks().failed(replica);
    }
  }

  private @Nullable Asked find(NodeId replica) {
    for (Asked one : asked) {
      if (one.replica.equals(replica)) {
        return one;
      }
    }
    return null;
  }

  private void decide() {
    if (repairing) {
      decideRepair();
      return;
    }
    List<NodeId> answers = answers();
    switch (enough.verdict(answers, failed)) {
      case PENDING -> askMoreIfTooFew();
      case UNREACHABLE ->
          fail(Failures.readUnavailable(plan, level, enough, answers, failed, lastRefusal));
      case REACHED -> {
        if (repair.mode() == Mode.EVERYONE && asksMore()) {
          return;
        }
        int stale = answers.size() - holders().size();
        boolean enoughHold = held.verdict(holders(), List.of()) == Verdict.REACHED;
        if (repair.mode() == Mode.OFF
            || (enoughHold && (repair.mode() != Mode.EVERYONE || stale == 0))) {
          answer(!enoughHold);
        } else {
          beginRepair(stale);
        }
      }
    }
  }

  private void beginRepair(int stale) {
    repairing = true;
    if (repair.mode() != Mode.EVERYONE) {
      context.facts().accept(new Fact.RepairedBeforeAnswering(stale));
    }
    if (repairAnswered()) {
      decideRepair();
    }
  }

  /** Whether there is a live replica whose answer is to be waited for; asks those not yet asked. */
  private boolean asksMore() {
    if (ownPending) {
      return true;
    }
    while (!spare.isEmpty()) {
      ask(spare.remove(), false);
    }
    for (Asked one : asked) {
      if (!one.answered) {
        return true;
      }
    }
    return false;
  }

  /** Own copy first: what it holds makes the question to the others short. */
  private void askMoreIfTooFew() {
    if (ownPending) {
      return;
    }
    int missing = enough.needed() - asked.size();
    boolean large =
        newest != null && newest.valueLength() > context.config().versionsOnlyAboveBytes();
    for (int i = 0; i < missing && !spare.isEmpty(); i++) {
      boolean first = asked.size() <= 1;
      ask(spare.remove(), large && !first);
    }
  }

  private List<NodeId> answers() {
    List<NodeId> answers = new ArrayList<>(asked.size());
    for (Asked one : asked) {
      if (one.answered) {
        answers.add(one.replica);
      }
    }
    return answers;
  }

  /** Those known to hold the newest version; everyone that answered, if nobody holds anything. */
  private List<NodeId> holders() {
    List<NodeId> holders = new ArrayList<>(asked.size());
    for (Asked one : asked) {
      if (one.answered && isNewest(one)) {
        holders.add(one.replica);
      }
    }
    return holders;
  }

  private boolean isNewest(Asked one) {
    return newest == null ? one.version == null : newest.version().equals(one.version);
  }

  /**
   * This node's own replica may answer a repair at once, and so end the read or have it planned
   * again; false if it did: what was decided for the round before holds no more.
   */
  private boolean repairAnswered() {
    long round = id;
    for (Asked one : List.copyOf(asked)) {
      if (one.answered && !isNewest(one) && !one.repairSent) {
        repair(one);
        if (finished || round != id) {
          return false;
        }
      }
    }
    return true;
  }

  private void repair(Asked one) {
    if (newest == null) {
      return;
    }
    one.repairSent = true;
    Write write =
        new Write(
            id,
            plan.partition(),
            plan.epoch(),
            key,
            newest,
            Cause.REPAIR,
            context.timeoutMillis(deadlineNanos));
    if (one.replica.equals(context.self())) {
      long round = id;
      context
          .replica()
          .write(
              write,
              outcome -> {
                if (round == id && !finished) {
                  onWriteReply(context.self(), outcome);
                }
              });
    } else {
      context.network().send(one.replica, write);
    }
  }

  @Override
  public void onWriteReply(NodeId from, WriteOutcome outcome) {
    Asked one = find(from);
    if (one == null || !one.repairSent) {
      return;
    }
    switch (outcome) {
      case Stored stored -> holdsNewest(one);
      case HoldsNewer newer -> holdsNewest(one); // newer than what is returned: as good
      case BelowPromise below -> fail(one); // asked of fresh stamps only
      case StoredWhileFilling uncounted -> {
        lastRefusal = Failures.FILLING;
        fail(one);
      }
      case StaleEpoch stale -> {
        behind = true;
        planAgain();
        return;
      }
      case Refused refused -> {
        lastRefusal = refused.reason();
        fail(one);
      }
    }
    decide();
  }

  private void holdsNewest(Asked one) {
    one.answered = true;
    one.version = newest == null ? null : newest.version();
  }

  /** Answers once enough hold the newest; brings it to further replicas if some cannot take it. */
  private void decideRepair() {
    switch (held.verdict(holders(), failed)) {
      case REACHED -> {
        if (!awaitsRepairs()) {
          answer(false);
        }
      }
      case UNREACHABLE ->
          fail(Failures.readUnavailable(plan, level, held, holders(), failed, lastRefusal));
      case PENDING -> {
        if (!repairAnswered()) {
          return;
        }
        int mayHold = 0;
        for (Asked one : asked) {
          if (isNewest(one) || one.repairSent) {
            mayHold++;
          }
        }
        while (!finished && mayHold < held.needed() && !spare.isEmpty()) {
          Asked one = new Asked(spare.remove());
          asked.add(one);
          context.facts().accept(Fact.Window.REPAIRED_IN_PLACE_OF_ANOTHER);
          repair(one);
          mayHold++;
        }
      }
    }
  }

  /**
   * Whether one of everyone does not hold the newest yet; also one that is yet to be sent it, for
   * this node's own copy may be repaired at once.
   */
  private boolean awaitsRepairs() {
    if (repair.mode() != Mode.EVERYONE || context.rules().mayReturnBeforeRepair()) {
      return false;
    }
    for (Asked one : asked) {
      if (!isNewest(one)) {
        return true;
      }
    }
    return false;
  }

  /** Who asks everyone does not wait for one that is slow until it is too late to answer. */
  private void loseSlowReplicas(long nowNanos) {
    if (nowNanos - startedNanos < (deadlineNanos - startedNanos) / 2) {
      return;
    }
    boolean enoughAnswered = enough.verdict(answers(), failed) == Verdict.REACHED;
    boolean enoughHold = held.verdict(holders(), failed) == Verdict.REACHED;
    if (repairing ? enoughHold : enoughAnswered) {
      context.facts().accept(Fact.Window.SLOW_REPLICA_NOT_AWAITED);
      for (Asked one : List.copyOf(asked)) {
        if (!one.answered || (repairing && !isNewest(one))) {
          fail(one);
        }
      }
    }
  }

  @Override
  public void check(long nowNanos) {
    failDeadReplicas();
    if (repair.mode() == Mode.EVERYONE && !ownPending) {
      loseSlowReplicas(nowNanos);
    }
    decide();
    if (finished) {
      return;
    }
    if (!spare.isEmpty() && !repairing && context.hedging().isDue(nowNanos - sentNanos)) {
      hedge();
    }
    if (nowNanos - sentNanos > Context.RESEND_NANOS) {
      sentNanos = nowNanos;
      context.facts().accept(Fact.Window.READ_SENT_AGAIN);
      resend();
    }
  }

  private void hedge() {
    if (context.hedging().take()) {
      context.facts().accept(new Fact.Hedged());
      ask(spare.remove(), false);
    } else if (!hedgeRefused) {
      hedgeRefused = true;
      context.facts().accept(new Fact.HedgeRefused());
    }
  }

  /** Sends again what was not answered, should it have been lost. */
  private void resend() {
    long round = id;
    for (Asked one : List.copyOf(asked)) {
      if (finished || round != id) {
        return;
      }
      boolean other = !one.replica.equals(context.self());
      if (other && !one.answered) {
        context.tracks().failed(one.replica);
      }
      if (repairing && one.repairSent && !isNewest(one)) {
        repair(one);
      } else if (!one.answered && !one.repairSent && other) {
        context.network().send(one.replica, question(one.known, one.versionOnly));
      }
    }
  }

  private void failDeadReplicas() {
    for (NodeId replica : plan.serving()) {
      if (!context.liveness().isLive(replica)) {
        Asked one = find(replica);
        if (one != null && (!one.answered || (repairing && !isNewest(one)))) {
          fail(one);
        } else if (one == null && !failed.contains(replica)) {
          spare.remove(replica);
          failed.add(replica);
        }
      }
    }
  }

  /** Counts from zero under the placements as they are now. */
  private void planAgain() {
    Plan next = context.plans().again(plan);
    if (next == null) {
      fail(Failures.tenantGone(plan.tenant().name()));
      return;
    }
    if (next.epoch() == plan.epoch()) {
      return; // this node has not heard of the new epoch yet: it goes on when it has
    }
    if (!next.serving().contains(context.self())) {
      fail(Failures.notCoordinating(next, context.self()));
      return;
    }
    plan = next;
    enough = plan.stage().forRead(level);
    held = plan.stage().forWrite(level);
    beginAgain();
  }

  private void beginAgain() {
    id = context.table().renew(id);
    asked.clear();
    failed.clear();
    newest = null;
    repairing = false;
    behind = false;
    failDeadReplicas();
    askOwn();
  }

  private long hlcMillis() {
    return Hlc.millis(context.hybridClock().read(context.clock().wallMillis()));
  }

  @Override
  public void placementsChanged() {
    if (behind) {
      planAgain();
    }
  }

  @Override
  public long deadlineNanos() {
    return deadlineNanos;
  }

  @Override
  public void expire() {
    fail(Failures.deadlineExceeded(plan, level, enough, answers(), false));
  }

  /**
   * @param mayBeMissed whether fewer than the write rule asks for hold what is returned
   */
  private void answer(boolean mayBeMissed) {
    if (finished) {
      return;
    }
    if (newest != null && newest.isLiveAt(askedMillis) != newest.isLiveAt(hlcMillis())) {
      context.facts().accept(Fact.Window.EXPIRED_WHILE_READ);
      beginAgain();
      return;
    }
    finished = true;
    context.table().remove(id);
    repairRest();
    switch (repair.mode()) {
      case BLOCKING -> context.hedging().finished(context.clock().nanos() - startedNanos);
      case OFF -> {
        context.hedging().finished(context.clock().nanos() - startedNanos);
        if (mayBeMissed) {
          context.facts().accept(new Fact.LeftUnrepaired());
        }
      }
      case BACKGROUND -> {
        context.hedging().finished(context.clock().nanos() - startedNanos);
        if (context.rules().asksEveryoneByChance(id, repair.backgroundPercent())) {
          everyone(context, plan, key);
        }
      }
      case EVERYONE -> {} // takes longer, and never hedges
    }
    long wall = context.clock().wallMillis();
    Facts facts =
        new Facts(
            plan.partition(),
            plan.epoch(),
            answers(),
            mayBeMissed
                || Tenant.mayMiss(level, plan.tenant().writeLevel(), plan.replicas().size()),
            context.hybridClock().read(wall));
    if (newest == null) {
      callback.done(Outcome.Read.absent(null, facts));
      return;
    }
    context.unanswered().shown(newest.version());
    Outcome.Read read =
        newest.isLiveAt(askedMillis)
            ? Outcome.Read.of(newest, facts)
            : Outcome.Read.absent(newest.version(), facts);
    callback.done(repair.mode() == Mode.EVERYONE ? read.repaired(repairedCount()) : read);
  }

  private int repairedCount() {
    int repaired = 0;
    for (Asked one : asked) {
      if (one.repairSent && isNewest(one)) {
        repaired++;
      }
    }
    return repaired;
  }

  /**
   * Replicas that disagreed are a sign that a write did not reach everyone: those not asked are
   * brought the newest as well, and nobody waits for them.
   */
  private void repairRest() {
    if (!repairing || spare.isEmpty()) {
      return;
    }
    context.facts().accept(new Fact.RepairedInBackground(spare.size()));
    for (NodeId replica : spare) {
      repair(new Asked(replica));
    }
  }

  private void fail(Failure failure) {
    if (!finished) {
      finished = true;
      context.table().remove(id);
      callback.done(new Outcome.Failed(failure));
    }
  }
}
