package io.quorate.cli.access;

import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.output.Console;
import io.quorate.client.admin.Access;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "role",
    description = {
      "Lists, shows, creates and drops roles, gives them to users and takes them.",
      "A role has grants, which each user with the role has by it."
    })
public final class RoleCommand {
  private final AccessCall call;

  public RoleCommand(Console console) {
    this.call = new AccessCall(console);
  }

  @Command(description = "Lists the roles, with their grants; those that are built in first.")
  int list(@Mixin ClusterOptions cluster) {
    return call.show(
        cluster,
        Access::roles,
        roles -> Map.of("roles", roles.stream().map(AccessForms::json).toList()),
        AccessForms::rolesText);
  }

  @Command(
      description = {
        "Shows what users with a role are granted by it.",
        "Exit code 1 if there is no such role."
      })
  int show(
      @Mixin ClusterOptions cluster,
      @Parameters(paramLabel = "NAME", description = "The role.") String name) {
    GivenNames.require(cluster, "role", name);
    return call.show(
        cluster,
        access ->
            access.roles().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(
                    () ->
                        new CommandFailedException(
                            ExitCode.NOT_FOUND,
                            "there is no role '"
                                + name
                                + "'; quorate role list shows those that there are")),
        AccessForms::json,
        AccessForms::text);
  }

  @Command(
      description = "Creates a role, without grants. Creating one that there is changes nothing.")
  int create(
      @Mixin ClusterOptions cluster,
      @Parameters(paramLabel = "NAME", description = "1 to 64 of a-z, 0-9, '-', '_' and '.'.")
          String name) {
    GivenNames.require(cluster, "role", name);
    return call.change(cluster, access -> access.createRole(name), () -> "created role " + name);
  }

  @Command(description = "Drops a role, which no user has and which is not built in.")
  int drop(
      @Mixin ClusterOptions cluster,
      @Parameters(paramLabel = "NAME", description = "The role.") String name) {
    GivenNames.require(cluster, "role", name);
    return call.change(cluster, access -> access.dropRole(name), () -> "dropped role " + name);
  }

  @Command(description = "Gives a role to a user.")
  int give(
      @Mixin ClusterOptions cluster,
      @Parameters(paramLabel = "ROLE", description = "The role.") String role,
      @Option(names = "--to", required = true, paramLabel = "USER", description = "The user.")
          String user) {
    GivenNames.require(cluster, "role", role);
    GivenNames.require(cluster, "user", user);
    return call.change(
        cluster, access -> access.giveRole(user, role), () -> "user " + user + " has role " + role);
  }

  @Command(description = "Takes a role from a user.")
  int take(
      @Mixin ClusterOptions cluster,
      @Parameters(paramLabel = "ROLE", description = "The role.") String role,
      @Option(names = "--from", required = true, paramLabel = "USER", description = "The user.")
          String user) {
    GivenNames.require(cluster, "role", role);
    GivenNames.require(cluster, "user", user);
    return call.change(
        cluster,
        access -> access.takeRole(user, role),
        () -> "user " + user + " does not have role " + role + " any more");
  }
}
