package io.quorate.transport.token;

import com.nimbusds.jose.JWSAlgorithm;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How tokens may be signed (RFC 7518, 3.1): only by what takes a private key, which nodes do not
 * have. {@code none} and {@code HS256} cannot be said: with those, a token could be made by one who
 * knows no more than a node does.
 */
public enum TokenAlgorithm {
  RS256,
  RS384,
  RS512,
  PS256,
  PS384,
  PS512,
  ES256,
  ES384,
  ES512;

  /** The one that a token names; null for others. */
  static @Nullable TokenAlgorithm of(JWSAlgorithm named) {
    return Arrays.stream(values())
        .filter(each -> each.name().equals(named.getName()))
        .findAny()
        .orElse(null);
  }
}
