package io.quorate.node.config;

/** Which new nodes have to show a join token, in the words of the configuration. */
public enum JoinTokensChoice {
  /** Those whose certificate is of a host that has a member. */
  SHARED_HOSTS,
  /** All. */
  ALWAYS,
  /** None. */
  NEVER
}
