package io.quorate.transport.tls;

import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A rule by which certificates of nodes are known, for an authority that issues others, too.
 *
 * @param kind of the names that it looks at
 * @param text that one of them has to be; {@code *} stands for any characters, also none
 */
public record NodePattern(NameKind kind, String text) {
  /**
   * Reads {@code host:...}, {@code uri:...} or {@code cn:...}.
   *
   * @throws IllegalArgumentException if it is none of these
   */
  public static NodePattern parse(String text) {
    NameKind kind = NameKind.of(text);
    if (kind == null) {
      throw new IllegalArgumentException("expected host:NAME, uri:URI or cn:NAME");
    }
    return new NodePattern(kind, text.substring(kind.begin().length()));
  }

  boolean matches(CertificateNames names) {
    Pattern pattern =
        Pattern.compile(
            Stream.of(text.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")),
            kind == NameKind.HOST ? Pattern.CASE_INSENSITIVE : 0);
    return kind.in(names).stream().anyMatch(each -> pattern.matcher(each).matches());
  }

  @Override
  public String toString() {
    return kind.begin() + text;
  }
}
