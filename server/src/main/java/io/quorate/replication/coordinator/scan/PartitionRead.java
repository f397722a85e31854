package io.quorate.replication.coordinator.scan;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.Level;
import io.quorate.placement.Quorum;
import io.quorate.placement.Verdict;
import io.quorate.replication.api.Failure;
import io.quorate.replication.coordinator.event.CoordinatorEvent;
import io.quorate.replication.coordinator.operation.Context;
import io.quorate.replication.coordinator.operation.Failures;
import io.quorate.replication.coordinator.operation.FirstWord;
import io.quorate.replication.coordinator.operation.InFlight;
import io.quorate.replication.coordinator.operation.Plan;
import io.quorate.replication.message.ReplicaMessage.BelowPromise;
import io.quorate.replication.message.ReplicaMessage.HoldsNewer;
import io.quorate.replication.message.ReplicaMessage.KeptVersions;
import io.quorate.replication.message.ReplicaMessage.NoImage;
import io.quorate.replication.message.ReplicaMessage.NotTaken;
import io.quorate.replication.message.ReplicaMessage.PromisedHigher;
import io.quorate.replication.message.ReplicaMessage.RangeOutcome;
import io.quorate.replication.message.ReplicaMessage.ReadRange;
import io.quorate.replication.message.ReplicaMessage.Records;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.StaleEpoch;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.StoredWhileFilling;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.storage.RecordStore;
import io.quorate.version.Record;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One page of one partition, read at a level: pages of enough replicas, merged key by key as far as
 * all of them reach, and repaired like a get before it is given on.
 */
public final class PartitionRead implements InFlight {
  /** What is asked of one partition: a page of the store, and the level it is read at. */
  public record Question(RecordStore.Range range, Level level, long deadlineNanos) {}

  /** Told once, with the page or the failure. */
  public interface Callback {
    /**
     * @param newest in the order of the range, tombstones and expired records included
     * @param reached all keys up to this one in that order were looked at; null if all of the range
     *     were
     */
    void page(List<RecordStore.Entry> newest, byte @Nullable [] reached);

    void failed(Failure failure);
  }

  private final Context context;
  private final Question question;
  private final Callback callback;
  private Plan plan;

  /** The replicas whose pages are enough, and those that must hold what is given on. */
  private Quorum quorum;

  private long id;

  /** In the order of asking; the pages of those that answered. */
  private final List<NodeId> asked = new ArrayList<>(3);

  private final TreeMap<NodeId, Records> pages = new TreeMap<>();
  private ArrayDeque<NodeId> spare = new ArrayDeque<>();
  private final List<NodeId> failed = new ArrayList<>(2);

  /** Records on their way to replicas that lack them. */
  private final List<RangeRepair> repairs = new ArrayList<>(0);

  private @Nullable MergedPage merged;
  private boolean behind;

  /** Whether no replica is asked before some have been heard for the first time. */
  private boolean isFirstWordAwaited;

  private boolean finished;
  private String lastRefusal = "not heard";
  private long sentNanos;

  public PartitionRead(Context context, Plan plan, Question question, Callback callback) {
    this.context = context;
    this.plan = plan;
    this.question = question;
    this.callback = callback;
    this.quorum = context.rules().toShowInPage(plan.stage(), question.level());
  }

  public void start() {
    id = context.table().add(this);
    begin();
  }

  private void begin() {
    failDeadReplicas();
    isFirstWordAwaited = FirstWord.isAwaited(context, plan, quorum);
    if (isFirstWordAwaited) {
      context.events().accept(CoordinatorEvent.Window.FIRST_WORD_AWAITED);
      return;
    }
    if (quorum.verdict(List.of(), failed) == Verdict.UNREACHABLE) {
      context.events().accept(new CoordinatorEvent.FailedFast(question.level()));
      fail(Failures.unavailable(plan, question.level(), quorum, failed, lastRefusal));
      return;
    }
    spare = new ArrayDeque<>();
    if (plan.serving().contains(context.self())) {
      spare.add(context.self());
    }
    spare.addAll(context.closeness().order(plan.serving(), context.self(), quorum));
    sentNanos = context.clock().nanos();
    askMoreIfTooFew();
  }

  private void askMoreIfTooFew() {
    for (NodeId replica : List.copyOf(spare)) {
      if (!finished && quorum.isHelpedBy(replica, asked)) {
        spare.remove(replica);
        asked.add(replica);
        send(replica);
      }
    }
  }

