package io.quorate.cluster;

import io.quorate.model.Quoted;

/** The rule for names that people give: short, printable, safe in files, metrics and URLs. */
final class Names {
  private static final int NAME_CHARS_MAX = 64;
  private static final int ADDRESS_CHARS_MAX = 255;

  private Names() {}

  /**
   * Checks the name of a tenant, region or zone.
   *
   * @param what what it names, for the message
   * @throws IllegalArgumentException if the name is not allowed; the message says what is
   */
  static void check(String what, String name) {
    boolean allowed = !name.isEmpty() && name.length() <= NAME_CHARS_MAX;
    for (int i = 0; allowed && i < name.length(); i++) {
      char c = name.charAt(i);
      allowed =
          (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    }
    if (!allowed) {
      throw new IllegalArgumentException(
          "%s %s: give 1 to %d characters of a-z, 0-9, '-', '_' and '.'"
              .formatted(what, Quoted.of(name), NAME_CHARS_MAX));
    }
  }

  /**
   * Checks a name that may be empty.
   *
   * @throws IllegalArgumentException as {@link #check}
   */
  static void checkIfGiven(String what, String name) {
    if (!name.isEmpty()) {
      check(what, name);
    }
  }

  /**
   * Checks an address.
   *
   * @throws IllegalArgumentException if it is not host:port
   */
  static void checkAddress(String address) {
    int colon = address.lastIndexOf(':');
    if (colon <= 0 || address.length() > ADDRESS_CHARS_MAX || !isPort(address, colon + 1)) {
      throw new IllegalArgumentException(
          "address %s: give host:port, at most %d characters, with a port from 1 to 65535"
              .formatted(Quoted.of(address), ADDRESS_CHARS_MAX));
    }
  }

  private static boolean isPort(String address, int from) {
    if (from == address.length() || address.length() - from > 5) {
      return false;
    }
    int port = 0;
    for (int i = from; i < address.length(); i++) {
      char c = address.charAt(i);
      if (c < '0' || c > '9') {
        return false;
      }
      port = port * 10 + (c - '0');
    }
    return port >= 1 && port <= 65535;
  }
}
