package io.quorate.client.admin;

import io.quorate.client.FailedPreconditionException;
import io.quorate.client.InvalidRequestException;
import io.quorate.client.OutcomeUnknownException;
import io.quorate.client.PermissionDeniedException;
import io.quorate.client.QuorateException;
import io.quorate.client.UnavailableException;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Looks at who may do what, and changes it, without blocking. Any node answers: nodes are asked one
 * after the other until one does or the client's timeout is over. Futures complete on the client's
 * event loop and fail with a {@link QuorateException}.
 *
 * <p>While no answer to a change comes it is sent again, also to other nodes; however often it
 * arrives, it is carried out once. It completes once it is agreed on, and each node decides by it
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
public interface AsyncAccess {
  /**
   * Returns which user this client is to the node that answers, and what that user may do. Each
   * client may ask.
   */
  CompletableFuture<CallerIdentity> whoAmI();

  /** Returns the users, by name. Needs {@link Action#AUDIT}. */
  CompletableFuture<List<User>> users();

  /** Returns the roles, those that each cluster has first. Needs {@link Action#AUDIT}. */
  CompletableFuture<List<Role>> roles();

  /**
   * Creates a user. Creating it again with the same roles succeeds while it has no grants.
   *
   * @param name as certificates name it: 1 to 128 of a-z, A-Z, 0-9 and {@code -_.@+/:}
   * @param roles names of its roles
   */
  CompletableFuture<AccessChange> createUser(String name, Collection<String> roles);

  /**
   * Sets the password that a user can log in with, see {@link io.quorate.client.Credentials}. It is
   * hashed here: the cluster does not learn it. Logins by another password end at once.
   *
   * @param password 8 to 256 characters
   */
  CompletableFuture<AccessChange> setPassword(String user, String password);

  /**
   * Sets another password of a user, and keeps the one that it had, too, so that programs can go
   * over from one to the other: {@link #dropPreviousPassword} ends that. Needs {@link
   * Action#AUDIT}, too.
   *
   * @param password 8 to 256 characters
   */
  CompletableFuture<AccessChange> replacePassword(String user, String password);

  /** Drops the password that a user had before the one it has; changes nothing if there is none. */
  CompletableFuture<AccessChange> dropPreviousPassword(String user);

  /** Drops all passwords of a user, which cannot log in then. */
  CompletableFuture<AccessChange> dropPasswords(String user);

  /** Drops a user, with all that it was granted. */
  CompletableFuture<AccessChange> dropUser(String name);

  /**
   * Creates a role, without grants. Creating it again changes nothing.
   *
   * @param name 1 to 64 of a-z, 0-9, '-', '_' and '.'
   */
  CompletableFuture<AccessChange> createRole(String name);

  /** Drops a role, which no user has. */
  CompletableFuture<AccessChange> dropRole(String name);

  /** Gives a role to a user. */
  CompletableFuture<AccessChange> giveRole(String user, String role);

  /** Takes a role from a user. */
  CompletableFuture<AccessChange> takeRole(String user, String role);

  /** Grants actions to a user or a role. */
  CompletableFuture<AccessChange> grant(Grantee to, Grant grant);

  /**
   * Revokes actions that were granted to a user or a role.
   *
   * @param grant the actions, for exactly the tenant, or the part of its name, and the prefix that
   *     they were granted for
   */
  CompletableFuture<AccessChange> revoke(Grantee from, Grant grant);
}
