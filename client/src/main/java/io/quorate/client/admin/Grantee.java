package io.quorate.client.admin;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One that actions are granted to: a user, or a role, and by it all users that have the role. */
public final class Grantee {
  private final boolean role;
  private final String name;

  private Grantee(boolean role, String name) {
    this.role = role;
    this.name = name;
  }

  /** Returns the user of that name. */
  public static Grantee user(String name) {
    return new Grantee(false, name);
  }

  /** Returns the role of that name. */
  public static Grantee role(String name) {
    return new Grantee(true, name);
  }

  /** Whether it is a role; else it is a user. */
  public boolean isRole() {
    return role;
  }

  /** The name of the user or role. */
  public String name() {
    return name;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Grantee that && role == that.role && name.equals(that.name);
  }

  @Override
  public int hashCode() {
    return Objects.hash(role, name);
  }

  /** The kind and the name, as messages say it. */
  @Override
  public String toString() {
    return (role ? "role " : "user ") + name;
  }
}
