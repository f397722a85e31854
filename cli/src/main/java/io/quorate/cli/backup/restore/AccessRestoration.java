package io.quorate.cli.backup.restore;

import io.quorate.cli.backup.file.AccessEntry;
import io.quorate.cli.backup.file.AccessEntry.GrantEntry;
import io.quorate.cli.backup.file.AccessEntry.RoleEntry;
import io.quorate.cli.backup.file.AccessEntry.UserEntry;
import io.quorate.cli.backup.run.AccessCalls;
import io.quorate.cli.backup.run.Patience;
import io.quorate.client.admin.Grantee;
import io.quorate.client.admin.Role;
import io.quorate.client.admin.User;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Creates the roles and users of a backup. One that is there already is left as it is: what was
 * taken from it since the backup is not given back.
 *
 * <p>One is created, and then given what it is granted. If that stops half way, it is there the
 * next time, with less than it had: so it is named among those that were left.
 */
public final class AccessRestoration {
  private final AccessCalls access;
  private final Patience patience;
  private final List<String> created = new ArrayList<>();
  private final List<String> left = new ArrayList<>();

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
    Set<String> roles =
        patience.call(access::roles).stream().map(Role::name).collect(Collectors.toSet());
    for (RoleEntry role : backup.roles()) {
      if (roles.contains(role.name())) {
        left.add("role " + role.name());
      } else {
        patience.call(() -> done(() -> access.createRole(role.name())));
        grant(Grantee.role(role.name()), role.grants());
        created.add("role " + role.name());
      }
    }
    Set<String> users =
        patience.call(access::users).stream().map(User::name).collect(Collectors.toSet());
    for (UserEntry user : backup.users()) {
      if (users.contains(user.name())) {
        left.add("user " + user.name());
      } else {
        patience.call(() -> done(() -> access.createUser(user.name(), user.roles())));
        grant(Grantee.user(user.name()), user.grants());
        created.add("user " + user.name());
      }
    }
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

  /** Those that were created, as people call them. */
  public List<String> created() {
    return Collections.unmodifiableList(created);
  }

  /** Those that were there already. */
  public List<String> left() {
    return Collections.unmodifiableList(left);
  }
}
