package io.quorate.cli.access;

import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.PasswordSource;
import io.quorate.cli.output.Console;
import io.quorate.client.admin.Access;
import io.quorate.client.admin.Role;
import io.quorate.client.admin.User;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "user",
    description = {
      "Lists, shows, creates and drops users.",
      "Each client acts as the user that its certificate names, or that it logs in as with a"
          + " password; quorate security init --client NAME makes a certificate."
    })
public final class UserCommand {
  private final AccessCall call;
  private final Console console;

  public UserCommand(Console console) {
    this.console = console;
    this.call = new AccessCall(console);
  }

  @Command(description = "Lists the users, with their roles and grants.")
  int list(@Mixin ClusterOptions cluster) {
    return call.show(
        cluster,
        Access::users,
        users -> Map.of("users", users.stream().map(AccessForms::json).toList()),
        AccessForms::usersText);
  }

  /** A user, and the roles that tell what it may do. */
  private record Shown(User user, List<Role> roles) {
    Map<String, Object> json() {
      Map<String, Object> object = new LinkedHashMap<>(AccessForms.json(user));
      object.put(
          "role_grants",
          roles.stream()
              .filter(each -> user.roles().contains(each.name()))
              .map(AccessForms::json)
              .toList());
      return object;
    }

    String text() {
      return AccessForms.text(user, roles);
    }
  }

  @Command(
      description = {
        "Shows what a user may do: by its own grants, and by those of its roles.",
        "Exit code 1 if there is no such user."
      })
  int show(
      @Mixin ClusterOptions cluster,
      @Parameters(paramLabel = "NAME", description = "The user.") String name) {
    GivenNames.require(cluster, "user", name);
    return call.show(
        cluster,
        access ->
            access.users().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .map(user -> new Shown(user, access.roles()))
                .orElseThrow(() -> missing(name)),
        Shown::json,
        Shown::text);
  }

  private static CommandFailedException missing(String name) {
    return new CommandFailedException(
        ExitCode.NOT_FOUND,
        name.equals(AccessForms.ROOT)
            ? "user root is built in, and is not listed: it may do everything"
            : "there is no user '" + name + "'; quorate user list shows those that there are");
  }

  @Command(description = "Creates a user. Creating it again with the same roles succeeds.")
  int create(
      @Mixin ClusterOptions cluster,
      @Parameters(
              paramLabel = "NAME",
              description = "As certificates name it: 1 to 128 of a-z, A-Z, 0-9 and -_.@+/:")
          String name,
      @Option(
              names = "--role",
              split = ",",
              paramLabel = "ROLE",
              description = "A role that it has; may be given several times. Default: none")
          @Nullable List<String> roles) {
    GivenNames.require(cluster, "user", name);
    List<String> given = roles == null ? List.of() : roles;
    given.forEach(each -> GivenNames.require(cluster, "role", each));
    return call.change(
        cluster, access -> access.createUser(name, given), () -> "created user " + name);
  }

  /** What becomes of the passwords that a user has. */
  static final class PasswordChange {
    @Option(
        names = "--keep-previous",
        description =
            "Keep the password that it had, too, so that programs can go over to the new one:"
                + " --drop-previous ends that.")
    private boolean keepPrevious;

    @Option(names = "--drop-previous", description = "Drop the password that it had before.")
    private boolean dropPrevious;

    @Option(names = "--drop", description = "Drop its passwords: it cannot log in then.")
    private boolean drop;
  }

  @Command(
      description = {
        "Sets the password of a user, with which it can log in. The cluster does not learn the"
            + " password, but what verifies it.",
        "Logins by a password that is dropped end at once."
      })
  int password(
      @Mixin ClusterOptions cluster,
      @Parameters(paramLabel = "NAME", description = "The user.") String name,
      @Option(
              names = "--new-password-file",
              paramLabel = "FILE",
              description =
                  "File that holds the new password, on one line; - for standard input. Default:"
                      + " ask at the terminal")
          @Nullable String file,
      @ArgGroup PasswordChange change) {
    GivenNames.require(cluster, "user", name);
    PasswordChange asked = change == null ? new PasswordChange() : change;
    if (asked.drop || asked.dropPrevious) {
      if (file != null) {
        throw cluster.usage("--new-password-file sets a password, and does not go with --drop");
      }
      return asked.drop
          ? call.change(
              cluster, access -> access.dropPasswords(name), () -> "dropped passwords of " + name)
          : call.change(
              cluster,
              access -> access.dropPreviousPassword(name),
              () -> "dropped the previous password of " + name);
    }
    String password = newPassword(cluster, name, file);
    return call.change(
        cluster,
        access ->
            asked.keepPrevious
                ? access.replacePassword(name, password)
                : access.setPassword(name, password),
        () ->
            "set the password of user "
                + name
                + (asked.keepPrevious
                    ? "; it can log in with the previous one, too, until 'quorate user password "
                        + name
                        + " --drop-previous'"
                    : ""));
  }

  private String newPassword(ClusterOptions cluster, String name, @Nullable String file) {
    try {
      if (file != null) {
        return PasswordSource.read(file, console.in());
      }
      if (!PasswordSource.canAsk()) {
        throw cluster.usage(
            "no terminal to ask for the new password: give --new-password-file, or - for standard"
                + " input");
      }
      String password = PasswordSource.ask("New password of user " + name);
      if (!password.equals(PasswordSource.ask("The same again"))) {
        throw cluster.usage("the two passwords are not the same: nothing was changed");
      }
      return password;
    } catch (IllegalArgumentException unreadable) {
      throw cluster.usage(String.valueOf(unreadable.getMessage()));
    }
  }

  @Command(
      description =
          "Drops a user, with all that it was granted. Its certificate is good for nothing then; to"
              + " refuse its connections, too, revoke the certificate.")
  int drop(
      @Mixin ClusterOptions cluster,
      @Parameters(paramLabel = "NAME", description = "The user.") String name) {
    GivenNames.require(cluster, "user", name);
    return call.change(cluster, access -> access.dropUser(name), () -> "dropped user " + name);
  }
}
