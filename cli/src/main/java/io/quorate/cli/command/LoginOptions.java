package io.quorate.cli.command;

import io.quorate.client.Credentials;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** As which user to log in with which password, or by which token of an identity provider. */
final class LoginOptions {
  private static final SecretFile TOKENS = new SecretFile("token", 16 << 10);

  @Option(
      names = "--user",
      paramLabel = "NAME",
      defaultValue = "${env:QUORATE_CLIENT_USER:-}",
      description =
          "User to log in as, with TLS. Its password is that of --password-file, or of"
              + " QUORATE_CLIENT_PASSWORD of the environment, or is asked for at a terminal."
              + " Default: QUORATE_CLIENT_USER of the environment, or the user that --tls-cert"
              + " names")
  private String user = "";

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      defaultValue = "${env:QUORATE_CLIENT_PASSWORD_FILE:-}",
      description =
          "File that holds the password of --user, on one line; it is read again at each login."
              + " Default: QUORATE_CLIENT_PASSWORD_FILE of the environment, or none")
  private String passwordFile = "";

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      defaultValue = "${env:QUORATE_CLIENT_TOKEN_FILE:-}",
      description =
          "File that holds a token of an identity provider (JWT) to log in by, in place of --user;"
              + " it is read again when the token is about to expire. Default:"
              + " QUORATE_CLIENT_TOKEN_FILE of the environment, or the token in"
              + " QUORATE_CLIENT_TOKEN, or none")
  private String tokenFile = "";

  /** Standard input, and a person, give a password once. */
  private @Nullable Credentials read;

  /**
   * Returns what the options, or the profile in their place, say of a login; null: none.
   *
   * @param typed returns the password of a user that a person types
   * @throws IllegalArgumentException if there is a user without a password, or the reverse, or a
   *     user and a token
   */
  @Nullable Credentials credentials(Profile profile, UnaryOperator<String> typed) {
    Credentials known = read;
    if (known == null) {
      known = find(profile, typed);
      read = known;
    }
    return known;
  }

  private @Nullable Credentials find(Profile profile, UnaryOperator<String> typed) {
    String tokenInEnvironment = System.getenv().getOrDefault("QUORATE_CLIENT_TOKEN", "");
    // A user and its password, or a token, come from one place.
    boolean own =
        Stream.of(user, passwordFile, tokenFile, tokenInEnvironment).anyMatch(s -> !s.isBlank());
    String name = own ? user : profile.or("user", "");
    String file = own ? passwordFile : profile.orFile("password-file", "");
    String token = own ? tokenFile : profile.orFile("token-file", "");
    boolean hasToken = !token.isBlank() || !tokenInEnvironment.isBlank();
    if (hasToken && !(name.isBlank() && file.isBlank())) {
      throw new IllegalArgumentException(
          "--user logs in with a password, and --token-file (or QUORATE_CLIENT_TOKEN) by a token:"
              + " give one of them, also in the environment and the profile");
    }
    if (hasToken) {
      return token.isBlank() ? ofToken(tokenInEnvironment) : ofTokenFile(token);
    }
    if (name.isBlank()) {
      if (!file.isBlank()) {
        throw new IllegalArgumentException("--password-file needs --user, whose password it holds");
      }
      return null;
    }
    return file.isBlank()
        ? Credentials.password(name, passwordWithoutFile(name, typed))
        : ofPasswordFile(name, file);
  }

  private static Credentials ofPasswordFile(String name, String file) {
    String first = PasswordSource.read(file, System.in);
    // Else the mistake would be told as one of the connection, after a while.
    return file.equals(PasswordSource.STANDARD_INPUT)
        ? Credentials.password(name, first)
        : Credentials.password(name, () -> PasswordSource.read(file, System.in));
  }

  private static Credentials ofToken(String token) {
    return Credentials.bearerTokens(() -> token);
  }

  private static Credentials ofTokenFile(String file) {
    String first = TOKENS.read(file, System.in);
    return file.equals(PasswordSource.STANDARD_INPUT)
        ? ofToken(first)
        : Credentials.bearerTokens(() -> TOKENS.read(file, System.in));
  }

  private static String passwordWithoutFile(String name, UnaryOperator<String> typed) {
    String inEnvironment = System.getenv("QUORATE_CLIENT_PASSWORD");
    if (inEnvironment != null && !inEnvironment.isEmpty()) {
      return inEnvironment;
    }
    return typed.apply(name);
  }

  /**
   * Asks a person for the password of a user.
   *
   * @throws IllegalArgumentException if there is none to ask, or none is typed
   */
  static String ask(String name) {
    if (!PasswordSource.canAsk()) {
      throw new IllegalArgumentException(
          "--user needs a password: give --password-file, or set QUORATE_CLIENT_PASSWORD");
    }
    return PasswordSource.ask("Password of user " + name);
  }
}
