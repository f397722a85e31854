package io.quorate.cli.access;

import io.quorate.cli.output.Json;
import io.quorate.cli.output.Table;
import io.quorate.cli.output.TextForm;
import io.quorate.client.admin.AccessChange;
import io.quorate.client.admin.CallerIdentity;
import io.quorate.client.admin.Grant;
import io.quorate.client.admin.Role;
import io.quorate.client.admin.User;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Users, roles and grants as people and programs read them. */
final class AccessForms {
  /** A user that each cluster has, which may do everything. */
  static final String ROOT = "root";

  private AccessForms() {}

  static Map<String, Object> json(User user) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("name", user.name());
    object.put("roles", user.roles());
    object.put("grants", json(user.grants()));
    object.put("passwords", user.passwords());
    return object;
  }

  static Map<String, Object> json(Role role) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("name", role.name());
    object.put("built_in", role.isBuiltIn());
    object.put("grants", json(role.grants()));
    return object;
  }

  static Map<String, Object> json(CallerIdentity caller) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("user", caller.user());
    object.put("known", caller.isKnown());
    object.put("roles", caller.roles());
    object.put("grants", json(caller.grants()));
    object.put("enforced", caller.isEnforced());
    object.put("state_version", caller.stateVersion());
    object.put("logged_in", caller.isLoggedIn());
    return object;
  }

  static Map<String, Object> json(AccessChange change) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("state_version", change.stateVersion());
    object.put("warnings", change.warnings());
    return object;
  }

  private static List<Map<String, Object>> json(List<Grant> grants) {
    return grants.stream().map(AccessForms::json).toList();
  }

  private static Map<String, Object> json(Grant grant) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("actions", grant.actions().stream().map(ActionWords::word).toList());
    object.put("tenant", grant.tenant());
    Json.putBytes(object, "prefix", grant.prefix());
    return object;
  }

  static String usersText(List<User> users) {
    if (users.isEmpty()) {
      return "there are no users but " + ROOT;
    }
    Table table = new Table("user", "roles", "grants of its own");
    for (User user : users) {
      table.row(onOneLine(user.name()), names(user.roles()), compact(user.grants()));
    }
    return table.toString();
  }

  static String rolesText(List<Role> roles) {
    Table table = new Table("role", "built in", "grants");
    for (Role role : roles) {
      table.row(onOneLine(role.name()), role.isBuiltIn() ? "yes" : "no", compact(role.grants()));
    }
    return table.toString();
  }

  /**
   * A user with all that it may do.
   *
   * @param all the roles of the cluster
   */
  static String text(User user, List<Role> all) {
    Table table = new Table("granted to", "actions", "tenant", "prefix");
    add(table, "the user", user.grants());
    for (Role role : all) {
      if (user.roles().contains(role.name())) {
        add(table, "role " + onOneLine(role.name()), role.grants());
      }
    }
    String login =
        switch (user.passwords()) {
          case 0 -> "without a password";
          case 1 -> "with a password";
          default -> "with a password, and the previous one";
        };
    return "user %s, %s, %s\n%s"
        .formatted(onOneLine(user.name()), rolesOf(user.roles()), login, table);
  }

  static String text(Role role) {
    return "role %s%s\n%s"
        .formatted(
            onOneLine(role.name()), role.isBuiltIn() ? ", built in" : "", table(role.grants()));
  }

  static String text(CallerIdentity caller) {
    return caller.isEnforced()
        ? allowedText(caller)
        : "the node does not decide by grants (security.roles is off), so every caller may do"
            + " everything. If it did: "
            + allowedText(caller);
  }

  /** As what the cluster knows a caller, and what it lets it do by that. */
  private static String allowedText(CallerIdentity caller) {
    String user = "user " + onOneLine(caller.user());
    if (caller.user().equals(ROOT)) {
      return user + ", which may do everything";
    }
    if (!caller.isKnown()) {
      return user + ", which the cluster does not have: it may do nothing";
    }
    String roles = user + ", " + rolesOf(caller.roles());
    return caller.grants().isEmpty()
        ? roles + ": it is granted nothing"
        : roles + "\n" + table(caller.grants());
  }

  /** What is granted or revoked, in one phrase. */
  static String text(Grant grant) {
    boolean allTenants = grant.tenant().equals(Grant.ALL_TENANTS);
    boolean ofKeys = !ActionWords.ofKeys(grant.actions()).isEmpty();
    String tenants = allTenants ? "all tenants" : "tenant " + onOneLine(grant.tenant());
    return actions(grant)
        + (ofKeys || !allTenants ? " on " + tenants : "")
        + (grant.prefix().length > 0 ? " with prefix " + prefix(grant) : "");
  }

  private static String rolesOf(List<String> roles) {
    return roles.isEmpty() ? "without roles" : "roles: " + names(roles);
  }

  private static String names(List<String> roles) {
    return roles.stream().map(AccessForms::onOneLine).collect(Collectors.joining(", "));
  }

  private static String compact(List<Grant> grants) {
    return grants.stream().map(AccessForms::text).collect(Collectors.joining("\n"));
  }

  private static Table table(List<Grant> grants) {
    Table table = new Table("actions", "tenant", "prefix");
    grants.forEach(each -> table.row(actions(each), onOneLine(each.tenant()), prefix(each)));
    return table;
  }

  private static void add(Table table, String grantee, List<Grant> grants) {
    grants.forEach(
        each -> table.row(grantee, actions(each), onOneLine(each.tenant()), prefix(each)));
  }

  private static String actions(Grant grant) {
    return ActionWords.words(grant.actions().stream(), ", ");
  }

  private static String prefix(Grant grant) {
    return TextForm.onOneLine(grant.prefix());
  }

  /** Text that comes from another one: it must not drive a terminal. */
  private static String onOneLine(String text) {
    return TextForm.onOneLine(text.getBytes(StandardCharsets.UTF_8));
  }
}
