package io.quorate.replication.coordinator;

/** What quorums, and pages that are merged, may lack. */
public enum LaxQuorum {
  /** A majority of both sets together is enough for a write. */
  OF_ALL_TOGETHER,
  /** What a read shows need be held by the set that was read only. */
  SHOWN_BY_ONE_SET,
  /** Reads say nothing of what may have been lost with replicas that were given up. */
  SILENT_ABOUT_LOSS,
  /** What a page of a scan shows need be held by the set that was read only. */
  PAGE_SHOWN_BY_ONE_SET,
  /** Answers a page that is planned again with the quorum of the epoch before. */
  PAGE_OF_THE_OLD_QUORUM,
  /** Pages of replicas are merged however far each of them reaches. */
  PAGES_MERGED_WHOLE,
  /** One image of a partition is enough for a page as of a cut. */
  ONE_IMAGE_IS_ENOUGH,
  /** Of the images of a key whose records have no moments one is taken for all. */
  IMAGES_NOT_MERGED,
  /** A scan shows what has expired. */
  EXPIRED_SHOWN,
  /** A write that was sent to no other node counts as applied nowhere. */
  OWN_COPY_FORGOTTEN,
  /** A replica that passes a write on speaks for those to which it does. */
  RELAY_SPEAKS_FOR_OTHERS,
  /** A register is read in one round from replicas that have accepted different ballots. */
  ANY_BALLOTS,
  /** A change that a register has taken is taken again when it is tried again. */
  CHANGES_TAKEN_AGAIN,
  /** A tenant is found empty by a quorum of the replicas. */
  FOUND_EMPTY_BY_A_QUORUM
}
