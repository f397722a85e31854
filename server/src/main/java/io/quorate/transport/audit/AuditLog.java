package io.quorate.transport.audit;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.quorate.event.Event;
import io.quorate.model.NodeNames;
import io.quorate.runtime.Clock;
import io.quorate.transport.event.TransportEvent;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes records down in the order in which they come, a line each, and keeps none back: a caller
 * never waits for the disk. What is more than can be written is left out, and how much that was is
 * the next line. What is no change is bounded, each kind of it on its own: any stranger can cause a
 * flood of one, which must neither hide changes and other kinds nor have files with changes in them
 * replaced. So are calls that were refused, those of each user on their own. What could not be
 * written, as the disk is full, is counted as left out, too. May be called on any thread.
 */
public final class AuditLog {
  /** Lines of one kind that is no change that may come at once; one more each second. */
  static final int BURST_MAX = 100;

  /** There are a few words for events, and users who may make calls. */
  private static final int KINDS_MAX = 1_000;

  private static final long SECOND_NANOS = 1_000_000_000L;

  /** Until it is told again why lines cannot be written. */
  private static final long TOLD_AGAIN_NANOS = 60 * SECOND_NANOS;

  private final String node;
  private final String name;
  private final Supplier<NodeNames> names;
  private final Clock clock;
  private final Executor writer;
  private final Consumer<String> lines;
  private final Consumer<Event> events;
  private final ObjectMapper json = new ObjectMapper();

  /** By the kind of records that are no change. */
  private final Map<String, Allowance> allowances =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Allowance> eldest) {
          return size() > KINDS_MAX;
        }
      };

  private long leftOut;

  /** When it was told last that a line could not be written; null: never. Owned by the writer. */
  private @Nullable Long unwrittenToldNanos;

  /**
   * @param node that the records are of
   * @param name that its operator gave it; empty for none
   * @param names of the nodes that records tell of
   * @param writer does one task after the other, and refuses those that are too many
   * @param lines takes each line, without its end; called by the writer; throws {@link
   *     UncheckedIOException} if the line could not be written
   * @param events told by the writer of lines that could not be written
   */
  public AuditLog(
      String node,
      String name,
      Supplier<NodeNames> names,
      Clock clock,
      Executor writer,
      Consumer<String> lines,
      Consumer<Event> events) {
    this.node = node;
    this.name = name;
    this.names = names;
    this.clock = clock;
    this.writer = writer;
    this.lines = lines;
    this.events = events;
  }

  public synchronized void add(AuditRecord record) {
    if (!record.change() && isBeyondBound(kind(record))) {
      leftOut++;
      return;
    }
    long millis = clock.wallMillis();
    long before = leftOut;
    leftOut = 0;
    try {
      writer.execute(
          () -> {
            writeLeftOut(millis, before);
            write(line(millis, record));
          });
    } catch (RejectedExecutionException full) {
      leftOut(before + 1);
    }
  }

  /** Counts records that there is no room for. */
  public synchronized void leftOut(long records) {
    leftOut += records;
  }

  private void writeLeftOut(long millis, long count) {
    try {
      if (count > 0) {
        lines.accept(leftOutLine(millis, count));
      }
    } catch (UncheckedIOException unwritable) {
      leftOut(count); // the line after it, which cannot be written either, says why
    }
  }

  private void write(String line) {
    try {
      lines.accept(line);
    } catch (UncheckedIOException unwritable) {
      leftOut(1);
      long now = clock.nanos();
      boolean again = unwrittenToldNanos != null && now - unwrittenToldNanos < TOLD_AGAIN_NANOS;
      if (!again) {
        unwrittenToldNanos = now;
      }
      events.accept(
          new TransportEvent.AuditUnwritten(String.valueOf(unwritable.getMessage()), again));
    }
  }

  /** Users of other events may be made up by strangers. */
  private static String kind(AuditRecord record) {
    return record.action() == null ? record.event() : record.event() + " of " + record.user();
  }

  private boolean isBeyondBound(String kind) {
    long now = clock.nanos();
    return !allowances.computeIfAbsent(kind, each -> new Allowance(now)).take(now);
  }

  /** Lines that may still come. */
  private static final class Allowance {
    private int left = BURST_MAX;
    private long filledNanos;

    Allowance(long nowNanos) {
      filledNanos = nowNanos;
    }

    boolean take(long nowNanos) {
      long seconds = (nowNanos - filledNanos) / SECOND_NANOS;
      filledNanos += seconds * SECOND_NANOS;
      left = (int) Math.min(BURST_MAX, left + seconds);
      if (left == 0) {
        return false;
      }
      left--;
      return true;
    }
  }

  /** Says how much was left out since the last line. */
  public synchronized void tellLeftOut() {
    long count = leftOut;
    long millis = clock.wallMillis();
    if (count > 0) {
      leftOut = 0;
      writer.execute(() -> writeLeftOut(millis, count));
    }
  }

  private String line(long millis, AuditRecord record) {
    ObjectNode line = begin(millis, record.event());
    put(line, "action", record.action());
    put(line, "from", record.from());
    put(line, "user", record.user());
    put(line, "certificate", record.certificate());
    String arguments = record.arguments();
    if (arguments != null) {
      line.putRawValue("arguments", new RawValue(arguments));
    }
    line.put("outcome", record.outcome());
    String why = record.why();
    put(line, "why", why == null ? null : names.get().in(why));
    return line.toString();
  }

  private String leftOutLine(long millis, long count) {
    return begin(millis, "left_out").put("count", count).toString();
  }

  private ObjectNode begin(long millis, String event) {
    ObjectNode line =
        json.createObjectNode()
            .put("time", Instant.ofEpochMilli(millis).toString())
            .put("node", node);
    put(line, "name", name.isEmpty() ? null : name);
    return line.put("event", event);
  }

  private static void put(ObjectNode line, String field, @Nullable String value) {
    if (value != null) {
      line.put(field, value);
    }
  }
}
