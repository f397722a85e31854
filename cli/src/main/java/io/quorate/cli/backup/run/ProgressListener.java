package io.quorate.cli.backup.run;

/** Hears now and then, from one thread, how far a backup, a restore or a verification is. */
public interface ProgressListener {
  /**
   * Takes note of how far it is.
   *
   * @param total what {@link Tally#done} comes to in the end
   */
  void onProgress(Tally tally, long total);
}
