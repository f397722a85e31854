package io.quorate.replication.hint;

/**
 * Bounds of hinted handoff, for each target.
 *
 * @param hintsMax hints for one node at most; past them partitions of it are marked for repair
 * @param bytesMax bytes of hints for one node at most; likewise
 * @param windowMax deliveries to one node under way at most
 * @param refusalsMax a hint that its target refused so often becomes a dead letter
 * @param deadLettersMax dead letters for all nodes at most; past them partitions are marked
 */
public record HintConfig(
    long hintsMax, long bytesMax, int windowMax, int refusalsMax, int deadLettersMax) {
  public static final HintConfig DEFAULT = new HintConfig(1_000_000, 128L << 20, 64, 16, 10_000);
}
