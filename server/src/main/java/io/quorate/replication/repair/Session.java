package io.quorate.replication.repair;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.Factor;
import io.quorate.replication.background.BackgroundBudget;
import io.quorate.replication.background.Pace;
import io.quorate.replication.message.ReplicaMessage.Held;
import io.quorate.replication.message.ReplicaMessage.KeySummary;
import io.quorate.replication.message.ReplicaMessage.NoTree;
import io.quorate.replication.message.ReplicaMessage.OtherTree;
import io.quorate.replication.message.ReplicaMessage.ReadOutcome;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.SameTree;
import io.quorate.replication.message.ReplicaMessage.StaleEpoch;
import io.quorate.replication.message.ReplicaMessage.TreeOutcome;
import io.quorate.replication.message.ReplicaMessage.Versions;
import io.quorate.replication.message.ReplicaMessage.VersionsOutcome;
import io.quorate.replication.tree.HashTree;
import io.quorate.runtime.Clock;
import io.quorate.version.Hlc;
import io.quorate.version.Order;
import io.quorate.version.Record;
import io.quorate.version.RecordModel;
import io.quorate.version.Summary;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Compares one partition, for the tenants of one factor, with one other replica: first the roots,
 * then the leaves, then page by page what lies under the keys in leaves that differ. The record of
 * each key goes to the replica that lacks something of it: one way or the other, or both ways if
 * each lacks something. There it is merged.
 */
final class Session {
  /** A record younger than this may be on its way to the replica that lacks it. */
  private static final long YOUNG_MILLIS = 1_000;

  /**
   * A record stamped further ahead than this has no age that its stamp could tell: clocks differ by
   * less, and registers are stamped less ahead. It would be young until its time comes, and a
   * comparison that waits at each such record does not end before the epoch does.
   */
  private static final long AHEAD_MILLIS_MAX = 10_000;

  /** Versions that cost about as much to look at as one record to bring. */
  private static final int LOOKED_AT_PER_RECORD = 10;

  /** So many young differences are looked at again at the same time. */
  private static final int LOOKING_MAX = 16;

  private final NodeId self;
  private final NodeId other;
  private final Peers.Place place;
  private final Factor factor;
  private final Deque<Integer> tenants;
  private final HashTree own;
  private final Peers peers;
  private final Settings settings;

  /** Whether what the other holds is brought here. */
  private final boolean fetches;

  private final boolean overtaken;

  private final Consumer<Ended> callback;

  private BitSet leaves = new BitSet();
  private byte[] after = {};

  // The page under way.
  private @Nullable Versions ownPage;
  private @Nullable Versions otherPage;
  private @Nullable Key limit;

  /** What the other lacks, and what this node does. */
  private final RecordTransfer sending;

  private final RecordTransfer fetching;

  /** Differences that may only be writes under way; they are looked at again when they are old. */
  private final Deque<Young> young = new ArrayDeque<>();

  /** Young differences that are being looked at. */
  private int looking;

  /** Whether a tree or a page is awaited: until then nothing is known to be done. */
  private boolean asking;

  private boolean settling;

  /** Whether the next page is to be read as soon as there is room for it. */
  private boolean pageDue;

  /** See {@link Ended#offered}. */
  private long otherOffered;

  private int found;
  private boolean failed;
  private String lastFailure = "";
  private boolean ended;

  private static final String PROMISED =
      "a register was not taken, since a higher ballot was promised; it is proposed again";

  /** How a session came to its end. */
  enum How {
    /** Everything that differed was brought to the replica that lacked it. */
    COMPLETE,
    /** One of the two has not read yet all that it holds. */
    NO_TREE,
    /** Something could not be asked, read or brought. */
    FAILED
  }

  /**
   * What came of a session.
   *
   * @param found keys of which one of the two lacked something
   * @param brought records sent to the other replica
   * @param fetched records got from it
   * @param skipped of these fetched, this node held newer ones by then
   * @param promised registers that one of the two did not take, since it has promised a higher
   *     ballot
   * @param bytes of all
   * @param offered the highest hybrid time that the other replica was offered, see {@link SameTree}
   * @param why the two are not equal now; empty if they are
   */
  record Ended(
      How how,
      int found,
      int brought,
      int fetched,
      int skipped,
      int promised,
      long bytes,
      long offered,
      String why) {
    static Ended noTree() {
      return new Ended(How.NO_TREE, 0, 0, 0, 0, 0, 0, 0, "what is held has not been read yet");
    }

    /** There was nothing to compare. */
    static Ended nothing() {
      return new Ended(How.COMPLETE, 0, 0, 0, 0, 0, 0, 0, "");
    }

    boolean complete() {
      return how == How.COMPLETE;
    }

    /**
     * Whether each of the two holds now what the other held. A copy needs less: registers that were
     * not taken are proposed before it counts.
     */
    boolean madeEqual() {
      return complete() && promised == 0;
    }
  }

