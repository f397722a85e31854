package io.quorate.client.recipe;

import io.quorate.client.Condition;
import io.quorate.client.ConditionFailedException;
import io.quorate.client.FencedException;
import io.quorate.client.GetResult;
import io.quorate.client.HeldLock;
import io.quorate.client.KeyValue;
import io.quorate.client.Lock;
import io.quorate.client.LockOptions;
import io.quorate.client.Locks;
import io.quorate.client.OutcomeUnknownException;
import io.quorate.client.QuorateException;
import io.quorate.client.ReadOptions;
import io.quorate.client.Scan;
import io.quorate.client.ScanEntry;
import io.quorate.client.ScanOptions;
import io.quorate.client.WriteOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * A queue of work in a tenant with model LINEARIZABLE: an item that a consumer takes is out of the
 * others' sight for its visibility time, and is seen again if it is not done by then.
 *
 * <pre>{@code
 * try (QuorateClient client =
 *     QuorateClient.builder().endpoints("127.0.0.1:7401,127.0.0.1:7402").build()) {
 *   Administration.of(client)
 *       .cluster()
 *       .createTenant("queues", TenantSettings.DEFAULT.model(Model.LINEARIZABLE));
 *   WorkQueue mails =
 *       WorkQueue.of(
 *           client.locks(),
 *           client.keyValue(),
 *           "mails",
 *           WorkQueueOptions.DEFAULT.tenant("queues").consumer("host-7"));
 *   mails.offer("to Ada".getBytes(StandardCharsets.UTF_8));
 *   Optional<WorkItem> taken = mails.take(Duration.ofSeconds(30), Duration.ofSeconds(5));
 *   if (taken.isPresent()) {
 *     System.out.println(new String(taken.get().payload(), StandardCharsets.UTF_8));
 *     boolean mine = taken.get().done();
 *   }
 * }
 * }</pre>
 *
 * <p><b>What is promised.</b> An item that {@link #offer} has returned stays until it is done, and
 * of its deliveries one at most is done: each holds a lock of the item, and reads and deletes it
 * under the token of that ({@linkplain WriteOptions#fencedBy fencing}). Its work may be carried out
 * more than once, as a consumer may be overtaken while it works: what it writes elsewhere is safe
 * from that if it goes under {@link WorkItem#token}, to keys of this item alone.
 *
 * <p><b>Order.</b> Roughly first in, first out: a consumer takes one by chance of the oldest {@link
 * WorkQueueOptions#among} items that it sees, or of the oldest sixteenth if that is more, by the
 * clocks of those that offered them. An item that comes back is as old as it was.
 *
 * <p><b>How far it goes.</b> Consumers find items by reading the keys of the whole queue, about
 * once a second or for a tenth of their time, and whenever they know of none: it is meant for
 * thousands of items that wait, and tens of them a second. With three nodes and all consumers on
 * one machine of two cores, one consumer did 20 items a second of 1,000, eight did 38, and eight
 * did 76 of 10,000. Deletions that are not purged yet (an hour, by default) are read, too. Each
 * item costs two changes of the locks' log, and four of its key. Its lock is one of the 20,000 that
 * a cluster holds at most.
 *
 * <p>Safe for many threads at once, which share what they have found: use one for all threads of a
 * process.
 */
public final class WorkQueue {
  /** In an id: milliseconds since 1970, so that ids are in the order of time; then chance. */
  private static final int TIME_DIGITS = 12;

  private static final int ID_LENGTH = TIME_DIGITS + 1 + 16;

  private final Locks locks;
  private final KeyValue store;
  private final WorkQueueOptions options;
  private final RecipeClock clock;
  private final String items;
  private final String dead;
  private final ReadOptions read;
  private final WriteOptions write;
  private final Visible visible;

  private WorkQueue(
      Locks locks, KeyValue store, String name, WorkQueueOptions options, RecipeClock clock) {
    this.locks = locks;
    this.store = store;
    this.options = options;
    this.clock = clock;
    this.items = name + "/item/";
    this.dead = name + "/dead/";
    String tenant = options.tenant();
    this.read = tenant == null ? ReadOptions.DEFAULT : ReadOptions.DEFAULT.tenant(tenant);
    this.write = tenant == null ? WriteOptions.DEFAULT : WriteOptions.DEFAULT.tenant(tenant);
    this.visible = new Visible(this::search, options.among(), clock);
  }

  /**
   * Returns the queue of a name. Its items are keys, and their locks have the same names: {@code
   * name/item/id}; those that were put aside are {@code name/dead/id}.
   *
   * @param name 1 to 200 bytes of UTF-8, without a slash
   */
  public static WorkQueue of(Locks locks, KeyValue store, String name, WorkQueueOptions options) {
    return of(locks, store, name, options, RecipeClock.SYSTEM);
  }

  static WorkQueue of(
      Locks locks, KeyValue store, String name, WorkQueueOptions options, RecipeClock clock) {
    if (Ids.check("name of a queue", name).indexOf('/') >= 0) {
      throw new IllegalArgumentException("a queue named " + name + ": give a name without a slash");
    }
    return new WorkQueue(locks, store, name, options, clock);
  }

  /**
   * Adds an item.
   *
   * @param payload as large as a value may be, less 5 bytes
   * @return its id
   * @throws OutcomeUnknownException it may have been added; offered again it may be there twice
   * @throws QuorateException it was not added
   */
  public String offer(byte[] payload) {
    String id =
        ("%0" + TIME_DIGITS + "x").formatted(System.currentTimeMillis()) + "-" + Ids.random();
    put(items + id, new StoredItem(0, payload), write.onlyIf(Condition.absent()));
    return id;
  }

  /**
   * Takes an item that no other consumer has.
   *
   * @param visibility for how long others do not see it, 100 ms to 10 minutes; {@link
   *     WorkItem#extend} takes that time again
   * @param waitAtMost how long to wait for an item; the answer may take some timeouts of the client
   *     longer
   * @return empty if there was none until the wait was over
   * @throws QuorateException of a kind that does not pass, or the last one when the wait is over.
   *     An item may be out of sight for its visibility time, and count a delivery
   * @throws InterruptedException as above
   */
  public Optional<WorkItem> take(Duration visibility, Duration waitAtMost)
      throws InterruptedException {
    long until = clock.until(waitAtMost.toNanos());
    Backoff backoff = new Backoff(20, 500);
    int misses = 0;
    while (true) {
      RuntimeException failed = null;
      try {
        String id = visible.next();
        if (id != null) {
          long began = clock.nanos();
          Optional<WorkItem> taken = tryTake(id, visibility);
          if (taken.isPresent()) {
            visible.hit();
            return taken;
          }
          visible.missed(clock.nanos() - began);
          // Also when the wait is over: that others were quicker says nothing of the other items.
          if (until - clock.nanos() > 0 || ++misses <= options.among()) {
            continue;
          }
        }
      } catch (QuorateException | CancellationException failure) {
        Trouble.throwUnlessItPasses(failure);
        failed = failure;
      }
      Trouble.throwIfInterrupted();
      long left = until - clock.nanos();
      if (left <= 0) {
        if (failed != null) {
          throw failed;
        }
        return Optional.empty();
      }
      clock.pause(Math.min(left, backoff.nextNanos()));
    }
  }

  /** Returns empty if another consumer has it, if it is done, or put aside. */
  private Optional<WorkItem> tryTake(String id, Duration visibility) {
    String key = items + id;
    LockOptions owner = LockOptions.DEFAULT.owner(Ids.unique(options.consumer())).renewed(false);
    Lock lock = locks.tryAcquire(key, visibility, owner).orElse(null);
    if (lock == null) {
      return Optional.empty();
    }
    WorkItem taken = null;
    try {
      taken = deliver(id, key, lock);
    } catch (FencedException overtaken) {
      // The time of the lock was over before this came to the item.
    } finally {
      if (taken == null) {
        var unused = lock.releaseAsync();
      }
    }
    return Optional.ofNullable(taken);
  }

  private @Nullable WorkItem deliver(String id, String key, Lock lock) {
    WriteOptions fenced = writeUnder(lock);
    // From here on no earlier consumer can have it done.
    GetResult found = store.get(key, readUnder(lock));
    if (!found.found()) {
      return null;
    }
    StoredItem item = StoredItem.parse(key, found.bytes());
    if (options.deliveriesMax() > 0 && item.deliveries() >= options.deliveriesMax()) {
      putAside(id, item, fenced);
      return null;
    }
    StoredItem delivered = item.deliveredAgain();
    put(key, delivered, fenced);
    return new TakenItem(id, delivered, lock, locks, store, fenced, clock);
  }

  private ReadOptions readUnder(Lock lock) {
    return read.fencedBy(lock.token());
  }

  private WriteOptions writeUnder(Lock lock) {
    return write.fencedBy(lock.token());
  }

  /** Under the token in both places, so that one who is late does not put it there again. */
  private void putAside(String id, StoredItem item, WriteOptions fenced) {
    put(dead + id, item, fenced);
    try {
      var unused = store.delete(bytes(items + id), fenced.onlyIf(Condition.value(item.value())));
    } catch (ConditionFailedException offeredAgain) {
      // Another client has offered the item again: it stays.
    }
  }

  private void put(String key, StoredItem item, WriteOptions options) {
    var unused = store.put(bytes(key), item.value(), options);
  }

  /** Returns the ids of all items that no consumer has. */
  private List<String> search() {
    Set<String> out = new HashSet<>();
    for (HeldLock held : locks.list(items)) {
      out.add(held.name().substring(items.length()));
    }
    List<String> found = new ArrayList<>();
    try (Scan scan = store.scan(items, scanned(0).keysOnly(true))) {
      while (scan.hasNext()) {
        String id = scan.next().keyText().substring(items.length());
        if (id.length() == ID_LENGTH && !out.contains(id)) {
          found.add(id);
        }
      }
    }
    return found;
  }

  private ScanOptions scanned(long limit) {
    String tenant = options.tenant();
    ScanOptions all = tenant == null ? ScanOptions.DEFAULT : ScanOptions.DEFAULT.tenant(tenant);
    return all.limit(limit);
  }

  /**
   * Counts the items that wait or are with a consumer, by reading the keys of all. Those that come
   * or go meanwhile may be counted or not.
   */
  public long size() {
    long size = 0;
    try (Scan scan = store.scan(items, scanned(0).keysOnly(true))) {
      while (scan.hasNext()) {
        ScanEntry unused = scan.next();
        size++;
      }
    }
    return size;
  }

  /** Lists items that were put aside as they were delivered too often, in no order. */
  public List<DeadItem> dead(int atMost) {
    List<DeadItem> found = new ArrayList<>();
    try (Scan scan = store.scan(dead, scanned(atMost))) {
      while (scan.hasNext()) {
        ScanEntry entry = scan.next();
        StoredItem item = StoredItem.parse(entry.keyText(), entry.value());
        found.add(
            DeadItem.of(
                entry.keyText().substring(dead.length()), item.payload(), item.deliveries()));
      }
    }
    return found;
  }

  /**
   * Offers an item again that was put aside, under its id, as one that was never delivered.
   *
   * @return false if it was not put aside, or another one has offered it again or discarded it
   * @throws OutcomeUnknownException it may have been offered again; if it is still put aside, that
   *     can be tried again, and consumers may do its work once more
   */
  public boolean offerAgain(String id) {
    GetResult found = store.get(dead + id, read);
    if (!found.found()) {
      return false;
    }
    StoredItem item = StoredItem.parse(dead + id, found.bytes());
    offerAgain(id, new StoredItem(0, item.payload()), found.bytes());
    return deleteDead(id, found.bytes());
  }

  /**
   * Where the item is as it was put aside, its consumer is about to delete it: it is replaced, so
   * that the consumer leaves it. Where it is something else, an earlier call has offered it again.
   */
  private void offerAgain(String id, StoredItem again, byte[] aside) {
    while (true) {
      GetResult there = store.get(items + id, read);
      if (there.found() && !Arrays.equals(there.bytes(), aside)) {
        return;
      }
      Condition asRead = there.found() ? Condition.value(aside) : Condition.absent();
      try {
        put(items + id, again, write.onlyIf(asRead));
        return;
      } catch (ConditionFailedException changed) {
        // Its consumer has deleted it, or another call has offered it again: looks again.
      }
    }
  }

  /**
   * Deletes an item that was put aside.
   *
   * @return false if it was not put aside, or another one has offered it again or discarded it
   * @throws OutcomeUnknownException it may have been deleted
   */
  public boolean discard(String id) {
    GetResult found = store.get(dead + id, read);
    return found.found() && deleteDead(id, found.bytes());
  }

  private boolean deleteDead(String id, byte[] value) {
    try {
      var unused = store.delete(bytes(dead + id), write.onlyIf(Condition.value(value)));
      return true;
    } catch (ConditionFailedException another) {
      return false;
    }
  }

  private static byte[] bytes(String key) {
    return key.getBytes(StandardCharsets.UTF_8);
  }
}
