package io.quorate.cli.backup.file;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.quorate.client.admin.Action;
import io.quorate.client.admin.Grant;
import io.quorate.client.admin.Role;
import io.quorate.client.admin.User;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Users and roles in a backup, without passwords and without the roles that each cluster has. */
public record AccessEntry(
    @JsonProperty("roles") List<RoleEntry> roles, @JsonProperty("users") List<UserEntry> users) {
  public AccessEntry {
    roles = List.copyOf(roles);
    users = List.copyOf(users);
  }

  /** A role with what it is granted. */
  public record RoleEntry(
      @JsonProperty("name") String name, @JsonProperty("grants") List<GrantEntry> grants) {
    public RoleEntry {
      grants = List.copyOf(grants);
    }
  }

  /** A user with its roles, and what it is granted beside them. */
  public record UserEntry(
      @JsonProperty("name") String name,
      @JsonProperty("roles") List<String> roles,
      @JsonProperty("grants") List<GrantEntry> grants) {
    public UserEntry {
      roles = List.copyOf(roles);
      grants = List.copyOf(grants);
    }
  }

  /**
   * What is granted.
   *
   * @param actions as they are typed
   * @param tenant as of a {@link Grant}
   * @param prefix of keys, in base64
   */
  public record GrantEntry(
      @JsonProperty("actions") List<String> actions,
      @JsonProperty("tenant") String tenant,
      @JsonProperty("prefix") String prefix) {
    public GrantEntry {
      actions = List.copyOf(actions);
    }

    static GrantEntry of(Grant grant) {
      return new GrantEntry(
          grant.actions().stream().map(each -> each.name().toLowerCase(Locale.ROOT)).toList(),
          grant.tenant(),
          Base64.getEncoder().encodeToString(grant.prefix()));
    }

    /**
     * Returns what is granted.
     *
     * @throws IllegalArgumentException if this release does not know an action
     */
    public Grant grant() {
      List<Action> known =
          actions.stream().map(each -> Action.valueOf(each.toUpperCase(Locale.ROOT))).toList();
      return Grant.of(known).tenant(tenant).prefix(Base64.getDecoder().decode(prefix));
    }
  }

  public static AccessEntry of(List<Role> roles, List<User> users) {
    return new AccessEntry(
        roles.stream()
            .filter(role -> !role.isBuiltIn())
            .map(role -> new RoleEntry(role.name(), grants(role.grants())))
            .toList(),
        users.stream()
            .map(user -> new UserEntry(user.name(), user.roles(), grants(user.grants())))
            .toList());
  }

  /**
   * Does nothing if this release knows all that is granted.
   *
   * @throws IllegalArgumentException if it does not
   */
  public void requireKnown() {
    Stream.concat(
            roles.stream().flatMap(each -> each.grants().stream()),
            users.stream().flatMap(each -> each.grants().stream()))
        .forEach(GrantEntry::grant);
  }

  private static List<GrantEntry> grants(List<Grant> grants) {
    return grants.stream().map(GrantEntry::of).toList();
  }
}
