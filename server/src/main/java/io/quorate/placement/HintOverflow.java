package io.quorate.placement;

/** What becomes of a write when a replica is away and no more can be remembered for it. */
public enum HintOverflow {
  /** It is taken; its partition is marked, durably, and compared with that replica later. */
  MARK,
  /** It is refused before it is applied anywhere. */
  REJECT
}
