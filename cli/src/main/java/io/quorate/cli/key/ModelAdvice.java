package io.quorate.cli.key;

import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.ExitCode;
import io.quorate.client.WrongModelException;
import io.quorate.model.Quoted;

/** What to use instead of a command that is for tenants of another model. */
public final class ModelAdvice {
  private ModelAdvice() {}

  /** Returns the failure of a command for a tenant that has another model than it is for. */
  static CommandFailedException failure(String tenant, WrongModelException wrong) {
    return new CommandFailedException(
        ExitCode.FAILED, has(tenant, wrong) + ": " + instead(wrong.model()));
  }

  /** Returns that a tenant has a model, for a message. */
  public static String has(String tenant, WrongModelException wrong) {
    return "tenant " + Quoted.of(tenant) + " has model " + wrong.model();
  }

  private static String instead(String model) {
    return switch (model) {
      case "COUNTERS" ->
          "use quorate counter increment, quorate counter decrement and quorate counter get";
      case "SETS" -> "use quorate set add, quorate set remove and quorate set get";
      case "MAPS" -> "use quorate map update and quorate map get";
      default -> "use quorate put, quorate get and quorate delete";
    };
  }
}
