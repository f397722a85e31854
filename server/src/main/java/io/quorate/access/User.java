package io.quorate.access;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * One that may do something.
 *
 * @param roles names of its roles
 * @param grants beside those of its roles
 * @param passwords with which it can log in
 */
public record User(String name, SortedSet<String> roles, Grants grants, Passwords passwords) {
  /** What those are that show no certificate. It is granted nothing until it is created. */
  public static final String ANONYMOUS = "anonymous";

  /** There always is one, it may do everything, and it cannot be changed. */
  public static final String ROOT = "root";

  /** What nodes are that ask as clients do. No user can be named so. */
  public static final String NODE = "node";

  /**
   * @throws IllegalArgumentException if it cannot be named so
   */
  public User {
    Names.checkUser(name);
    roles = Collections.unmodifiableSortedSet(new TreeSet<>(roles));
  }

  /** One that cannot log in with a password. */
  public User(String name, SortedSet<String> roles, Grants grants) {
    this(name, roles, grants, Passwords.NONE);
  }

  User withRole(String role) {
    SortedSet<String> more = new TreeSet<>(roles);
    more.add(role);
    return new User(name, more, grants, passwords);
  }

  User withoutRole(String role) {
    SortedSet<String> fewer = new TreeSet<>(roles);
    fewer.remove(role);
    return new User(name, fewer, grants, passwords);
  }

  User with(Grants changed) {
    return new User(name, roles, changed, passwords);
  }

  User with(Passwords changed) {
    return new User(name, roles, grants, changed);
  }
}
