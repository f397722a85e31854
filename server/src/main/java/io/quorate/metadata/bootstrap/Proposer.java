package io.quorate.metadata.bootstrap;

import io.quorate.cluster.Command;
import io.quorate.metadata.CommandOutcome;
import java.util.function.Consumer;

/** Gives a command to the cluster. The callback is called once, on the lane. */
@FunctionalInterface
public interface Proposer {
  void propose(Command command, Consumer<CommandOutcome> callback);
}
