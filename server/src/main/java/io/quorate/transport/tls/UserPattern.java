package io.quorate.transport.tls;

import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A rule by which the certificate of a client names its user.
 *
 * @param kind of the names that it looks at
 * @param before what such a name begins with; the user follows
 * @param after what it ends with
 */
public record UserPattern(NameKind kind, String before, String after) {
  /** As {@code quorate security init} writes users into certificates. */
  public static final UserPattern USUAL = new UserPattern(NameKind.URI, "quorate:user/", "");

  /**
   * Reads {@code host:...}, {@code uri:...} or {@code cn:...}, with one {@code *} in the place of
   * the user.
   *
   * @throws IllegalArgumentException if it is none of these
   */
  public static UserPattern parse(String text) {
    NameKind kind = NameKind.of(text);
    int star = text.indexOf('*');
    if (kind == null || star < 0 || text.indexOf('*', star + 1) >= 0) {
      throw new IllegalArgumentException(
          "expected host:NAME, uri:URI or cn:NAME, with one * in the place of the user");
    }
    String pattern = kind == NameKind.HOST ? text.toLowerCase(Locale.ROOT) : text;
    return new UserPattern(
        kind, pattern.substring(kind.begin().length(), star), pattern.substring(star + 1));
  }

  /** The users that a certificate names by this rule; more than one is as good as none. */
  Set<String> users(CertificateNames names) {
    return kind.in(names).stream()
        .filter(
            name ->
                name.length() > before.length() + after.length()
                    && name.startsWith(before)
                    && name.endsWith(after))
        .map(name -> name.substring(before.length(), name.length() - after.length()))
        .collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public String toString() {
    return kind.begin() + before + "*" + after;
  }
}
