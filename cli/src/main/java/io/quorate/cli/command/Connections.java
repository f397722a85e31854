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

  /**
   * Has a task end before clients are closed while a command still uses them, as at Ctrl-C in a
   * shell.
   *
   * @param task called on another thread than the command's
   * @return to be closed when the task is of no use any more
   */
  default Stop beforeClose(Runnable task) {
    return () -> {}; // closed by the command alone
  }

  /** What {@link #beforeClose} has promised to call. */
  interface Stop extends AutoCloseable {
    @Override
    void close();
  }

  /** What the command at the root is, if it says where clients come from. */
  interface Source {
    Connections connections();
  }
}
