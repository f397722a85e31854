package io.quorate.replication.coordinator.backup;

import io.quorate.model.NodeId;
import io.quorate.placement.Quorum;
import io.quorate.placement.Verdict;
import io.quorate.replication.api.Failure;
import io.quorate.replication.coordinator.backup.SealedCut.Images;
import io.quorate.replication.coordinator.event.CoordinatorEvent;
import io.quorate.replication.coordinator.operation.Context;
import io.quorate.replication.coordinator.operation.Failures;
import io.quorate.replication.coordinator.operation.InFlight;
import io.quorate.replication.coordinator.scan.MergedPage;
import io.quorate.replication.coordinator.scan.PartitionRead;
import io.quorate.replication.message.ReplicaMessage.KeptVersions;
import io.quorate.replication.message.ReplicaMessage.NoImage;
import io.quorate.replication.message.ReplicaMessage.RangeOutcome;
import io.quorate.replication.message.ReplicaMessage.ReadImage;
import io.quorate.replication.message.ReplicaMessage.Records;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.StaleEpoch;
import io.quorate.storage.RecordStore;
import io.quorate.version.Record;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One page of a partition as of a cut: pages of the images of enough replicas, merged as far as all
 * of them reach, by the rules of the tenant's model. Images do not change, so nothing is repaired,
 * and no placement is asked for but the one when the cut was sealed (docs/design/cuts.md#read).
 */
final class ImageRead implements InFlight {
  private final Context context;
  private final Images images;
  private final PartitionRead.Question question;
  private final PartitionRead.Callback callback;

  /** Of the replicas when the cut was sealed, whichever of them have images. */
  private final Quorum quorum;

  /** Replicas that may be asked yet, in the order of asking. */
  private final List<NodeId> spare = new ArrayList<>(3);

  private final List<NodeId> asked = new ArrayList<>(3);
  private final TreeMap<NodeId, Records> pages = new TreeMap<>();

  /** Replicas whose images do not count or are gone for good, and why. */
  private final TreeMap<NodeId, String> gone = new TreeMap<>();

  /** Replicas that do not answer now, and why. */
  private final TreeMap<NodeId, String> away = new TreeMap<>();

  private long id;
  private long sentNanos;
  private boolean finished;

  ImageRead(
      Context context,
      Images images,
      PartitionRead.Question question,
      PartitionRead.Callback callback) {
    this.context = context;
    this.images = images;
    this.question = question;
    this.callback = callback;
    this.quorum = context.rules().ofImages(images.plan().stage(), question.level());
  }

  void start() {
    id = context.table().add(this);
    List<NodeId> counted = new ArrayList<>(3);
    for (NodeId replica : images.plan().replicas()) {
      if (images.counted().contains(replica)) {
        counted.add(replica);
      } else {
        gone.put(replica, "was not counted when the cut was sealed");
      }
    }
    if (counted.contains(context.self())) {
      spare.add(context.self());
    }
    spare.addAll(context.closeness().order(counted, context.self(), quorum));
    sentNanos = context.clock().nanos();
    failDeadReplicas();
    decide();
  }

  private void askMoreIfTooFew() {
    for (NodeId replica : List.copyOf(spare)) {
      // The own replica may have answered, and another have been asked in its place.
      if (!finished && spare.contains(replica) && quorum.isHelpedBy(replica, asked)) {
        ask(replica);
      }
    }
  }

  private void ask(NodeId replica) {
    spare.remove(replica);
    asked.add(replica);
    send(replica);
  }

  private void send(NodeId replica) {
    ReadImage message =
        new ReadImage(
            id,
            images.cut().id(),
            images.plan().epoch(),
            question.range(),
            context.timeoutMillis(question.deadlineNanos()));
    if (replica.equals(context.self())) {
      context.replica().readImage(message, outcome -> onRangeReply(context.self(), outcome));
    } else {
      context.network().send(replica, message);
    }
  }

  @Override
  public void onRangeReply(NodeId from, RangeOutcome outcome) {
    if (finished || !asked.contains(from) || pages.containsKey(from)) {
      return;
    }
    switch (outcome) {
      case Records page when !MergedPage.goesOn(page, question.range()) ->
          fail(away, from, "its page does not go on after the one before");
      case Records page when !isOfModel(page) -> fail(away, from, Failures.OF_ANOTHER_MODEL);
      case Records page when !isOfItsTime(page) ->
          fail(away, from, "its page has what was written after the cut");
      case Records page -> pages.put(from, page);
      case NoImage none -> fail(gone, from, none.reason());
      case KeptVersions kept -> fail(away, from, Failures.NOT_ASKED_FOR);
      case Refused refused -> fail(away, from, refused.reason());
      case StaleEpoch stale -> fail(away, from, "it compares epochs");
    }
    decide();
  }

  private boolean isOfModel(Records page) {
    for (RecordStore.Entry entry : page.entries()) {
      if (!images.plan().model().isOf(entry.record())) {
        return false;
      }
    }
    return true;
  }

  /**
   * No image has anything above its time, so a replica that says so is not believed. Images of
   * records without moments are of when they were fixed, whatever times the records have.
   */
  private boolean isOfItsTime(Records page) {
    if (!images.plan().model().hasMoments()) {
      return true;
    }
    for (RecordStore.Entry entry : page.entries()) {
      if (!images.cut().covers(entry.record().version().hlc())) {
        return false;
      }
    }
    return true;
  }

  private void fail(Map<NodeId, String> to, NodeId replica, String why) {
    asked.remove(replica);
    spare.remove(replica);
    to.put(replica, why);
  }

  private void decide() {
    if (finished) {
      return;
    }
    SortedSet<NodeId> failed = new TreeSet<>(gone.keySet());
    failed.addAll(away.keySet());
    switch (quorum.verdict(pages.keySet(), failed)) {
      case PENDING -> askMoreIfTooFew();
      case REACHED -> answer();
      case UNREACHABLE ->
          fail(
              quorum.verdict(List.of(), gone.keySet()) == Verdict.UNREACHABLE
                  ? BackupFailures.imagesGone(images.plan(), images.cut(), quorum, gone)
                  : BackupFailures.imagesAway(
                      images.plan(), images.cut(), quorum, pages.keySet(), away));
    }
  }

  private void answer() {
    finished = true;
    context.table().remove(id);
    MergedPage merged =
        MergedPage.of(
            pages.values(),
            question.range().keys(),
            this::merge,
            context.rules().mergesUpToTheShortest());
    callback.page(merged.newest(), merged.reached());
  }

  /** What the images of one key have together. */
  private Record merge(Record one, Record other) {
    if (!images.plan().model().hasMoments() && !one.equals(other)) {
      context.events().accept(CoordinatorEvent.Window.IMAGES_DIFFERED);
    }
    return context.rules().mergeOfImages(images.plan().model(), one, other);
  }

  @Override
  public void check(long nowNanos) {
    failDeadReplicas();
    decide();
    if (!finished && nowNanos - sentNanos > Context.RESEND_NANOS) {
      sentNanos = nowNanos;
      for (NodeId replica : List.copyOf(asked)) {
        if (!pages.containsKey(replica) && !replica.equals(context.self())) {
          send(replica);
        }
      }
      askInTheirPlace();
    }
  }

  /** A replica is heard and does not answer: others that would do are asked as well. */
  private void askInTheirPlace() {
    for (NodeId replica : List.copyOf(spare)) {
      if (!finished && quorum.isHelpedBy(replica, pages.keySet())) {
        context.events().accept(CoordinatorEvent.Window.ASKED_IN_PLACE_OF_A_SILENT_ONE);
        ask(replica);
      }
    }
  }

  private void failDeadReplicas() {
    for (NodeId replica : images.plan().replicas()) {
      if (!pages.containsKey(replica)
          && !gone.containsKey(replica)
          && !context.liveness().isLive(replica)) {
        fail(away, replica, "not heard");
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
            images.plan(), question.level(), quorum, List.copyOf(pages.keySet()), false));
  }

  private void fail(Failure failure) {
    if (!finished) {
      finished = true;
      context.table().remove(id);
      callback.failed(failure);
    }
  }
}
