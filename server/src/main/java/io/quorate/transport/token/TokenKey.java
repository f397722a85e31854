package io.quorate.transport.token;

import com.nimbusds.jose.Algorithm;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One key that verifies signatures.
 *
 * @param id by which tokens name it
 * @param print tells it from all other keys, also from those of the same id
 * @param only the one algorithm that it is for; null: those of its type
 * @param verifier by it; for all threads
 */
record TokenKey(String id, String print, @Nullable Algorithm only, JWSVerifier verifier) {
  private static final int RSA_BITS_MIN = 2_048;

  /** The key of a set; null if it is none for signatures that nodes verify. */
  static @Nullable TokenKey of(JWK key) {
    if (key.getKeyID() == null
        || (key.getKeyUse() != null && !key.getKeyUse().equals(KeyUse.SIGNATURE))) {
      return null;
    }
    try {
      JWSVerifier verifier =
          switch (key) {
            case RSAKey rsa when rsa.size() >= RSA_BITS_MIN ->
                new RSASSAVerifier(rsa.toRSAPublicKey());
            case ECKey curve -> new ECDSAVerifier(curve.toECPublicKey());
            default -> null;
          };
      return verifier == null
          ? null
          : new TokenKey(
              key.getKeyID(), key.computeThumbprint().toString(), key.getAlgorithm(), verifier);
    } catch (JOSEException unusable) {
      return null;
    }
  }

  /** Whether signatures by this algorithm can be those of this key. */
  boolean isFor(JWSAlgorithm algorithm) {
    return verifier.supportedJWSAlgorithms().contains(algorithm)
        && (only == null || Objects.equals(only.getName(), algorithm.getName()));
  }
}
