package io.quorate.cli.access;

import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.output.Console;
import io.quorate.client.admin.Grant;
import io.quorate.client.admin.Grantee;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Revokes actions from a user or a role. */
@Command(
    name = "revoke",
    description = {
      "Takes back actions that were granted to a user or a role.",
      "Give --tenant and --prefix as they were granted, which quorate user show and quorate role"
          + " show tell: a grant for all tenants is not narrowed by revoking one of them."
    })
public final class RevokeCommand implements Callable<Integer> {
  private final AccessCall call;

  @Mixin private ClusterOptions cluster = new ClusterOptions();
  @Mixin private GrantOptions options = new GrantOptions();

  @Option(names = "--from-user", paramLabel = "USER", description = "The user it was granted to.")
  private @Nullable String user;

  @Option(names = "--from-role", paramLabel = "ROLE", description = "The role it was granted to.")
  private @Nullable String role;

  public RevokeCommand(Console console) {
    this.call = new AccessCall(console);
  }

  @Override
  public Integer call() {
    Grantee from = GrantOptions.grantee(cluster, "from", user, role);
    Grant grant = options.grant(cluster);
    return call.change(
        cluster,
        access -> access.revoke(from, grant),
        () -> "revoked from %s: %s".formatted(from, AccessForms.text(grant)));
  }
}