  /**
   * What all sessions of a node share.
   *
   * @param models of the records of tenants, by id
   */
  record Settings(
      RepairConfig config,
      RepairRules rules,
      IntFunction<RecordModel> models,
      Pace pace,
      BackgroundBudget budget,
      Clock clock) {

    RecordModel model(Key key) {
      return models.apply(key.tenant());
    }
  }

  /** A difference, with the moment at which it is looked at again. */
  private record Young(Difference difference, long atNanos) {}

  /**
   * Something that one of the two lacks under a key.
   *
   * @param isSent whether the other one lacks it; else this node
   * @param told of the record of the one that has it
   */
  private record Difference(Key key, boolean isSent, Summary told) {}

  /**
   * What is compared.
   *
   * @param tenants whose records are, by id
   * @param fetches whether what the other holds is brought here; else only what it lacks to it
   * @param overtaken whether what the other holds is brought, too, if this node has got something
   *     later meanwhile and has never had it: it belongs into this node's history
   */
  record Task(
      NodeId self,
      NodeId other,
      Peers.Place place,
      Factor factor,
      List<Integer> tenants,
      boolean fetches,
      boolean overtaken) {
    Task(
        NodeId self,
        NodeId other,
        Peers.Place place,
        Factor factor,
        List<Integer> tenants,
        boolean fetches) {
      this(self, other, place, factor, tenants, fetches, false);
    }
  }

  /**
   * @param own this node's tree
   */
  Session(Task task, HashTree own, Peers peers, Settings settings, Consumer<Ended> callback) {
    this.self = task.self();
    this.other = task.other();
    this.place = task.place();
    this.factor = task.factor();
    this.tenants = new ArrayDeque<>(task.tenants());
    this.own = own;
    this.peers = peers;
    this.settings = settings;
    this.fetches = task.fetches();
    this.overtaken = task.overtaken();
    this.callback = callback;
    this.sending = new RecordTransfer(self, other, other, place, peers, settings, new Watching());
    this.fetching = new RecordTransfer(other, self, other, place, peers, settings, new Watching());
  }

  private final class Watching implements RecordTransfer.Listener {
    @Override
    public void failed(String why) {
      Session.this.failed(why);
    }

    @Override
    public void wentOn() {
      settle();
    }
  }

  void start() {
    asking = true;
    peers.compareTree(other, place, factor, own.root(), this::onTree);
  }

  private void onTree(TreeOutcome outcome) {
    switch (outcome) {
      case SameTree(long offered) -> {
        otherOffered = offered;
        end(How.COMPLETE);
      }
      case OtherTree(HashTree tree, long offered) -> {
        otherOffered = offered;
        leaves = own.differingFrom(tree);
        asking = false;
        readOn();
      }
      case NoTree unknown -> end(How.NO_TREE);
      case StaleEpoch stale -> fail("the partition has changed meanwhile");
      case Refused(String reason) -> fail(reason);
    }
  }

  /** Goes on with what had to wait. Called a hundred times a second. */
  void tick() {
    if (ended || awaitsAnswer()) {
      return;
    }
    if (pageDue) {
      readOn();
    } else {
      settle();
    }
  }

  /** Brings nothing more. */
  void cancel() {
    fail("it was called off");
  }

  private void readOn() {
    Integer tenant = tenants.peek();
    if (tenant == null) {
      end(failed ? How.FAILED : How.COMPLETE);
      return;
    }
    pageDue = !settings.budget().isOpen(other);
    if (pageDue) {
      return;
    }
    settings.budget().took(other, settings.config().pageRecords() / LOOKED_AT_PER_RECORD);
    asking = true;
    ownPage = null;
    otherPage = null;
    read(self, tenant, page -> ownPage = page);
    read(other, tenant, page -> otherPage = page);
  }

  private void read(NodeId replica, int tenant, Consumer<Versions> into) {
    peers.readVersions(
        replica,
        place,
        tenant,
        after,
        settings.config().pageRecords(),
        leaves,
        outcome -> onVersions(outcome, into));
  }

  private void onVersions(VersionsOutcome outcome, Consumer<Versions> into) {
    if (ended) {
      return;
    }
    if (!(outcome instanceof Versions page)) {
      fail(outcome instanceof Refused(String reason) ? reason : "the partition has changed");
      return;
    }
    Key reached = page.reached();
    if (reached != null && Arrays.compareUnsigned(reached.bytes(), after) <= 0) {
      fail("a page does not go on after the one before"); // and would be asked for without end
      return;
    }
    into.accept(page);
    if (ownPage != null && otherPage != null) {
      compare(ownPage, otherPage);
    }
  }

