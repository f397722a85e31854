package io.quorate.transport.tls;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A rule by which certificates of nodes are known, for an authority that issues others, too.
 *
 * @param kind of the names that it looks at
 * @param text that one of them has to be; {@code *} stands for any characters, also none
 */
public record NodePattern(Kind kind, String text) {
  /** What is named. */
  public enum Kind {
    /** A host among the alternative names, by name or address. */
    HOST("host"),
    /** A URI among the alternative names. */
    URI("uri"),
    /** The common name of the subject. */
    CN("cn");

    private final String word;

    Kind(String word) {
      this.word = word;
    }
  }

  /**
   * Reads {@code host:...}, {@code uri:...} or {@code cn:...}.
   *
   * @throws IllegalArgumentException if it is none of these
   */
  public static NodePattern parse(String text) {
    for (Kind kind : Kind.values()) {
      String prefix = kind.word + ":";
      if (text.startsWith(prefix) && text.length() > prefix.length()) {
        return new NodePattern(kind, text.substring(prefix.length()));
      }
    }
    throw new IllegalArgumentException("expected host:NAME, uri:URI or cn:NAME");
  }

  boolean matches(CertificateNames names) {
    List<String> looked =
        switch (kind) {
          case HOST -> names.places();
          case URI -> names.uris();
          case CN -> names.commonName() == null ? List.of() : List.of(names.commonName());
        };
    Pattern pattern =
        Pattern.compile(
            Stream.of(text.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")),
            kind == Kind.HOST ? Pattern.CASE_INSENSITIVE : 0);
    return looked.stream().anyMatch(each -> pattern.matcher(each).matches());
  }

  @Override
  public String toString() {
    return kind.word + ":" + text;
  }
}
