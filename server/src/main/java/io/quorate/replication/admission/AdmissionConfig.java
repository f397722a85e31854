package io.quorate.replication.admission;

import java.util.concurrent.TimeUnit;

/**
 * Bounds of the requests of clients that one node carries out, and of those that wait there.
 *
 * @param concurrentMax requests that are carried out at the same time. Enough of them fill the
 *     batches of the storage, and few enough are each served soon. More requests wait
 * @param waitingMax requests that wait, of all tenants together
 * @param waitingBytesMax bytes of keys and values of the requests that wait
 * @param waitNanosMax how long a request may wait in a line that has been standing. One that would
 *     wait for longer is refused at once
 * @param burstNanosMax how long a line may be long before it counts as standing. Until then it may
 *     be a burst, which is soon served: requests that came together after a pause, or while another
 *     node starts on the same machine. In such a line a request may wait for half of its time, and
 *     for no longer than this
 * @param pagesMax pages of scans that are read at the same time
 * @param busyPageEntries entries that one page of a scan may have while other requests are under
 *     way. The lane reads a page without a break, so others wait for all of it
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
