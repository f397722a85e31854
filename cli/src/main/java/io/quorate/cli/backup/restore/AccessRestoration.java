package io.quorate.cli.backup.restore;

import io.quorate.cli.backup.file.AccessEntry;
import io.quorate.cli.backup.file.AccessEntry.GrantEntry;
import io.quorate.cli.backup.file.AccessEntry.RoleEntry;
import io.quorate.cli.backup.file.AccessEntry.UserEntry;
import io.quorate.cli.backup.run.AccessCalls;
import io.quorate.cli.command.Patience;
import io.quorate.client.admin.Grant;
import io.quorate.client.admin.Grantee;
import io.quorate.client.admin.Role;
import io.quorate.client.admin.User;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Creates the roles and users of a backup. One that is there already is left as it is: what was
 * taken from it since the backup is not given back.
 *
 * <p>One is created, and then given what it is granted. If that stops half way, it is there the
 * next time, with less than it had. A run that was killed could not say so: so those that have less
 * than in the backup are named by each later one.
 */
public final class AccessRestoration {
  private final AccessCalls access;
  private final Patience patience;
  private final List<String> created = new ArrayList<>();
  private final List<String> left = new ArrayList<>();
  private final List<String> lacking = new ArrayList<>();

  /** The one that may be there with less than it had. */
  private @Nullable String begun;

  AccessRestoration(AccessCalls access, Patience patience) {
    this.access = access;
    this.patience = patience;
  }

  /**
   * Creates them.
   *
   * @throws IllegalArgumentException if this release does not know what one is granted: nothing was
   *     created
   */
  void run(AccessEntry backup) throws InterruptedException {
    backup.requireKnown();
    Map<String, Role> roles =
        patience.call(access::roles).stream().collect(Collectors.toMap(Role::name, each -> each));
    for (RoleEntry role : backup.roles()) {
      Role there = roles.get(role.name());
      if (there != null) {
        leave("role " + role.name(), allows(there.grants(), role.grants()));
      } else {
        begun = "role " + role.name();
        patience.call(() -> done(() -> access.createRole(role.name())));
        grant(Grantee.role(role.name()), role.grants());
        created.add("role " + role.name());
        begun = null;
      }
    }
    Map<String, User> users =
        patience.call(access::users).stream().collect(Collectors.toMap(User::name, each -> each));
    for (UserEntry user : backup.users()) {
      User there = users.get(user.name());
      if (there != null) {
        leave(
            "user " + user.name(),
            there.roles().containsAll(user.roles()) && allows(there.grants(), user.grants()));
      } else {
        begun = "user " + user.name();
        patience.call(() -> done(() -> access.createUser(user.name(), user.roles())));
        grant(Grantee.user(user.name()), user.grants());
        created.add("user " + user.name());
        begun = null;
      }
    }
  }

  private void leave(String name, boolean hasAll) {
    left.add(name);
    if (!hasAll) {
      lacking.add(name);
    }
  }

  /** Whether some grants allow all that others do, be it that they allow more. */
  private static boolean allows(List<Grant> held, List<GrantEntry> wanted) {
    return wanted.stream()
        .map(GrantEntry::grant)
        .allMatch(
            each ->
                each.actions().stream()
                    .allMatch(
                        action ->
                            held.stream()
                                .anyMatch(
                                    has -> has.actions().contains(action) && spans(has, each))));
  }

  /** Whether a grant is about all tenants and keys that another one is about. */
  private static boolean spans(Grant wide, Grant narrow) {
    String tenant = wide.tenant();
    boolean tenants =
        tenant.endsWith(Grant.ALL_TENANTS)
            ? narrow.tenant().startsWith(tenant.substring(0, tenant.length() - 1))
            : narrow.tenant().equals(tenant);
    byte[] prefix = wide.prefix();
    int differs = Arrays.mismatch(prefix, narrow.prefix());
    return tenants && (differs < 0 || differs == prefix.length);
  }

  private void grant(Grantee to, List<GrantEntry> grants) throws InterruptedException {
    for (GrantEntry grant : grants) {
      patience.call(() -> done(() -> access.grant(to, grant.grant())));
    }
  }

  private static boolean done(Runnable change) {
    change.run();
    return true;
  }

  /** Returns how far it came before it failed, and what to do, in words. */
  String soFar() {
    return "created so far: %s%s. To go on, give --access alone, without tenants: it leaves those that are there as they are%s"
        .formatted(
            created.isEmpty() ? "none" : String.join(", ", created),
            begun == null ? "" : "; begun: " + begun,
            begun == null
                ? ""
                : ": compare %s, as %s has it, with what manifest.json says under access, for it may be there with less than it had"
                    .formatted(
                        begun,
                        begun.startsWith("role") ? "quorate role show" : "quorate user show"));
  }

  /** Those that were created, as people call them. */
  public List<String> created() {
    return Collections.unmodifiableList(created);
  }

  /** Those that were there already. */
  public List<String> left() {
    return Collections.unmodifiableList(left);
  }

  /** Those of them that may do less than the backup says, be it that a run was killed. */
  public List<String> lacking() {
    return Collections.unmodifiableList(lacking);
  }
}
