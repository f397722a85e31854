package io.quorate.cli.tenant;

import io.quorate.cli.command.RequestOptions;
import io.quorate.client.QuorateClient;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.Tenant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which of the tenants that a name has had, one after another, a command is about. */
final class MeantTenant {
  /** Whichever has the name. */
  private static final int ANY = 0;

  @Option(
      names = "--id",
      paramLabel = "N",
      description =
          "Id of the tenant that is meant, see quorate tenant list: nothing is deleted of a later"
              + " one of that name. A command whose outcome is not known names it, to be repeated"
              + " with it. Default: the id that the tenant has now; with --request-id, whichever"
              + " tenant has the name")
  private @Nullable Integer given;

  /**
   * The id that a request is to name. A request that may have been made before is to be the same
   * again, and the tenant may have another id by now.
   */
  int id(QuorateClient client, String name, RequestOptions request) {
    if (given != null) {
      return given;
    }
    return request.isGiven()
        ? ANY
        : Administration.of(client).cluster().tenants().stream()
            .filter(tenant -> tenant.name().equals(name))
            .mapToInt(Tenant::id)
            .findFirst()
            .orElse(ANY);
  }

  /**
   * What is to be added to the command to repeat it, with a blank behind it; empty if that is
   * nothing.
   */
  String option(int id) {
    return id == ANY || given != null ? "" : "--id " + id + " ";
  }
}
