package io.quorate.cli.access;

import io.quorate.cli.command.ClusterOptions;
import picocli.CommandLine.ParameterException;

/** Names of users and roles, as they are typed. */
final class GivenNames {
  private GivenNames() {}

  /**
   * Returns a name.
   *
   * @param what it names, for the message
   * @throws ParameterException if it is empty, as when a variable of a script is not set
   */
  static String require(ClusterOptions cluster, String what, String name) {
    if (name.isBlank()) {
      throw cluster.usage("the name of the " + what + " is empty: give one");
    }
    return name;
  }
}
