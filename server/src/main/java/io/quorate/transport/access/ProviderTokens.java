package io.quorate.transport.access;

/** Tokens of the identity provider, where a node knows one. Asked on the lane. */
public interface ProviderTokens {
  /** There is no provider. */
  ProviderTokens NONE =
      new ProviderTokens() {
        @Override
        public boolean areTaken() {
          return false;
        }

        @Override
        public TokenVerdict judge(String token, Origin from) {
          throw new IllegalStateException("there is no identity provider");
        }

        @Override
        public boolean hasKey(ShownLogin.OfProvider login) {
          return false;
        }
      };

  /** Whether there is a provider. */
  boolean areTaken();

  /** Judges a token, whatever it is. Does not wait for the provider. */
  TokenVerdict judge(String token, Origin from);

  /** Whether the key that has signed a token is still one of the provider's. */
  boolean hasKey(ShownLogin.OfProvider login);
}
