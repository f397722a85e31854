package io.quorate.transport.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.List;

/** An identity provider of tests, with its private keys. */
public final class Provider {
  public static final String ISSUER = "https://id.example/realms/shop";
  public static final String AUDIENCE = "quorate";

  private Provider() {}

  public static RSAKey rsa(String id) {
    try {
      return new RSAKeyGenerator(2_048).keyID(id).generate();
    } catch (JOSEException impossible) {
      throw new AssertionError(impossible);
    }
  }

  static ECKey curve(String id, Curve curve) {
    try {
      return new ECKeyGenerator(curve).keyID(id).generate();
    } catch (JOSEException impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** The public halves, as a provider shows them. */
  public static byte[] set(JWK... keys) {
    return new JWKSet(List.of(keys)).toString(true).getBytes(StandardCharsets.UTF_8);
  }

  static TokenKeys keys(JWK... keys) {
    try {
      return TokenKeys.parse("of a test", set(keys));
    } catch (TokenKeysException impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** All that a good token says, at this time. */
  public static JWTClaimsSet.Builder claims(String user, long nowMillis, long forMillis) {
    return new JWTClaimsSet.Builder()
        .issuer(ISSUER)
        .audience(List.of("account", AUDIENCE))
        .subject(user)
        .issueTime(Date.from(Instant.ofEpochMilli(nowMillis)))
        .notBeforeTime(Date.from(Instant.ofEpochMilli(nowMillis)))
        .expirationTime(Date.from(Instant.ofEpochMilli(nowMillis + forMillis)));
  }

  public static String token(RSAKey key, JWTClaimsSet said) {
    return token(
        new JWSHeader.Builder(JWSAlgorithm.RS256)
            .keyID(key.getKeyID())
            .type(JOSEObjectType.JWT)
            .build(),
        key,
        said);
  }

  static String token(JWSHeader header, JWK key, JWTClaimsSet said) {
    try {
      JWSSigner signer =
          key instanceof RSAKey rsa ? new RSASSASigner(rsa) : new ECDSASigner((ECKey) key);
      SignedJWT token = new SignedJWT(header, said);
      token.sign(signer);
      return token.serialize();
    } catch (JOSEException impossible) {
      throw new AssertionError(impossible);
    }
  }
}
