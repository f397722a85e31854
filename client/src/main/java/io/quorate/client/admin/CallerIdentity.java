package io.quorate.client.admin;

import java.util.List;

/** Which user a client is to a node, and what that user may do. */
public sealed interface CallerIdentity {
  /**
   * The user that has logged in, or that the client's certificate names; {@code anonymous} if there
   * is none.
   */
  String user();

  /** Whether the cluster has such a user. */
  boolean isKnown();

  /** Names of its roles. */
  List<String> roles();

  /**
   * All that it is granted, that of its roles included. Actions that this library does not know are
   * left out.
   */
  List<Grant> grants();

  /** Whether the node decides by grants; if not, every caller may do everything. */
  boolean isEnforced();

  /** Version of the state of the cluster by which the node decides. */
  long stateVersion();

  /** Whether it is known by a login, and not by its certificate. */
  boolean isLoggedIn();

  static Builder builder() {
    return new Builder();
  }

  /** Returns a builder that has all of this. */
  default Builder toBuilder() {
    return builder()
        .user(user())
        .known(isKnown())
        .roles(roles())
        .grants(grants())
        .enforced(isEnforced())
        .stateVersion(stateVersion())
        .loggedIn(isLoggedIn());
  }

  /** Each part is what the method of its name tells; what is not said is nothing, or not known. */
  final class Builder {
    private String user = "";
    private boolean known;
    private List<String> roles = List.of();
    private List<Grant> grants = List.of();
    private boolean enforced;
    private long stateVersion;
    private boolean loggedIn;

    private Builder() {}

    public Builder user(String user) {
      this.user = user;
      return this;
    }

    public Builder known(boolean known) {
      this.known = known;
      return this;
    }

    public Builder roles(List<String> roles) {
      this.roles = List.copyOf(roles);
      return this;
    }

    public Builder grants(List<Grant> grants) {
      this.grants = List.copyOf(grants);
      return this;
    }

    public Builder enforced(boolean enforced) {
      this.enforced = enforced;
      return this;
    }

    public Builder stateVersion(long stateVersion) {
      this.stateVersion = stateVersion;
      return this;
    }

    public Builder loggedIn(boolean loggedIn) {
      this.loggedIn = loggedIn;
      return this;
    }

    public CallerIdentity build() {
      return new CallerIdentityValues(user, known, roles, grants, enforced, stateVersion, loggedIn);
    }

    private record CallerIdentityValues(
        String user,
        boolean isKnown,
        List<String> roles,
        List<Grant> grants,
        boolean isEnforced,
        long stateVersion,
        boolean isLoggedIn)
        implements CallerIdentity {}
  }
}
