package io.quorate.cli.backup.restore;

import io.quorate.cli.backup.file.AccessEntry;
import io.quorate.cli.backup.file.AccessEntry.GrantEntry;
import io.quorate.cli.backup.file.AccessEntry.RoleEntry;
import io.quorate.cli.backup.file.AccessEntry.UserEntry;
import io.quorate.cli.backup.run.AccessCalls;
import io.quorate.cli.command.Patience;
import io.quorate.client.admin.Grantee;
import io.quorate.client.admin.Role;
import io.quorate.client.admin.User;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

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
    Set<String> roles =
        patience.call(access::roles).stream().map(Role::name).collect(Collectors.toSet());
    for (RoleEntry role : backup.roles()) {
      if (roles.contains(role.name())) {
        left.add("role " + role.name());
      } else {
        begun = "role " + role.name();
        patience.call(() -> done(() -> access.createRole(role.name())));
        grant(Grantee.role(role.name()), role.grants());
        created.add("role " + role.name());
        begun = null;
      }
    }
    Set<String> users =
        patience.call(access::users).stream().map(User::name).collect(Collectors.toSet());
    for (UserEntry user : backup.users()) {
      if (users.contains(user.name())) {
        left.add("user " + user.name());
      } else {
        begun = "user " + user.name();
        patience.call(() -> done(() -> access.createUser(user.name(), user.roles())));
        grant(Grantee.user(user.name()), user.grants());
        created.add("user " + user.name());
        begun = null;
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
}
