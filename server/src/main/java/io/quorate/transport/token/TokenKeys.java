package io.quorate.transport.token;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;

/** The keys of the identity provider at one time. */
public record TokenKeys(List<TokenKey> keys) {
  /** Before any were read. */
  public static final TokenKeys NONE = new TokenKeys(List.of());

  /** A provider has a few. */
  private static final int KEYS_MAX = 100;

  public TokenKeys {
    keys = List.copyOf(keys);
  }

  /**
   * Reads a JWK set. Keys that do not verify signatures are left out.
   *
   * @param place for messages
   * @throws NoTokenKeysException if no key of it verifies signatures
   * @throws TokenKeysException if it is none
   */
  static TokenKeys parse(String place, byte[] json) throws TokenKeysException {
    List<JWK> found;
    try {
      found = JWKSet.parse(new String(json, StandardCharsets.UTF_8)).getKeys();
    } catch (ParseException | RuntimeException malformed) {
      // What it says may quote a private key, that was put there by mistake.
      throw new TokenKeysException(
          "jwt.keys %s: is no JWK set (RFC 7517), which is JSON with \"keys\"".formatted(place));
    }
    List<TokenKey> usable = new ArrayList<>();
    for (JWK each : found) {
      TokenKey key = usable.size() < KEYS_MAX ? TokenKey.of(each) : null;
      if (key != null) {
        usable.add(key);
      }
    }
    if (usable.isEmpty()) {
      throw new NoTokenKeysException(
          ("jwt.keys %s: has %d keys, and none that verifies tokens: RSA of 2048 bits or more, or"
                  + " EC, with a \"kid\"")
              .formatted(place, found.size()));
    }
    return new TokenKeys(usable);
  }

  /** Ids of the keys, in the order of the provider. */
  List<String> ids() {
    return keys.stream().map(TokenKey::id).toList();
  }

  /** The keys of an id; there are several if they are of different types. */
  List<TokenKey> of(String id) {
    return keys.stream().filter(key -> key.id().equals(id)).toList();
  }

  /** Whether this key is still one of them. */
  boolean have(String print) {
    return keys.stream().anyMatch(key -> key.print().equals(print));
  }

  /** Whether these are the same keys. */
  boolean areThoseOf(TokenKeys others) {
    return prints().equals(others.prints());
  }

  private List<String> prints() {
    return keys.stream().map(key -> key.id() + " " + key.only() + " " + key.print()).toList();
  }
}
