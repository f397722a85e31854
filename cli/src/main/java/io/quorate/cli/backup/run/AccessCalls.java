package io.quorate.cli.backup.run;

import io.quorate.client.admin.Access;
import io.quorate.client.admin.Backups;
import io.quorate.client.admin.Grant;
import io.quorate.client.admin.Grantee;
import io.quorate.client.admin.Role;
import io.quorate.client.admin.User;
import java.util.List;

/** What a backup and a restore ask about users and roles. */
public interface AccessCalls {
  /** As {@link Backups#roles} tells them. */
  List<Role> roles();

  /** As {@link Backups#users} tells them. */
  List<User> users();

  void createRole(String name);

  void createUser(String name, List<String> roles);

  void grant(Grantee to, Grant grant);

  /** Asks a cluster. */
  static AccessCalls of(Access access, Backups backups) {
    return new AccessCalls() {
      @Override
      public List<Role> roles() {
        return backups.roles();
      }

      @Override
      public List<User> users() {
        return backups.users();
      }

      @Override
      public void createRole(String name) {
        var unused = access.createRole(name);
      }

      @Override
      public void createUser(String name, List<String> roles) {
        var unused = access.createUser(name, roles);
      }

      @Override
      public void grant(Grantee to, Grant grant) {
        var unused = access.grant(to, grant);
      }
    };
  }
}
