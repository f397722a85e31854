package io.quorate.client;

import org.jspecify.annotations.Nullable;

/** The names of tenants that a caller may give. */
final class TenantName {
  private TenantName() {}

  /**
   * Refuses an empty name. On the wire it stands for the tenant {@code default}, so that a program
   * whose configuration lacks the name would read and write there without being told.
   *
   * @param given null: none is given, and that of the client holds
   */
  static void check(@Nullable String given) {
    if (given != null && given.isBlank()) {
      throw new IllegalArgumentException(
          "the name of the tenant is blank: give a name, or none for that of the client");
    }
  }
}
