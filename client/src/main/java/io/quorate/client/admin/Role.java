package io.quorate.client.admin;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Grants under a name, for many users. */
public final class Role {
  private final String name;
  private final List<Grant> grants;
  private final boolean builtIn;

  private Role(String name, List<Grant> grants, boolean builtIn) {
    this.name = name;
    this.grants = List.copyOf(grants);
    this.builtIn = builtIn;
  }

  /** Returns one with these parts; each is what the method of its name tells. */
  public static Role of(String name, List<Grant> grants, boolean builtIn) {
    return new Role(name, grants, builtIn);
  }

  /** 1 to 64 of a-z, 0-9, '-', '_' and '.'. */
  public String name() {
    return name;
  }

  /**
   * What users with this role are granted. Actions that this library does not know are left out.
   */
  public List<Grant> grants() {
    return grants;
  }

  /** Whether it is one of the roles that each cluster has, which cannot be changed. */
  public boolean isBuiltIn() {
    return builtIn;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Role that
        && name.equals(that.name)
        && grants.equals(that.grants)
        && builtIn == that.builtIn;
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, grants, builtIn);
  }

  @Override
  public String toString() {
    return "Role[name=" + name + ", grants=" + grants + ", builtIn=" + builtIn + "]";
  }
}
