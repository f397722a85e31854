package io.quorate.access;

/**
 * Who is granted something.
 *
 * @param name of a user or a role
 */
public record Grantee(Kind kind, String name) {
  /** What it names. */
  public enum Kind {
    USER("user"),
    ROLE("role");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }
}