  private void compare(Versions mine, Versions others) {
    limit = earlier(mine.reached(), others.reached());
    NavigableMap<Key, Summary> held = byKey(mine);
    NavigableMap<Key, Summary> there = byKey(others);
    held.forEach((key, ours) -> compareKey(key, ours, there.remove(key)));
    there.forEach((key, theirs) -> compareKey(key, null, theirs));
    asking = false;
    settle();
  }

  /** Both summaries are of one key; null for nothing. */
  private void compareKey(Key key, @Nullable Summary ours, @Nullable Summary theirs) {
    Order order = order(key, ours, theirs);
    boolean isSent = order.hasMore();
    boolean isFetched = fetches && order.lacks();
    if (!(isSent || isFetched) || !settings.rules().goesOnAfter(found)) {
      return;
    }
    found++;
    if (ours != null && isSent) {
      differs(new Difference(key, true, ours));
    }
    if (theirs != null && isFetched) {
      differs(new Difference(key, false, theirs));
    }
  }

  private Order order(Key key, @Nullable Summary ours, @Nullable Summary theirs) {
    if (ours == null || theirs == null) {
      return ours == null ? Order.BEHIND : Order.AHEAD;
    }
    return settings.rules().compare(settings.model(key), ours, theirs);
  }

  private void differs(Difference difference) {
    long age = settings.clock().wallMillis() - Hlc.millis(difference.told.version().hlc());
    if (age >= YOUNG_MILLIS || -age > AHEAD_MILLIS_MAX) {
      bring(difference);
    } else {
      long wait = Math.min(YOUNG_MILLIS, YOUNG_MILLIS - age);
      long atNanos = settings.clock().nanos() + TimeUnit.MILLISECONDS.toNanos(wait);
      young.add(new Young(difference, atNanos));
    }
  }

  /** The earlier of two keys; null is the end of everything. */
  private static @Nullable Key earlier(@Nullable Key one, @Nullable Key two) {
    if (one == null || two == null) {
      return one == null ? two : one;
    }
    return one.compareTo(two) <= 0 ? one : two;
  }

  /** What a page says of the keys that both pages looked at. */
  private NavigableMap<Key, Summary> byKey(Versions page) {
    NavigableMap<Key, Summary> summaries = new TreeMap<>();
    for (KeySummary each : page.held()) {
      if (limit == null || each.key().compareTo(limit) <= 0) {
        summaries.put(each.key(), each.summary());
      }
    }
    return summaries;
  }

  private void settle() {
    if (settling || ended) {
      return; // an answer came at once, or too late
    }
    settling = true;
    takeWhatIsOldEnough();
    sending.goOn();
    fetching.goOn();
    settling = false;
    if (looking == 0
        && sending.isDone()
        && fetching.isDone()
        && young.isEmpty()
        && !ended
        && !awaitsAnswer()
        && !pageDue) {
      turnPage();
    }
  }

  private boolean awaitsAnswer() {
    return asking && settings.rules().waitsForAnswers();
  }

  /** Of a write that was under way, both may have the record by now. */
  private void takeWhatIsOldEnough() {
    long now = settings.clock().nanos();
    while (!young.isEmpty()
        && now - young.getFirst().atNanos >= 0
        && looking < LOOKING_MAX
        && !ended) {
      Young next = young.remove();
      looking++;
      Difference difference = next.difference;
      NodeId behind = difference.isSent ? other : self;
      peers.read(behind, place, difference.key, outcome -> onBehind(difference, outcome));
    }
  }

  private void onBehind(Difference looked, ReadOutcome outcome) {
    boolean caughtUp =
        outcome instanceof Held(Record record)
            && hasCaughtUp(
                looked, settings.model(looked.key).compare(record.summary(), looked.told));
    if (!caughtUp) {
      bring(looked); // what cannot be read is found out when it is brought
    }
    looking--;
    settle();
  }

  /** By what is later, too, unless what it has overtaken is of use. */
  private boolean hasCaughtUp(Difference looked, Order order) {
    boolean asItIsTold = overtaken && !looked.isSent;
    return asItIsTold ? order == Order.SAME : !order.lacks();
  }

  private void bring(Difference difference) {
    (difference.isSent ? sending : fetching).add(difference.key, difference.told);
  }

  private void turnPage() {
    if (limit == null) {
      tenants.remove();
      after = new byte[0];
    } else {
      after = limit.bytes();
    }
    readOn();
  }

  /** The rest is compared all the same. */
  private void failed(String why) {
    failed = true;
    lastFailure = why;
  }

  private void fail(String why) {
    failed(why);
    end(How.FAILED);
  }

  private void end(How how) {
    if (!ended) {
      ended = true;
      sending.stop();
      fetching.stop();
      int promised = sending.promised() + fetching.promised();
      callback.accept(
          new Ended(
              how,
              found,
              sending.records(),
              fetching.records(),
              fetching.skipped(),
              promised,
              sending.bytes() + fetching.bytes(),
              otherOffered,
              promised > 0 && !failed ? PROMISED : lastFailure));
    }
  }
}
