package io.quorate.transport.tls;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which names of a certificate a pattern looks at, and the word that it begins with. */
public enum NameKind {
  /** Hosts among the alternative names, by name or address. */
  HOST("host"),
  /** URIs among the alternative names. */
  URI("uri"),
  /** The common name of the subject. */
  CN("cn");

  private final String word;

  NameKind(String word) {
    this.word = word;
  }

  /** The kind that a pattern begins with; null if it begins with none. */
  static @Nullable NameKind of(String pattern) {
    for (NameKind kind : values()) {
      if (pattern.startsWith(kind.begin()) && pattern.length() > kind.begin().length()) {
        return kind;
      }
    }
    return null;
  }

  /** What a pattern of this kind begins with. */
  String begin() {
    return word + ":";
  }

  List<String> in(CertificateNames names) {
    return switch (this) {
      case HOST -> names.places();
      case URI -> names.uris();
      case CN -> names.commonName() == null ? List.of() : List.of(names.commonName());
    };
  }
}
