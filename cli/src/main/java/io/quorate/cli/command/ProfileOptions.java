package io.quorate.cli.command;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which profile stands in for options that are not given. */
final class ProfileOptions {
  @Option(
      names = "--profile",
      paramLabel = "NAME",
      defaultValue = "${env:QUORATE_PROFILE:-}",
      description =
          "Profile of the client configuration that says what is given neither here nor in the"
              + " environment: endpoints, tenant, options of TLS and of the login. Default:"
              + " QUORATE_PROFILE of the environment, or none")
  private String name = "";

  @Option(
      names = "--client-config",
      paramLabel = "FILE",
      defaultValue = "${env:QUORATE_CLIENT_CONFIG:-}",
      description =
          "File that has profiles. Default: QUORATE_CLIENT_CONFIG of the environment, or"
              + " ~/.config/quorate/client.yml")
  private String file = "";

  private @Nullable Profile read;

  /**
   * Returns the profile that was asked for; one that says nothing if none was.
   *
   * @throws IllegalArgumentException if there is no such profile, or its file cannot be understood
   */
  Profile chosen() {
    Profile profile = read;
    if (profile == null) {
      profile = name.isBlank() ? Profile.NONE : new ProfileFile(path()).profile(name);
      read = profile;
    }
    return profile;
  }

  /** The profile's name; blank for none. */
  String name() {
    return name;
  }

  private Path path() {
    return file.isBlank()
        ? Home.directory().resolve(".config").resolve("quorate").resolve("client.yml")
        : Path.of(file);
  }
}
