package io.quorate.client.admin;

import org.jspecify.annotations.Nullable;

/** A change of users, roles or grants that the cluster has accepted. */
public final class AccessChange {
  private final long stateVersion;

  private AccessChange(long stateVersion) {
    this.stateVersion = stateVersion;
  }

  /** Returns one with this part, which is what the method of its name tells. */
  public static AccessChange of(long stateVersion) {
    return new AccessChange(stateVersion);
  }

  /**
   * The version of the state of the cluster that has the change. Each node decides by the change
   * once it knows that version, which most do within a second: see {@link
   * CallerIdentity#stateVersion}.
   */
  public long stateVersion() {
    return stateVersion;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof AccessChange that && stateVersion == that.stateVersion;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(stateVersion);
  }

  @Override
  public String toString() {
    return "AccessChange[stateVersion=" + stateVersion + "]";
  }
}
