package io.quorate.cli.access;

import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.output.TextForm;
import io.quorate.client.admin.Action;
import io.quorate.client.admin.Grant;
import io.quorate.client.admin.Grantee;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** What is granted or revoked. */
final class GrantOptions {
  @Parameters(
      paramLabel = "ACTIONS",
      converter = ActionWords.class,
      completionCandidates = ActionWords.class,
      description =
          "One or more, with commas between them: read, scan, write, delete (keys of tenants);"
              + " lock; tenants; monitor, topology, maintenance (the cluster); audit, security"
              + " (users, roles and grants).")
  private ActionWords.Typed typed = new ActionWords.Typed(Set.of());

  @ArgGroup(exclusive = true)
  private @Nullable Prefix prefix;

  private static final class Prefix {
    @Option(
        names = "--prefix",
        paramLabel = "TEXT",
        description = "Only keys, or names of locks, that begin so. Default: all")
    private @Nullable String text;

    @Option(
        names = "--prefix-hex",
        paramLabel = "HEX",
        description = "The same, in hexadecimal digits.")
    private @Nullable String hex;
  }

  /**
   * Returns the grant.
   *
   * @throws ParameterException if it does not say for which tenant, or its prefix cannot be read
   */
  Grant grant(ClusterOptions cluster) {
    Set<Action> ofKeys = ActionWords.ofKeys(typed.actions());
    String tenant = cluster.tenantIfNamed();
    if (tenant == null && !ofKeys.isEmpty()) {
      throw cluster.usage(
          "say for which tenant %s is meant: --tenant NAME, --tenant 'eu-*' for those whose names begin so, or --tenant '*' for all"
              .formatted(ActionWords.words(ofKeys.stream(), ", ")));
    }
    if (tenant != null && tenant.isBlank()) {
      throw cluster.usage("the name of the tenant is empty: give a name, or '*' for all tenants");
    }
    return Grant.of(typed.actions())
        .tenant(Objects.requireNonNullElse(tenant, Grant.ALL_TENANTS))
        .prefix(prefix(cluster));
  }

  private byte[] prefix(ClusterOptions cluster) {
    try {
      if (prefix != null && prefix.hex != null) {
        return TextForm.HEX.parse(prefix.hex);
      }
      return TextForm.UTF8.parse(prefix == null || prefix.text == null ? "" : prefix.text);
    } catch (IllegalArgumentException malformed) {
      throw cluster.usage("--prefix-hex: " + malformed.getMessage());
    }
  }

  /**
   * Returns the user or the role that is granted something, or revoked from.
   *
   * @param direction "to" or "from", as the options are called
   * @throws ParameterException if both are given, or none
   */
  static Grantee grantee(
      ClusterOptions cluster, String direction, @Nullable String user, @Nullable String role) {
    if (user != null && role != null) {
      throw cluster.usage(
          "--%s-user and --%s-role: give one of them, and repeat the command with the other"
              .formatted(direction, direction));
    }
    if (user != null) {
      return Grantee.user(GivenNames.require(cluster, "user", user));
    }
    if (role != null) {
      return Grantee.role(GivenNames.require(cluster, "role", role));
    }
    throw cluster.usage("give --%s-user USER or --%s-role ROLE".formatted(direction, direction));
  }
}
