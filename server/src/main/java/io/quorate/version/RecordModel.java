package io.quorate.version;

import org.jspecify.annotations.Nullable;

/**
 * The rules for records of one kind: how records of a key compare and merge, whether a write may be
 * stamped again, and what readers, hash trees, hints, copies and purges see of a record. Replicas
 * and coordinators compare and merge records through this interface only.
 *
 * <p>Each tenant has one model, which is given when the tenant is created and never changes. So all
 * records of a key are of one kind.
 *
 * <p>Laws, which {@code RecordModelLaws} tests for each model:
 *
 * <ul>
 *   <li>{@link #merge} is idempotent, commutative and associative.
 *   <li>Records that compare as {@link Order#SAME} are equal byte by byte, and the reverse.
 *   <li>If one record is {@link Order#BEHIND} another, their merge is the other. If neither of two
 *       records is their merge, they are {@link Order#CONCURRENT}.
 *   <li>A merge is behind neither of its parts.
 *   <li>What a purge takes away stays away: {@link #counted} up to an earlier mark and then up to a
 *       later one is the same as up to the later one. Whatever counts as nothing is a leftover.
 *   <li>A purge takes nothing away that a reader finds from a record of which nothing is {@link
 *       #reported} to it. If two records are reported as the same, a purge takes the same away from
 *       both: it makes no difference to readers whether they merge before it or after it.
 * </ul>
 *
 * <p>The models are {@link #LAST_WRITE_WINS}, {@link #SIBLINGS}, {@link #CRDTS} and {@link
 * #REGISTERS}.
 */
public interface RecordModel {
  /** One version of each key: the one that was stamped last. */
  RecordModel LAST_WRITE_WINS = new LastWriteWins();

  /** All versions of each key that no later write has taken the place of. */
  RecordModel SIBLINGS = new Siblings();

  /** Of each key all updates, merged. */
  RecordModel CRDTS = new Crdts();

  /** Of each key the register that was accepted by the highest ballot. */
  RecordModel REGISTERS = new Registers();

  /** Of a tenant that is not known yet: each record is of the model that its format tells. */
  RecordModel BY_FORMAT = new ModelByFormat();

  /** Whether a record is of this model, by its format. Other methods take no others. */
  boolean isOf(Record record);

  /**
   * How what one replica holds, or knows of, compares with what another one does. A model whose
   * summaries do not tell which of two records has more answers {@link Order#CONCURRENT}: then
   * records are fetched that did not have to be, and nothing is missed.
   */
  Order compare(Summary one, Summary other);

  /**
   * Whether a record has all that a client has seen that was told of this version of the key. A
   * model of which versions do not tell that needs more than a version from its clients.
   */
  boolean reaches(Summary held, Version seen);

  /**
   * Everything that the two records of one key have. Replicas that have merged the same records
   * hold the same bytes, in whatever order the records came.
   */
  Record merge(Record left, Record right);

  /**
   * Whether the headers of records tell all that matters of one that is replaced. Then, of two
   * records, the merge is the one that {@link #compare} puts ahead, as it is; {@link #counted}
   * gives all of a record or nothing; {@link #areInConflict} only records of one version; and the
   * methods that take a header are asked with a header alone. So the value of a record that a write
   * replaces need not be read. Of other models they are asked with whole records only.
   */
  boolean decidesByHeader();

  /**
   * Whether the header of a record tells that its merge with another one is that other one, as it
   * is. Never, where not {@link #decidesByHeader}.
   */
  boolean takesPlaceOf(RecordHeader held, Record arriving);

  /**
   * Whether two different writes carry one stamp: two processes stamp as one node, or a node's disk
   * was set back to a time before it stamped what others hold.
   */
  boolean areInConflict(Record left, Record right);

  /**
   * Whether a write that meets a record ahead of it is stamped again, above that record, so that it
   * wins over what was acknowledged before it began.
   */
  boolean stampsAgain();

  /**
   * Whether versions have a {@link FenceRank} in the place of a token, and records may have marks.
   */
  boolean hasRanks();

  /**
   * Whether each record has one time, and what lies below it counts for nothing: so it can be told
   * what a key had at a moment. Of other models it can be told only what a replica held when it
   * looked (docs/design/cuts.md#models).
   */
  boolean hasMoments();

  /**
   * Whether a write that its client stamped takes the place of a record of a key, as far as their
   * versions tell. If the record takes the place of the write, it has overtaken it.
   */
  boolean replaces(Version stamp, Version held);

  /**
   * A record as it counts once its partition is purged up to {@code purged}. Readers, hash trees,
   * hints, copies and comparisons see this; the disk may keep the record as it was.
   *
   * @param purged a hybrid time; 0 if the partition was never purged
   * @return the record itself if the purge takes nothing away from it; null if it takes everything
   */
  @Nullable Record counted(Record held, long purged);

  /**
   * Likewise for what may be a header alone, see {@link #decidesByHeader}; of any model, while
   * nothing was purged.
   */
  @Nullable RecordHeader counted(RecordHeader held, long purged);

  /**
   * What a replica reports of a record to a purge that was promised up to {@code promised}. The
   * purge is carried out if the reports of all replicas are equal.
   *
   * @return null if the purge does not look at the record
   */
  @Nullable RecordHeader reported(RecordHeader counted, long promised);

  /**
   * From when on a purge could take something away from a record, in milliseconds since 1970;
   * {@link Long#MAX_VALUE} if never.
   */
  long purgeableFromMillis(RecordHeader record);

  /**
   * Whether a fresh write must not be stored, since its stamp lies within a purge that was
   * promised: it could lie below a deletion that is gone, and come back though it was overwritten.
   */
  boolean isWithinPromise(Record fresh, long promised);

  /**
   * Whether a node that is no replica any more may bring what it kept to those that are, though
   * they have promised a purge. Where a part of a record may be purged, what is kept from before
   * would bring the part back.
   *
   * @param promised up to when; 0 if no purge was ever promised
   */
  boolean mayHandOver(long promised);

  /**
   * Whether what a node kept of a key, from a time when it was a replica before, may be out of date
   * since the replicas have purged up to {@code purged}. Then it is dropped before it counts again.
   */
  boolean isLeftover(RecordHeader kept, long purged);
}
