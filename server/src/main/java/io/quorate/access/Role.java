package io.quorate.access;

/** Grants under a name, for many users. */
public record Role(String name, Grants grants) {
  /**
   * @throws IllegalArgumentException if it cannot be named so
   */
  public Role {
    Names.checkRole(name);
  }

  Role with(Grants changed) {
    return new Role(name, changed);
  }
}
