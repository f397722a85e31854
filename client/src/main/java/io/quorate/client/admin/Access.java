package io.quorate.client.admin;

import io.quorate.client.FailedPreconditionException;
import io.quorate.client.InvalidRequestException;
import io.quorate.client.OutcomeUnknownException;
import io.quorate.client.PermissionDeniedException;
import io.quorate.client.UnavailableException;
import java.util.Collection;
import java.util.List;

/**
 * Looks at who may do what, and changes it, and waits for the answer: the blocking face of {@link
 * AsyncAccess}.
 *
 * <pre>{@code
 * try (QuorateClient client =
 *     QuorateClient.builder().endpoints("127.0.0.1:7401,127.0.0.1:7402").build()) {
 *   Access access = Administration.of(client).access();
 *   access.createUser("reports", List.of());
 *   access.grant(
 *       Grantee.user("reports"), Grant.of(Action.READ, Action.SCAN).tenant("orders").prefix("eu/"));
 * }
 * }</pre>
 *
 * <p>While no answer to a change comes it is sent again, also to other nodes; however often it
 * arrives, it is carried out once. The call returns once it is agreed on. Each node decides by it
 * as soon as it hears of it: see {@link AccessChange#stateVersion}. It fails with
 *
 * <ul>
 *   <li>{@link PermissionDeniedException} if the client's user is not granted {@link
 *       Action#SECURITY}: nothing was changed
 *   <li>{@link InvalidRequestException} or {@link FailedPreconditionException} if it cannot be
 *       made, as there is no such user or role, or it is built in: nothing was changed
 *   <li>{@link UnavailableException} if no node could pass it on: nothing was changed
 *   <li>{@link OutcomeUnknownException} if no node answered in time, and it may have taken effect:
 *       look at users and roles
 * </ul>
 */
public interface Access {
  /**
   * Returns which user this client is to the node that answers, and what that user may do. Each
   * client may ask.
   */
  CallerIdentity whoAmI();

  /** Returns the users, by name. Needs {@link Action#AUDIT}. */
  List<User> users();

  /** Returns the roles, those that each cluster has first. Needs {@link Action#AUDIT}. */
  List<Role> roles();

  /**
   * Creates a user. Creating it again with the same roles succeeds while it has no grants.
   *
   * @param name as certificates name it: 1 to 128 of a-z, A-Z, 0-9 and {@code -_.@+/:}
   * @param roles names of its roles
   */
  AccessChange createUser(String name, Collection<String> roles);

  /**
   * Sets the password that a user can log in with, see {@link io.quorate.client.Credentials}. It is
   * hashed here: the cluster does not learn it. Logins by another password end at once.
   *
   * @param password 8 to 256 characters
   */
  AccessChange setPassword(String user, String password);

  /**
   * Sets another password of a user, and keeps the one that it had, too, so that programs can go
   * over from one to the other: {@link #dropPreviousPassword} ends that. Needs {@link
   * Action#AUDIT}, too.
   *
   * @param password 8 to 256 characters
   */
  AccessChange replacePassword(String user, String password);

  /** Drops the password that a user had before the one it has; changes nothing if there is none. */
  AccessChange dropPreviousPassword(String user);

  /** Drops all passwords of a user, which cannot log in then. */
  AccessChange dropPasswords(String user);

  /** Drops a user, with all that it was granted. */
  AccessChange dropUser(String name);

  /**
   * Creates a role, without grants. Creating it again changes nothing.
   *
   * @param name 1 to 64 of a-z, 0-9, '-', '_' and '.'
   */
  AccessChange createRole(String name);

  /** Drops a role, which no user has. */
  AccessChange dropRole(String name);

  /** Gives a role to a user. */
  AccessChange giveRole(String user, String role);

  /** Takes a role from a user. */
  AccessChange takeRole(String user, String role);

  /** Grants actions to a user or a role. */
  AccessChange grant(Grantee to, Grant grant);

  /**
   * Revokes actions that were granted to a user or a role.
   *
   * @param grant the actions, for exactly the tenant, or the part of its name, and the prefix that
   *     they were granted for
   */
  AccessChange revoke(Grantee from, Grant grant);
}
