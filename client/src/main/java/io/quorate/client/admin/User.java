package io.quorate.client.admin;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One that may do something. The user {@code root} may do everything, and is not listed. */
public final class User {
  private final String name;
  private final List<String> roles;
  private final List<Grant> grants;
  private final int passwords;

  private User(String name, List<String> roles, List<Grant> grants, int passwords) {
    this.passwords = passwords;
    this.name = name;
    this.roles = List.copyOf(roles);
    this.grants = List.copyOf(grants);
  }

  /** Returns one with these parts; each is what the method of its name tells. */
  public static User of(String name, List<String> roles, List<Grant> grants) {
    return new User(name, roles, grants, 0);
  }

  /** Returns this user, with this number of passwords that it can log in with. */
  public User passwords(int count) {
    return new User(name, roles, grants, count);
  }

  /** As certificates name it: 1 to 128 of a-z, A-Z, 0-9 and {@code -_.@+/:}. */
  public String name() {
    return name;
  }

  /** Names of its roles. */
  public List<String> roles() {
    return roles;
  }

  /**
   * What it is granted beside that of its roles. Actions that this library does not know are left
   * out.
   */
  public List<Grant> grants() {
    return grants;
  }

  /** With how many passwords it can log in: 2 while one takes the place of the other. */
  public int passwords() {
    return passwords;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof User that
        && name.equals(that.name)
        && roles.equals(that.roles)
        && grants.equals(that.grants)
        && passwords == that.passwords;
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, roles, grants, passwords);
  }

  @Override
  public String toString() {
    return "User[name="
        + name
        + ", roles="
        + roles
        + ", grants="
        + grants
        + ", passwords="
        + passwords
        + "]";
  }
}
