package io.quorate.transport.codec;

import io.quorate.replication.api.Failure;

/**
 * {@code google.rpc.Status}: a failure in the form that standard tools and gateways read. Its
 * details are a {@code google.rpc.ErrorInfo}, a {@code google.rpc.RetryInfo} where it is known when
 * a retry can help, and the {@code quorate.v1.Failure} without its message, which is the one of the
 * status. Written by hand, because a node that is overloaded answers most calls with it.
 */
public final class StatusDetailsCodec {
  /** Says whose reasons these are, among those of other systems behind one gateway. */
  public static final String DOMAIN = "quorate.io";

  private static final String TYPES = "type.googleapis.com/";
  private static final String ERROR_INFO = TYPES + "google.rpc.ErrorInfo";
  private static final String RETRY_INFO = TYPES + "google.rpc.RetryInfo";
  private static final String FAILURE = TYPES + "quorate.v1.Failure";

  private static final int STATUS_CODE = 1;
  private static final int STATUS_MESSAGE = 2;
  private static final int STATUS_DETAILS = 3;

  private static final int ANY_TYPE_URL = 1;
  private static final int ANY_VALUE = 2;

  private static final int INFO_REASON = 1;
  private static final int INFO_DOMAIN = 2;
  private static final int INFO_METADATA = 3;
  private static final int ENTRY_KEY = 1;
  private static final int ENTRY_VALUE = 2;

  private static final int RETRY_DELAY = 1;
  private static final int DURATION_SECONDS = 1;
  private static final int DURATION_NANOS = 2;

  /** Bytes of a detail at most, give or take; see {@link WireWriter#begin}. */
  private static final int DETAIL_BYTES = 300;

  private static final int SHORT_BYTES = 100;

  private StatusDetailsCodec() {}

  /**
   * Returns the bytes of a {@code google.rpc.Status}.
   *
   * @param code of gRPC
   */
  public static byte[] bytes(int code, Failure failure) {
    WireWriter out = new WireWriter();
    out.varint(STATUS_CODE, code);
    out.string(STATUS_MESSAGE, failure.message());
    errorInfo(out, failure);
    if (failure.retryAfterMillis() > 0) {
      retryInfo(out, failure.retryAfterMillis());
    }
    long detail = out.begin(STATUS_DETAILS, FailureCodec.BYTES_MAX);
    out.string(ANY_TYPE_URL, FAILURE);
    long value = out.begin(ANY_VALUE, FailureCodec.BYTES_MAX);
    FailureCodec.write(out, failure, "");
    out.end(value);
    out.end(detail);
    return out.toByteArray();
  }

  private static void errorInfo(WireWriter out, Failure failure) {
    long detail = out.begin(STATUS_DETAILS, DETAIL_BYTES);
    out.string(ANY_TYPE_URL, ERROR_INFO);
    long value = out.begin(ANY_VALUE, DETAIL_BYTES);
    out.string(INFO_REASON, failure.reason().name());
    out.string(INFO_DOMAIN, DOMAIN);
    entry(out, "may_have_applied", String.valueOf(failure.mayHaveApplied()));
    if (failure.partition() != Failure.NO_PARTITION) {
      entry(out, "partition", String.valueOf(failure.partition()));
    }
    if (failure.needed() > 0) {
      entry(out, "replicas_needed", String.valueOf(failure.needed()));
      entry(out, "replicas_answered", String.valueOf(failure.answered().size()));
    }
    if (failure.code() != Failure.Code.NONE) {
      entry(out, "code", failure.code().name());
    }
    out.end(value);
    out.end(detail);
  }

  private static void entry(WireWriter out, String key, String value) {
    long mark = out.begin(INFO_METADATA, SHORT_BYTES);
    out.string(ENTRY_KEY, key);
    out.string(ENTRY_VALUE, value);
    out.end(mark);
  }

  private static void retryInfo(WireWriter out, int millis) {
    long detail = out.begin(STATUS_DETAILS, SHORT_BYTES);
    out.string(ANY_TYPE_URL, RETRY_INFO);
    long value = out.begin(ANY_VALUE, SHORT_BYTES);
    long delay = out.begin(RETRY_DELAY, SHORT_BYTES);
    out.varint(DURATION_SECONDS, millis / 1_000);
    out.varint(DURATION_NANOS, millis % 1_000 * 1_000_000L);
    out.end(delay);
    out.end(value);
    out.end(detail);
  }
}
