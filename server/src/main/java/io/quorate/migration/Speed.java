package io.quorate.migration;

/** How fast a sum has grown of late: over the last few seconds that it was looked at. */
final class Speed {
  private static final long SECOND = 1_000_000_000L;
  private static final long WINDOW_NANOS = 5 * SECOND;

  private long fromNanos;
  private long fromBytes;
  private long nextNanos;
  private long nextBytes;
  private long bytesPerSecond;

  void begin(long nowNanos) {
    fromNanos = nowNanos;
    nextNanos = nowNanos;
    fromBytes = 0;
    nextBytes = 0;
    bytesPerSecond = 0;
  }

  void look(long bytes, long nowNanos) {
    if (bytes < nextBytes) {
      begin(nowNanos); // another change has begun
      nextBytes = bytes;
      fromBytes = bytes;
    }
    if (nowNanos - nextNanos >= WINDOW_NANOS) {
      fromNanos = nextNanos;
      fromBytes = nextBytes;
      nextNanos = nowNanos;
      nextBytes = bytes;
    }
    double seconds = (double) (nowNanos - fromNanos) / SECOND;
    bytesPerSecond = seconds < 1 ? 0 : (long) ((bytes - fromBytes) / seconds);
  }

  long bytesPerSecond() {
    return bytesPerSecond;
  }
}