  private void send(NodeId replica) {
    ReadRange message =
        new ReadRange(
            id, plan.epoch(), question.range(), context.timeoutMillis(question.deadlineNanos()));
    if (replica.equals(context.self())) {
      long round = id;
      context
          .replica()
          .readRange(
              message,
              outcome -> {
                if (round == id && !finished) {
                  onRangeReply(context.self(), outcome);
                }
              });
    } else {
      context.network().send(replica, message);
    }
  }

  @Override
  public void onRangeReply(NodeId from, RangeOutcome outcome) {
    if (!asked.contains(from) || pages.containsKey(from)) {
      return;
    }
    switch (outcome) {
      case Records page when !MergedPage.goesOn(page, question.range()) -> {
        lastRefusal = "its page does not go on after the one before";
        fail(from);
      }
      case Records page -> pages.put(from, page);
      case StaleEpoch stale -> {
        behind = true;
        planAgain();
        return;
      }
      case Refused refused -> {
        lastRefusal = refused.reason();
        fail(from);
      }
      case NoImage none -> {
        lastRefusal = none.reason(); // it was not asked for one
        fail(from);
      }
      case KeptVersions kept -> {
        lastRefusal = Failures.NOT_ASKED_FOR;
        fail(from);
      }
    }
    decide();
  }

  private void fail(NodeId replica) {
    asked.remove(replica);
    boolean hadPage = pages.remove(replica) != null;
    endRepairs(repair -> repair.replica().equals(replica));
    if (!failed.contains(replica)) {
      failed.add(replica);
    }
    if (merged != null && hadPage) {
      // Another replica will take its place, with a page that must be merged and repaired too.
      context.events().accept(CoordinatorEvent.Window.PAGE_MERGED_AGAIN);
      merged = null;
      endRepairs(all -> true);
    }
  }

  private void endRepairs(Predicate<RangeRepair> which) {
    for (RangeRepair repair : List.copyOf(repairs)) {
      if (which.test(repair)) {
        repairs.remove(repair);
        repair.end();
      }
    }
  }

  private void decide() {
    if (finished) {
      return;
    }
    List<NodeId> answers = List.copyOf(pages.keySet());
    switch (quorum.verdict(answers, failed)) {
      case PENDING -> askMoreIfTooFew();
      case UNREACHABLE ->
          fail(
              Failures.readUnavailable(
                  plan, question.level(), quorum, answers, failed, lastRefusal));
      case REACHED -> {
        if (merged == null) {
          NodeId doubtful = doubtful();
          if (doubtful != null) {
            lastRefusal = "node " + doubtful + " holds records stamped far ahead of all clocks";
            fail(doubtful);
            decide();
            return;
          }
          merged =
              MergedPage.of(
                  pages.values(),
                  question.range().keys(),
                  plan.model()::merge,
                  context.rules().mergesUpToTheShortest());
          repair(merged);
        }
        answerIfHeld();
      }
    }
  }

  /**
   * Another replica whose page has a record that is not of the tenant's model; or that no clock of
   * the cluster can have stamped, while this node holds none such under the key: others would
   * refuse it. Null if there is none.
   */
  private @Nullable NodeId doubtful() {
    for (Map.Entry<NodeId, Records> page : pages.entrySet()) {
      if (!page.getKey().equals(context.self())) {
        for (RecordStore.Entry entry : page.getValue().entries()) {
          if (!plan.model().isOf(entry.record())
              || (!isCredible(entry.record()) && !isHeldHereAsFarAhead(entry.key()))) {
            return page.getKey();
          }
        }
      }
    }
    return null;
  }

  private boolean isHeldHereAsFarAhead(Key key) {
    Records own = pages.get(context.self());
    return own != null
        && own.entries().stream()
            .anyMatch(entry -> entry.key().equals(key) && !isCredible(entry.record()));
  }

  private boolean isCredible(Record record) {
    return context.isCredible(record.version().hlc());
  }

  /**
   * Brings every record to each replica of the page that lacks it (the read rule, for many keys).
   */
  private void repair(MergedPage page) {
    Map<NodeId, List<RecordStore.Entry>> lacking = new TreeMap<>();
    pages.forEach(
        (replica, records) -> {
          Map<Key, Record> holds = new TreeMap<>();
          records.entries().forEach(entry -> holds.put(entry.key(), entry.record()));
          List<RecordStore.Entry> lacks =
              page.newest().stream()
                  .filter(entry -> !isHeld(holds.get(entry.key()), entry.record()))
                  .toList();
          if (!lacks.isEmpty()) {
            lacking.put(replica, lacks);
          }
        });
    if (lacking.isEmpty()) {
      return;
    }
    context.events().accept(new CoordinatorEvent.RepairedBeforeAnswering(lacking.size()));
    lacking.forEach(
        (replica, entries) ->
            repairs.addAll(
                entries.stream().map(entry -> new RangeRepair(this, replica, entry)).toList()));
    for (RangeRepair repair : List.copyOf(repairs)) {
      if (repairs.contains(repair)) { // one that fails takes all of its replica with it
        if (context.table().isFull()) {
          fail(Failures.overloaded(context.config().operationsMax() + " requests"));
          return;
        }
        repair.start(context, plan, question.deadlineNanos());
      }
    }
  }

