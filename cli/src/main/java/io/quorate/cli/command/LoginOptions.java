package io.quorate.cli.command;

import io.quorate.client.Credentials;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** As which user to log in, and with which password. */
final class LoginOptions {
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
          "File that holds the password of --user, on one line. Default:"
              + " QUORATE_CLIENT_PASSWORD_FILE of the environment, or none")
  private String passwordFile = "";

  /** Standard input, and a person, give a password once. */
  private @Nullable Credentials read;

  /**
   * Returns what the options, or the profile in their place, say of a login; null: none.
   *
   * @throws IllegalArgumentException if there is a user without a password, or the reverse
   */
  @Nullable Credentials credentials(Profile profile) {
    Credentials known = read;
    if (known == null) {
      known = find(profile);
      read = known;
    }
    return known;
  }

  private @Nullable Credentials find(Profile profile) {
    // A user and its password come from one place.
    boolean own = !user.isBlank() || !passwordFile.isBlank();
    String name = own ? user : profile.or("user", "");
    String file = own ? passwordFile : profile.orFile("password-file", "");
    if (name.isBlank()) {
      if (!file.isBlank()) {
        throw new IllegalArgumentException("--password-file needs --user, whose password it holds");
      }
      return null;
    }
    return Credentials.password(name, passwordOf(name, file));
  }

  private String passwordOf(String name, String file) {
    if (!file.isBlank()) {
      return PasswordSource.read(file, System.in);
    }
    String inEnvironment = System.getenv("QUORATE_CLIENT_PASSWORD");
    if (inEnvironment != null && !inEnvironment.isEmpty()) {
      return inEnvironment;
    }
    if (!PasswordSource.canAsk()) {
      throw new IllegalArgumentException(
          "--user needs a password: give --password-file, or set QUORATE_CLIENT_PASSWORD");
    }
    return PasswordSource.ask("Password of user " + name);
  }
}
