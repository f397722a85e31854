package io.quorate.transport.client;

import io.quorate.model.NodeNames;
import io.quorate.model.Quoted;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.ResultInfo;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs requests that took longer than a threshold: at most a few lines a second, for when
 * everything is slow, a line for each would help no reader. Keys appear as far as they can be
 * looked up, values never.
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

  public SlowRequests(long thresholdNanos) {
    this.thresholdNanos = thresholdNanos;
  }

  void ended(
      Operation operation,
      Outcome outcome,
      Supplier<NodeNames> names,
      long nowNanos,
      long tookNanos) {
    if (tookNanos >= thresholdNanos && mayLog(nowNanos)) {
      log.warn("{}", names.get().in(describe(operation, outcome, tookNanos)));
    }
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
            .append(operation.tenant().isEmpty() ? "default" : Quoted.of(operation.tenant()))
            .append(", key ")
            .append(quoted(operation.key()))
            .append(", level ")
            .append(operation.level() == null ? "default" : operation.level());
    switch (outcome) {
      case Outcome.Written written -> append(line, written.info());
      case Outcome.Updated updated -> append(line, updated.info());
      case Outcome.Read read -> append(line, read.info());
      case Outcome.Failed(Failure failure) ->
          line.append(", partition ")
              .append(failure.partition())
              .append(", answered by ")
              .append(failure.answered())
              .append(", failed: ")
              .append(failure.reason())
              .append(": ")
              .append(failure.message());
    }
    return line.toString();
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

  private static void append(StringBuilder line, ResultInfo info) {
    line.append(", partition ")
        .append(info.partition())
        .append(", answered by ")
        .append(info.replicas());
  }
}
