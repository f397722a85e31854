package io.quorate.transport.client;

import io.quorate.model.KeyRange;
import io.quorate.model.NodeNames;
import io.quorate.model.Quoted;
import io.quorate.placement.Level;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.ResultInfo;
import io.quorate.replication.api.ScanRequest;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs requests that took longer than a threshold: at most a few lines a second, for when
 * everything is slow, a line for each would help no reader. Keys appear as far as they can be
 * looked up, values never. A page of a scan is a request.
 */
public final class SlowRequests {
  private static final Logger log = LoggerFactory.getLogger("io.quorate.slow");
  private static final int LINES_PER_SECOND = 5;
  private static final int KEY_BYTES_SHOWN = 64;
  private static final long SECOND_NANOS = 1_000_000_000;

  private final long thresholdNanos;

  private long secondBeganNanos;
  private int linesInSecond;
  private long suppressed;

  /**
   * @param thresholdNanos requests that take as long are logged; 0: none
   */
  public SlowRequests(long thresholdNanos) {
    this.thresholdNanos = thresholdNanos;
  }

  void ended(
      Operation operation,
      Outcome outcome,
      Supplier<NodeNames> names,
      long nowNanos,
      long tookNanos) {
    if (isSlow(tookNanos) && mayLog(nowNanos)) {
      log.warn("{}", names.get().in(describe(operation, outcome, tookNanos)));
    }
  }

  /**
   * @param failure null if there is a page
   */
  void ended(
      ScanRequest scan,
      @Nullable Failure failure,
      Supplier<NodeNames> names,
      long nowNanos,
      long tookNanos) {
    if (isSlow(tookNanos) && mayLog(nowNanos)) {
      log.warn("{}", names.get().in(describe(scan, failure, tookNanos)));
    }
  }

  private boolean isSlow(long tookNanos) {
    return thresholdNanos > 0 && tookNanos >= thresholdNanos;
  }

  private boolean mayLog(long nowNanos) {
    if (linesInSecond == 0 || nowNanos - secondBeganNanos >= SECOND_NANOS) {
      if (suppressed > 0) {
        log.warn("{} more slow requests were not logged", suppressed);
        suppressed = 0;
      }
      secondBeganNanos = nowNanos;
      linesInSecond = 0;
    }
    if (linesInSecond < LINES_PER_SECOND) {
      linesInSecond++;
      return true;
    }
    suppressed++;
    return false;
  }

  static String describe(Operation operation, Outcome outcome, long tookNanos) {
    StringBuilder line =
        new StringBuilder("slow ")
            .append(operation.getClass().getSimpleName().toLowerCase(Locale.ROOT))
            .append(": ")
            .append(tookNanos / 1_000_000)
            .append(" ms, request ")
            .append(operation.requestId())
            .append(", tenant ")
            .append(tenant(operation.tenant()))
            .append(", key ")
            .append(quoted(operation.key()))
            .append(", level ")
            .append(level(operation.level()));
    switch (outcome) {
      case Outcome.Written written -> append(line, written.info());
      case Outcome.Updated updated -> append(line, updated.info());
      case Outcome.Read read -> append(line, read.info());
      case Outcome.Failed(Failure failure) -> append(line, failure);
    }
    return line.toString();
  }

  static String describe(ScanRequest scan, @Nullable Failure failure, long tookNanos) {
    KeyRange keys = scan.keys();
    StringBuilder line =
        new StringBuilder("slow scan: ")
            .append(tookNanos / 1_000_000)
            .append(" ms, ")
            .append(scan.cursor().length == 0 ? "first page" : "a later page")
            .append(", tenant ")
            .append(tenant(scan.tenant()))
            .append(", prefix ")
            .append(quoted(keys.prefix()))
            .append(", start ")
            .append(quoted(keys.start()))
            .append(", end ")
            .append(quoted(keys.end()))
            .append(keys.reverse() ? ", reverse" : "")
            .append(", level ")
            .append(level(scan.level()));
    if (failure != null) {
      append(line, failure);
    }
    return line.toString();
  }

  private static String tenant(String name) {
    return name.isEmpty() ? "default" : Quoted.of(name);
  }

  private static Object level(@Nullable Level level) {
    return level == null ? "default" : level;
  }

  /** As 'quorate get' takes it: as text, or with --hex. */
  private static String quoted(byte[] key) {
    try {
      CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(key));
      return Quoted.of(text);
    } catch (CharacterCodingException noText) {
      int shown = Math.min(key.length, KEY_BYTES_SHOWN);
      return "0x"
          + HexFormat.of().formatHex(key, 0, shown)
          + (shown < key.length ? "... (" + key.length + " bytes)" : "");
    }
  }

  private static void append(StringBuilder line, Failure failure) {
    line.append(", partition ")
        .append(failure.partition())
        .append(", answered by ")
        .append(failure.answered())
        .append(", failed: ")
        .append(failure.reason())
        .append(": ")
        .append(failure.message());
  }

  private static void append(StringBuilder line, ResultInfo info) {
    line.append(", partition ")
        .append(info.partition())
        .append(", answered by ")
        .append(info.replicas());
  }
}
