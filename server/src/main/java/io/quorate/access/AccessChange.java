package io.quorate.access;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A change of who may do what, as data. Nothing is checked here: {@link AccessRules#with} refuses
 * bad values with a reason.
 */
public sealed interface AccessChange {
  /** Creates a user. Changes nothing if there is one with these roles and without grants. */
  record CreateUser(String name, SortedSet<String> roles) implements AccessChange {
    public CreateUser {
      roles = Collections.unmodifiableSortedSet(new TreeSet<>(roles));
    }
  }

  /** Drops a user, with what it was granted. */
  record DropUser(String name) implements AccessChange {}

  /** Creates a role. Changes nothing if there is one. */
  record CreateRole(String name) implements AccessChange {}

  /** Drops a role that no user has. */
  record DropRole(String name) implements AccessChange {}

  /** Gives a role to a user. */
  record GiveRole(String user, String role) implements AccessChange {}

  /** Takes a role from a user. */
  record TakeRole(String user, String role) implements AccessChange {}

  /** Grants actions. */
  record AddGrant(Grantee to, Grant grant) implements AccessChange {}

  /**
   * Sets the password of a user.
   *
   * @param keepPrevious whether the one that it had is good, too, until it is dropped
   * @param secret the cluster's from now on, if it has none yet
   */
  record SetPassword(
      String user, PasswordVerifier verifier, boolean keepPrevious, LoginSecret secret)
      implements AccessChange {}

  /**
   * Drops passwords of a user.
   *
   * @param previousOnly whether the one that was set last stays
   */
  record DropPasswords(String user, boolean previousOnly) implements AccessChange {}

  /** Revokes actions that were granted for exactly that. */
  record RevokeGrant(Grantee from, Grant grant) implements AccessChange {}
}
