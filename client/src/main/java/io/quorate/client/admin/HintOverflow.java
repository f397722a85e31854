package io.quorate.client.admin;

/** What becomes of a write when a replica is away and no more can be remembered for it. */
public enum HintOverflow {
  /** It is taken, and its partition is compared with that replica later. */
  MARK,
  /** It is refused before it is applied anywhere. */
  REJECT
}
