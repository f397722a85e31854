package io.quorate.access;

import io.quorate.model.Quoted;

/** The rules for names: of roles and tenants those of tenants, of users what certificates have. */
final class Names {
  private static final int CHARS_MAX = 64;
  private static final int USER_CHARS_MAX = 128;

  private Names() {}

  static boolean isName(String name) {
    return !name.isEmpty()
        && name.length() <= CHARS_MAX
        && name.chars()
            .allMatch(
                c ->
                    (c >= 'a' && c <= 'z')
                        || (c >= '0' && c <= '9')
                        || c == '-'
                        || c == '_'
                        || c == '.');
  }

  /**
   * @throws IllegalArgumentException if it is none; says what is
   */
  static void checkRole(String name) {
    if (!isName(name)) {
      throw new IllegalArgumentException(
          "role %s: give 1 to %d characters of a-z, 0-9, '-', '_' and '.'"
              .formatted(Quoted.of(name), CHARS_MAX));
    }
  }

  /**
   * @throws IllegalArgumentException if no user can be named so; says what one can
   */
  static void checkUser(String name) {
    boolean allowed =
        !name.isEmpty()
            && name.length() <= USER_CHARS_MAX
            && name.chars()
                .allMatch(
                    c ->
                        (c >= 'a' && c <= 'z')
                            || (c >= 'A' && c <= 'Z')
                            || (c >= '0' && c <= '9')
                            || "-_.@+/:".indexOf(c) >= 0);
    if (!allowed) {
      throw new IllegalArgumentException(
          "user %s: give 1 to %d characters of a-z, A-Z, 0-9 and -_.@+/:"
              .formatted(Quoted.of(name), USER_CHARS_MAX));
    }
  }
}