  private static boolean isHeld(@Nullable Record holds, Record newest) {
    return holds != null && holds.equals(newest);
  }

  /** One record has been brought to one replica, or could not be. */
  void repaired(RangeRepair repair, WriteOutcome outcome) {
    repairs.remove(repair);
    switch (outcome) {
      case StaleEpoch stale -> {
        behind = true;
        planAgain();
        return;
      }
      case NotTaken refused -> {
        lastRefusal = refused.reason();
        fail(repair.replica());
      }
      case StoredWhileFilling uncounted -> {
        lastRefusal = Failures.FILLING;
        fail(repair.replica());
      }
      case BelowPromise below -> {} // asked of fresh stamps only
      case PromisedHigher higher -> {} // a page of registers is no linearizable read of them
      case Stored stored -> {}
      case HoldsNewer newer -> {}
    }
    decide();
  }

  private boolean isRepairing(NodeId replica) {
    return repairs.stream().anyMatch(repair -> repair.replica().equals(replica));
  }

  private void answerIfHeld() {
    if (finished || merged == null) {
      return; // a repair of the own replica may have answered, and so finished, meanwhile
    }
    List<NodeId> holders =
        pages.keySet().stream().filter(replica -> !isRepairing(replica)).toList();
    switch (quorum.verdict(holders, failed)) {
      case REACHED -> {
        finished = true;
        endRepairs(all -> true);
        context.table().remove(id);
        callback.page(merged.newest(), merged.reached());
      }
      case UNREACHABLE ->
          fail(
              Failures.readUnavailable(
                  plan, question.level(), quorum, holders, failed, lastRefusal));
      case PENDING -> {
        if (repairs.isEmpty()) {
          context.events().accept(CoordinatorEvent.Window.PAGE_STARTED_OVER);
          startOver(); // a replica was lost in between: another takes its place
        }
      }
    }
  }

  private void startOver() {
    id = context.table().renew(id);
    asked.clear();
    pages.clear();
    failed.clear();
    endRepairs(all -> true);
    merged = null;
    behind = false;
    begin();
  }

  private void planAgain() {
    Plan next = context.plans().again(plan);
    if (next == null) {
      fail(Failures.tenantGone(plan.tenant(), context.plans().placements()));
    } else if (next.epoch() != plan.epoch()) {
      plan = next;
      quorum = context.rules().toShowInPageAgain(quorum, plan.stage(), question.level());
      startOver();
    }
  }

  @Override
  public void placementsChanged() {
    if (behind) {
      planAgain();
    }
  }

  @Override
  public void check(long nowNanos) {
    if (isFirstWordAwaited) {
      if (!FirstWord.isAwaited(context, plan, quorum)) {
        startOver();
      }
      return;
    }
    failDeadReplicas();
    decide();
    if (!finished && nowNanos - sentNanos > Context.RESEND_NANOS) {
      sentNanos = nowNanos;
      asked.stream()
          .filter(replica -> !pages.containsKey(replica) && !replica.equals(context.self()))
          .forEach(this::send);
      askInTheirPlace();
    }
  }

  /** A replica is heard and does not answer: others that would do are asked as well. */
  private void askInTheirPlace() {
    for (NodeId replica : List.copyOf(spare)) {
      if (!finished && quorum.isHelpedBy(replica, pages.keySet())) {
        context.events().accept(CoordinatorEvent.Window.ASKED_IN_PLACE_OF_A_SILENT_ONE);
        spare.remove(replica);
        asked.add(replica);
        send(replica);
      }
    }
  }

  private void failDeadReplicas() {
    for (NodeId replica : plan.serving()) {
      boolean settled = pages.containsKey(replica) && !isRepairing(replica);
      if (!settled && !context.liveness().isLive(replica)) {
        spare.remove(replica);
        fail(replica);
      }
    }
  }

  @Override
  public long deadlineNanos() {
    return question.deadlineNanos();
  }

  @Override
  public void expire() {
    fail(
        Failures.deadlineExceeded(
            plan, question.level(), quorum, List.copyOf(pages.keySet()), false));
  }

  private void fail(Failure failure) {
    if (!finished) {
      finished = true;
      endRepairs(all -> true);
      context.table().remove(id);
      callback.failed(failure);
    }
  }
}
