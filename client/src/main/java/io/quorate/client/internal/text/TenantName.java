package io.quorate.client.internal.text;

import org.jspecify.annotations.Nullable;

/** The names of tenants that a caller may give. */
public final class TenantName {
  private TenantName() {}

  /**
   * Refuses an empty name. On the wire it stands for the tenant {@code default}, so that a program
   * whose configuration lacks the name would read and write there without being told.
   *
   * @param given null: none is given
   */
  public static void check(@Nullable String given) {
    if (given != null && given.isBlank()) {
      throw new IllegalArgumentException(
          "the name of the tenant is blank: give a name, or leave the tenant out");
    }
  }
}
