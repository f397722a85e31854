package io.quorate.replication.admission;

import java.util.concurrent.TimeUnit;

/**
 * Bounds of what one node takes from clients.
 *
 * @param concurrentMax requests that are carried out at the same time; more wait. Large enough that
 *     batches are full, small enough that what is let in is served soon
 * @param waitingMax requests that wait at most, of all tenants together
 * @param waitingBytesMax bytes of keys and values that wait at most
 * @param waitNanosMax a request that would wait for longer is refused at once, when its line has
 *     been standing
 * @param burstNanosMax a line has been standing when it was not short for so long. Until then a
 *     request may wait for half of the time that it has: what comes together after a pause, or
 *     while another node starts beside this one, is soon served
 * @param pagesMax pages of scans that are read at the same time
 * @param busyPageEntries entries of one page at most while others have requests under way: a page
 *     holds the lane for as long as it is large
 */
public record AdmissionConfig(
    int concurrentMax,
    int waitingMax,
    long waitingBytesMax,
    long waitNanosMax,
    long burstNanosMax,
    int pagesMax,
    int busyPageEntries) {
  public static final AdmissionConfig DEFAULT =
      new AdmissionConfig(
          256,
          4096,
          64 << 20,
          TimeUnit.MILLISECONDS.toNanos(100),
          TimeUnit.SECONDS.toNanos(3),
          4,
          100);
}
