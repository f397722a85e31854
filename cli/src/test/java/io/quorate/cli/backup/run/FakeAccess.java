package io.quorate.cli.backup.run;

import io.quorate.client.admin.Grant;
import io.quorate.client.admin.Grantee;
import io.quorate.client.admin.Role;
import io.quorate.client.admin.User;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Users and roles of a cluster in memory. */
public final class FakeAccess implements AccessCalls {
  private final Runnable onAsk;
  private final Map<String, Role> roles = new TreeMap<>();
  private final Map<String, User> users = new TreeMap<>();

  /**
   * @param onAsk run before anything is answered; may throw
   */
  FakeAccess(Runnable onAsk) {
    this.onAsk = onAsk;
    roles.put("reader", Role.of("reader", List.of(), true));
  }

  @Override
  public List<Role> roles() {
    onAsk.run();
    return List.copyOf(roles.values());
  }

  @Override
  public List<User> users() {
    onAsk.run();
    return List.copyOf(users.values());
  }

  @Override
  public void createRole(String name) {
    onAsk.run();
    roles.putIfAbsent(name, Role.of(name, List.of(), false));
  }

  @Override
  public void createUser(String name, List<String> of) {
    onAsk.run();
    if (!roles.keySet().containsAll(of)) {
      throw new IllegalStateException("no such roles: " + of);
    }
    users.putIfAbsent(name, User.of(name, of, List.of()));
  }

  @Override
  public void grant(Grantee to, Grant grant) {
    onAsk.run();
    if (to.isRole()) {
      roles.computeIfPresent(
          to.name(), (name, role) -> Role.of(name, and(role.grants(), grant), false));
    } else {
      users.computeIfPresent(
          to.name(), (name, user) -> User.of(name, user.roles(), and(user.grants(), grant)));
    }
  }

  private static List<Grant> and(List<Grant> before, Grant grant) {
    List<Grant> all = new ArrayList<>(before);
    if (!all.contains(grant)) {
      all.add(grant);
    }
    return all;
  }
}
