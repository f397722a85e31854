package io.quorate.client.internal.admin;

import io.quorate.client.admin.Access;
import io.quorate.client.admin.AccessChange;
import io.quorate.client.admin.AsyncAccess;
import io.quorate.client.admin.CallerIdentity;
import io.quorate.client.admin.Grant;
import io.quorate.client.admin.Grantee;
import io.quorate.client.admin.Role;
import io.quorate.client.admin.User;
import io.quorate.client.internal.engine.Waiting;
import java.util.Collection;
import java.util.List;

/** Waits for what {@link AsyncAccess} answers. */
final class BlockingAccess implements Access {
  private final AsyncAccess async;
  private final Waiting waiting;

  BlockingAccess(AsyncAccess async, Waiting waiting) {
    this.async = async;
    this.waiting = waiting;
  }

  @Override
  public CallerIdentity whoAmI() {
    return waiting.forRead(async.whoAmI());
  }

  @Override
  public List<User> users() {
    return waiting.forRead(async.users());
  }

  @Override
  public List<Role> roles() {
    return waiting.forRead(async.roles());
  }

  @Override
  public AccessChange createUser(String name, Collection<String> roles) {
    return waiting.forWrite(async.createUser(name, roles));
  }

  @Override
  public AccessChange setPassword(String user, String password) {
    return waiting.forWrite(async.setPassword(user, password));
  }

  @Override
  public AccessChange replacePassword(String user, String password) {
    return waiting.forWrite(async.replacePassword(user, password));
  }

  @Override
  public AccessChange dropPreviousPassword(String user) {
    return waiting.forWrite(async.dropPreviousPassword(user));
  }

  @Override
  public AccessChange dropPasswords(String user) {
    return waiting.forWrite(async.dropPasswords(user));
  }

  @Override
  public AccessChange dropUser(String name) {
    return waiting.forWrite(async.dropUser(name));
  }

  @Override
  public AccessChange createRole(String name) {
    return waiting.forWrite(async.createRole(name));
  }

  @Override
  public AccessChange dropRole(String name) {
    return waiting.forWrite(async.dropRole(name));
  }

  @Override
  public AccessChange giveRole(String user, String role) {
    return waiting.forWrite(async.giveRole(user, role));
  }

  @Override
  public AccessChange takeRole(String user, String role) {
    return waiting.forWrite(async.takeRole(user, role));
  }

  @Override
  public AccessChange grant(Grantee to, Grant grant) {
    return waiting.forWrite(async.grant(to, grant));
  }

  @Override
  public AccessChange revoke(Grantee from, Grant grant) {
    return waiting.forWrite(async.revoke(from, grant));
  }
}
