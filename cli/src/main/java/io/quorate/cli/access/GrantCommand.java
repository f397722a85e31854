package io.quorate.cli.access;

import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.output.Console;
import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.Grant;
import io.quorate.client.admin.Grantee;
import io.quorate.model.Quoted;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Grants actions to a user or a role. */
@Command(
    name = "grant",
    description = {
      "Allows actions to a user, or to all users with a role.",
      "Actions on keys need --tenant: the name of a tenant, a part of a name followed by '*', or"
          + " '*' for all. Other actions are about all tenants. Locks belong to no tenant; --prefix"
          + " is that of their names."
    })
public final class GrantCommand implements Callable<Integer> {
  private final AccessCall call;

  @Mixin private ClusterOptions cluster = new ClusterOptions();
  @Mixin private GrantOptions options = new GrantOptions();

  @Option(names = "--to-user", paramLabel = "USER", description = "The user who may do it.")
  private @Nullable String user;

  @Option(names = "--to-role", paramLabel = "ROLE", description = "The role whose users may do it.")
  private @Nullable String role;

  public GrantCommand(Console console) {
    this.call = new AccessCall(console);
  }

  @Override
  public Integer call() {
    Grantee to = GrantOptions.grantee(cluster, "to", user, role);
    Grant grant = options.grant(cluster);
    return call.changeNoting(
        cluster,
        access -> access.grant(to, grant),
        () -> "granted to %s: %s".formatted(to, AccessForms.text(grant)),
        client -> note(client, grant.tenant()));
  }

  /** A tenant may be created later, and a misspelt name looks the same. */
  private static String note(QuorateClient client, String tenant) {
    if (tenant.endsWith(Grant.ALL_TENANTS)) {
      return "";
    }
    try {
      boolean there =
          Administration.of(client).cluster().tenants().stream()
              .anyMatch(each -> each.name().equals(tenant));
      return there ? "" : "note: there is no tenant %s yet".formatted(Quoted.of(tenant));
    } catch (QuorateException untold) {
      return ""; // it is granted, and the user may be one who is not told of tenants
    }
  }
}
