package io.quorate.transport.audit;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.quorate.runtime.Clock;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes records down in the order in which they come, a line each, and keeps none back: a caller
 * never waits for the disk. What is more than can be written is left out, and how much that was is
 * the next line. Refusals are bounded on their own, so that a flood of them, which any stranger can
 * cause, hides no change of the cluster. May be called on any thread.
 */
public final class AuditLog {
  /** Refusals beyond these in one second are counted only. */
  static final int REFUSALS_PER_SECOND_MAX = 100;

  private static final long SECOND_NANOS = 1_000_000_000L;

  /** What a person says to a cluster is shorter. */
  static final int ARGUMENT_CHARS_MAX = 16_384;

  private final String node;
  private final Clock clock;
  private final Executor writer;
  private final Consumer<String> lines;
  private final ObjectMapper json = new ObjectMapper();

  private long second = Long.MIN_VALUE;
  private int refusalsInSecond;
  private long leftOut;

  /**
   * @param node that the records are of
   * @param writer does one task after the other, and refuses those that are too many
   * @param lines takes each line, without its end; called by the writer
   */
  public AuditLog(String node, Clock clock, Executor writer, Consumer<String> lines) {
    this.node = node;
    this.clock = clock;
    this.writer = writer;
    this.lines = lines;
  }

  public synchronized void add(AuditRecord record) {
    if (record.isRefusal() && isBeyondBound()) {
      leftOut++;
      return;
    }
    long millis = clock.wallMillis();
    long before = leftOut;
    try {
      writer.execute(
          () -> {
            if (before > 0) {
              lines.accept(leftOutLine(millis, before));
            }
            lines.accept(line(millis, record));
          });
      leftOut = 0;
    } catch (RejectedExecutionException full) {
      leftOut++;
    }
  }

  private boolean isBeyondBound() {
    long now = clock.nanos();
    if (second == Long.MIN_VALUE || now - second >= SECOND_NANOS) {
      second = now;
      refusalsInSecond = 0;
    }
    return ++refusalsInSecond > REFUSALS_PER_SECOND_MAX;
  }

  private String line(long millis, AuditRecord record) {
    ObjectNode line = begin(millis, record.event());
    put(line, "action", record.action());
    put(line, "from", record.from());
    put(line, "user", record.user());
    String arguments = record.arguments();
    if (arguments != null && arguments.length() <= ARGUMENT_CHARS_MAX) {
      line.putRawValue("arguments", new RawValue(arguments));
    } else if (arguments != null) {
      line.put("arguments_chars", arguments.length());
    }
    line.put("outcome", record.outcome());
    put(line, "why", record.why());
    return line.toString();
  }

  private String leftOutLine(long millis, long count) {
    return begin(millis, "left_out").put("count", count).toString();
  }

  private ObjectNode begin(long millis, String event) {
    return json.createObjectNode()
        .put("time", Instant.ofEpochMilli(millis).toString())
        .put("node", node)
        .put("event", event);
  }

  private static void put(ObjectNode line, String field, @Nullable String value) {
    if (value != null) {
      line.put(field, value);
    }
  }
}
