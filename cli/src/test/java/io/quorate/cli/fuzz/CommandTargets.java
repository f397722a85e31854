package io.quorate.cli.fuzz;

import io.quorate.cli.CommandLineTarget;
import io.quorate.cli.transfer.ImportTargets;
import io.quorate.fuzz.FuzzTarget;
import java.util.List;
import java.util.stream.Stream;

/** All targets of commands; a new one is one line. */
final class CommandTargets {
  static final List<FuzzTarget> ALL =
      Stream.<List<FuzzTarget>>of(List.of(new CommandLineTarget()), ImportTargets.create())
          .flatMap(List::stream)
          .toList();

  private CommandTargets() {}
}
