package io.quorate.transport.token;

import java.util.List;

/**
 * Which tokens are those of the identity provider.
 *
 * @param issuer what they say of who has made them ({@code iss})
 * @param audience what they must name as the one that they are for ({@code aud})
 * @param keys where the provider's keys are
 * @param algorithms by which they may be signed
 * @param userClaim what in them is the name of the user
 */
public record TokenSettings(
    String issuer,
    String audience,
    KeyPlace keys,
    List<TokenAlgorithm> algorithms,
    String userClaim) {
  public TokenSettings {
    algorithms = List.copyOf(algorithms);
  }
}
