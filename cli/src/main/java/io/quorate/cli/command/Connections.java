package io.quorate.cli.command;

import io.quorate.client.QuorateClient;
import java.util.function.Supplier;

/** Where commands get their clients of clusters. */
public interface Connections {
  /** Opens a client for each command. */
  Connections OF_EACH_COMMAND = (options, open) -> open.get();

  /**
   * Returns a client, which the command closes as if it were its own.
   *
   * @param options equal to those of another call if one client does for both
   * @param open opens one
   */
  QuorateClient client(Object options, Supplier<QuorateClient> open);

  /**
   * Returns the password of a user, which a person types.
   *
   * @param login equal to that of another call if one password does for both
   * @param ask asks the person
   */
  default String password(Object login, Supplier<String> ask) {
    return ask.get();
  }

  /** What the command at the root is, if it says where clients come from. */
  interface Source {
    Connections connections();
  }
}
