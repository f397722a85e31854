package io.quorate.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.client.Credentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** By what a command logs in, and that it follows files that are replaced while it runs. */
class LoginOptionsTest {
  @TempDir private Path directory;

  private static LoginOptions options(String... words) {
    LoginOptions options = new LoginOptions();
    new CommandLine(CommandLine.Model.CommandSpec.forAnnotatedObject(options)).parseArgs(words);
    return options;
  }

  private static String notAsked(String user) {
    throw new AssertionError("asked for the password of " + user);
  }

  private static Credentials login(LoginOptions options, Profile profile) {
    return Objects.requireNonNull(options.credentials(profile, LoginOptionsTest::notAsked));
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  @Test
  void thePasswordFileIsReadAtEachLogin() throws Exception {
    Path file = write("password", "first\n");
    Credentials.Password password =
        (Credentials.Password)
            login(options("--user", "reports", "--password-file", file.toString()), Profile.NONE);
    assertThat(password.user()).isEqualTo("reports");
    assertThat(password.password().get()).isEqualTo("first");
    write("password", "second\n");
    assertThat(password.password().get()).isEqualTo("second");
  }

  @Test
  void theTokenFileIsReadEachTimeATokenIsNeeded() throws Exception {
    Path file = write("token", "a.b.c\n");
    Credentials.BearerTokens tokens =
        (Credentials.BearerTokens) login(options("--token-file", file.toString()), Profile.NONE);
    assertThat(tokens.tokens().get()).isEqualTo("a.b.c");
    write("token", "d.e.f\n");
    assertThat(tokens.tokens().get()).isEqualTo("d.e.f");
  }

  @Test
  void filesOfAProfileAreBesideIt() throws Exception {
    write("token", "a.b.c\n");
    Profile profile = new Profile(directory, Map.of("token-file", "token"));
    Credentials.BearerTokens tokens = (Credentials.BearerTokens) login(options(), profile);
    assertThat(tokens.tokens().get()).isEqualTo("a.b.c");
  }

  @Test
  void whatIsGivenPutsTheLoginOfTheProfileAside() throws Exception {
    Path file = write("password", "own\n");
    Profile profile = new Profile(directory, Map.of("token-file", "not there"));
    assertThat(
            options("--user", "reports", "--password-file", file.toString())
                .credentials(profile, LoginOptionsTest::notAsked))
        .hasToString("user reports");
  }

  /** Not only at the first login, which would tell it as a failure of the connection. */
  @ParameterizedTest
  @CsvSource({"--token-file,token", "--password-file,password"})
  void aFileThatCannotBeReadIsToldAtOnce(String option, String what) {
    LoginOptions options =
        what.equals("token")
            ? options(option, directory.resolve("none").toString())
            : options("--user", "u", option, directory.resolve("none").toString());
    assertThatThrownBy(() -> options.credentials(Profile.NONE, LoginOptionsTest::notAsked))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the " + what + " cannot be read from file");
  }

  @Test
  void aUserAndATokenAreRefusedTogether() throws Exception {
    Path file = write("token", "a.b.c\n");
    LoginOptions options = options("--user", "reports", "--token-file", file.toString());
    assertThatThrownBy(() -> options.credentials(Profile.NONE, LoginOptionsTest::notAsked))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("give one of them");
  }

  @Test
  void aPasswordWithoutAUserIsRefused() throws Exception {
    Path file = write("password", "x\n");
    LoginOptions options = options("--password-file", file.toString());
    assertThatThrownBy(() -> options.credentials(Profile.NONE, LoginOptionsTest::notAsked))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--password-file needs --user");
  }

  @Test
  void withoutAnyOptionThereIsNoLogin() {
    assertThat(options().credentials(Profile.NONE, LoginOptionsTest::notAsked)).isNull();
  }
}
