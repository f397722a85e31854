package io.quorate.access;

import io.quorate.model.Quoted;

/**
 * The tenants that a grant is for.
 *
 * @param text the name of one; or what names begin with, followed by {@code *}
 */
public record TenantPattern(String text) implements Comparable<TenantPattern> {
  /** All tenants, those that there will be too. */
  public static final TenantPattern ALL = new TenantPattern("*");

  /**
   * @throws IllegalArgumentException if no tenant could match
   */
  public TenantPattern {
    String name = text.endsWith("*") ? text.substring(0, text.length() - 1) : text;
    if (text.isEmpty() || !(name.isEmpty() || Names.isName(name))) {
      throw new IllegalArgumentException(
          "tenant %s: give its name, the beginning of names followed by '*', or '*' for all"
              .formatted(Quoted.of(text)));
    }
  }

  boolean isAll() {
    return text.equals("*");
  }

  /** Whether it is for a tenant of this name. */
  public boolean matches(String tenant) {
    return text.endsWith("*")
        ? tenant.startsWith(text.substring(0, text.length() - 1))
        : tenant.equals(text);
  }

  @Override
  public int compareTo(TenantPattern other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
