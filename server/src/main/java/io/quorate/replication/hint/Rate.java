package io.quorate.replication.hint;

import java.util.concurrent.TimeUnit;

/** How often something happens, of late: what is long ago counts ever less. */
final class Rate {
  private static final double MEMORY_SECONDS = 5;

  private double perSecond;
  private long atNanos;

  Rate(long nowNanos) {
    atNanos = nowNanos;
  }

  void happened(long nowNanos) {
    perSecond = perSecond(nowNanos) + 1 / MEMORY_SECONDS;
    atNanos = nowNanos;
  }

  double perSecond(long nowNanos) {
    double passed = (double) (nowNanos - atNanos) / TimeUnit.SECONDS.toNanos(1);
    return perSecond * Math.exp(-passed / MEMORY_SECONDS);
  }
}
