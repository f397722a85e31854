package io.quorate.client.admin;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A change of users, roles or grants that the cluster has accepted. */
public final class AccessChange {
  private final long stateVersion;
  private final List<String> warnings;

  private AccessChange(long stateVersion, List<String> warnings) {
    this.stateVersion = stateVersion;
    this.warnings = List.copyOf(warnings);
  }

  /** Returns one with these parts; each is what the method of its name tells. */
  public static AccessChange of(long stateVersion, List<String> warnings) {
    return new AccessChange(stateVersion, warnings);
  }

  /**
   * The version of the state of the cluster that has the change. Each node decides by the change
   * once it knows that version, which those that are up did before this was answered, but for those
   * that {@link #warnings} name: see {@link CallerIdentity#stateVersion}.
   */
  public long stateVersion() {
    return stateVersion;
  }

  /** What an operator should know: nodes that do not know of the change after two seconds. */
  public List<String> warnings() {
    return warnings;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof AccessChange that
        && stateVersion == that.stateVersion
        && warnings.equals(that.warnings);
  }

  @Override
  public int hashCode() {
    return Objects.hash(stateVersion, warnings);
  }

  @Override
  public String toString() {
    return "AccessChange[stateVersion=" + stateVersion + ", warnings=" + warnings + "]";
  }
}
