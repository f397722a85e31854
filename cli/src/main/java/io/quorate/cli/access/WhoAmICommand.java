package io.quorate.cli.access;

import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.output.Console;
import io.quorate.client.admin.Access;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Tells which user the caller is. */
@Command(
    name = "whoami",
    description =
        "Shows which user you are to the cluster, by the certificate that is given with --tls-cert"
            + " or the login of --user or --token-file, and what that user may do. Each caller may"
            + " ask.")
public final class WhoAmICommand implements Callable<Integer> {
  private final AccessCall call;

  @Mixin private ClusterOptions cluster = new ClusterOptions();

  public WhoAmICommand(Console console) {
    this.call = new AccessCall(console);
  }

  @Override
  public Integer call() {
    return call.show(cluster, Access::whoAmI, AccessForms::json, AccessForms::text);
  }
}
