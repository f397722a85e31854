package io.quorate.metadata.bootstrap;

/** Of which new nodes this node asks for a join token, before it has the cluster take them in. */
public enum JoinTokenDemand {
  /** Of none, as where nodes do not prove by certificates where they are. */
  NEVER,
  /**
   * Of those that show a certificate of a host where a member is: the key of a member that was
   * stolen does as much. With a certificate of another host they prove to be new.
   */
  SHARED_HOSTS,
  /** Of all. */
  ALWAYS
}
