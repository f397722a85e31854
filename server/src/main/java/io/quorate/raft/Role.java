package io.quorate.raft;

/** What a node does in its term. A learner is a follower that is no voter. */
public enum Role {
  FOLLOWER,
  /** Asks whether it could win, in the term it has. */
  PRE_CANDIDATE,
  /** Asks for votes in a new term. */
  CANDIDATE,
  LEADER
}
