package io.quorate.node;

import io.quorate.event.Event;
import io.quorate.event.EventLog;
import io.quorate.model.NodeId;
import io.quorate.model.NodeNames;
import io.quorate.model.Quoted;
import io.quorate.node.core.Readiness;
import io.quorate.replication.repair.Filler;
import io.quorate.runtime.Clock;
import io.quorate.storage.StorageFault;
import io.quorate.storage.StoreHealth;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What happens in a node, as lines for people: changes, and not each of what happens often. */
final class NodeLog implements EventLog {
  private static final Logger log = LoggerFactory.getLogger("io.quorate.node");
  private static final double MEGABYTE = 1e6;
  private static final long SAME_LINE_EVERY_NANOS = 10_000_000_000L;

  private final Clock clock;
  private final Supplier<NodeNames> names;

  /** When a line of a kind was last written, for those that would come often. */
  private final Map<String, Long> written = new TreeMap<>();

  /** States that were told, and that still last. */
  private final Set<String> said = new TreeSet<>();

  private boolean leaderKnown;
  private boolean filling;

  /**
   * @param names by which the lines call nodes; asked for on any thread
   */
  NodeLog(Clock clock, Supplier<NodeNames> names) {
    this.clock = clock;
    this.names = names;
  }

  void readinessChanged(Readiness now) {
    if (now.ready()) {
      info("ready");
    } else {
      warn("not ready: {}", now.waitingFor());
    }
  }

  void leaderChanged(@Nullable NodeId leader, long term) {
    if (leader != null) {
      info("node {} leads the metadata group, term {}", leader, term);
    } else if (leaderKnown) {
      log.warn("no leader of the metadata group is known, term {}", term);
    }
    leaderKnown = leader != null;
  }

  void notSaved(StorageFault fault) {
    if (isDue("not saved")) {
      log.error("the metadata log cannot be written, trying again: {}", fault.message());
    }
  }

  void stuck(String why, @Nullable Throwable cause) {
    // What a leader sends may be refused as often as it sends something else.
    if (isDue(cause == null ? "lags" : "stuck")) {
      log.error("{}", names.get().in(why), cause);
    }
  }

  void announcementRefused(String reason) {
    log.error(
        "the cluster does not take what this node announces of itself, and goes on with what it"
            + " knew: {}",
        names.get().in(reason));
  }

  void stuckOn(NodeId member, String why) {
    if (isDue("stuck " + member)) {
      error("node {} cannot follow the metadata group: {}", member, Quoted.of(why));
    }
  }

  void malformed(NodeId from, String why) {
    if (isDue("malformed")) {
      error("dropped a message of node {} about the cluster: {}", from, why);
    }
  }

  /** What the disk does about records that cannot be read. On the storage's threads. */
  void disk(String news) {
    log.warn("{}", news);
  }

  void health(StoreHealth health) {
    if (health.isWritable()) {
      log.info("the disk takes writes again");
    } else {
      log.error("the disk takes no writes: {}", health.reason());
    }
  }

  /** How far it is with the partitions that it must be filled with; told again and again. */
  void filling(Filler.Progress progress) {
    if (progress.partitions() > 0 && isDue("filling")) {
      log.info(
          "being filled: {} of {} partitions are left; {} records, {} MB so far, {} MB/s",
          progress.partitions(),
          progress.most(),
          progress.records(),
          megabytes(progress.bytes()),
          megabytes(progress.bytesPerSecond()));
    } else if (filling && progress.partitions() == 0) {
      log.info(
          "filled: no partition is left; {} records, {} MB in all",
          progress.records(),
          megabytes(progress.bytes()));
    }
    filling = progress.partitions() > 0;
  }

  private static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f", bytes / MEGABYTE);
  }

  /** Writes the line of an event, if it has one. */
  void happened(Event event) {
    event.tell(this);
  }

  @Override
  public void error(String format, Object... arguments) {
    log.error(format, named(arguments));
  }

  @Override
  public void warn(String format, Object... arguments) {
    log.warn(format, named(arguments));
  }

  @Override
  public void info(String format, Object... arguments) {
    log.info(format, named(arguments));
  }

  @Override
  public void debug(String format, Object argument) {
    if (log.isDebugEnabled()) {
      log.debug(format, named(argument));
    }
  }

  @Override
  public void trace(Event event) {
    if (log.isTraceEnabled()) {
      log.trace("{}", named(event));
    }
  }

  private Object[] named(Object[] arguments) {
    return Arrays.stream(arguments).map(this::named).toArray();
  }

  /** Events say which nodes they tell of by id, alone, in lists and within texts. */
  private @Nullable Object named(@Nullable Object argument) {
    return argument == null || argument instanceof Throwable || argument instanceof Number
        ? argument
        : names.get().in(argument.toString());
  }

  @Override
  public boolean isDue(String kind) {
    return isDue(kind, SAME_LINE_EVERY_NANOS);
  }

  @Override
  public boolean isDue(String kind, long everyNanos) {
    long now = clock.nanos();
    Long before = written.get(kind);
    if (before != null && now - before < everyNanos) {
      return false;
    }
    written.put(kind, now);
    return true;
  }

  @Override
  public boolean isNews(String state) {
    return said.add(state);
  }

  @Override
  public void forget(String state) {
    said.remove(state);
  }
}
