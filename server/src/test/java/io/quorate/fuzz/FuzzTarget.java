package io.quorate.fuzz;

/**
 * One part of a node, or of a command, that reads what others send or store. Add one to {@link
 * Targets} and it is run by {@link FuzzTest} and by {@code .ci/fuzz}; those of commands are in
 * {@code io.quorate.cli.fuzz}, in the module of the commands.
 *
 * <p>Runs go on at the same time on several threads, so a target keeps no state between them.
 */
public interface FuzzTarget {
  /** Returns one word in lower case, for the option {@code --target}. */
  String name();

  /**
   * How many seeds {@link FuzzTest} runs with {@code -Dquorate.seeds=all}: about half a second of
   * them. Without, it is a third.
   */
  default int runsInCi() {
    return 200;
  }

  /** Returns how many runs of each other target come to one of this: more than 1 if it is slow. */
  default int oneOf() {
    return 1;
  }

  /** Makes one run, which the seed alone decides. Any exception says that a promise is broken. */
  void run(long seed) throws Exception;
}
