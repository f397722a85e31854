package io.quorate.raft;

import io.quorate.model.Invariant.BrokenInvariant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The classic mistakes in Raft and the tests that notice them, for the table of all mutants. */
public final class RaftMutants {
  /** Seeds, from 1, within which each of them is caught. */
  public static final long SEEDS_MAX = 2_000;

  /** Caught by directed scenarios only: random runs hardly ever get there. */
  private static final Set<Mutant> DIRECTED =
      EnumSet.of(
          Mutant.CHANGES_MEMBERSHIP_BEFORE_OWN_COMMIT,
          Mutant.OLD_GENERATION_LEADS,
          Mutant.FOLLOWS_A_LOG_THAT_LACKS_WHAT_IT_COMMITTED);

  private RaftMutants() {}

  /** Mutants that the simulation must catch. */
  public static List<String> names() {
    return Arrays.stream(Mutant.values())
        .filter(mutant -> mutant != Mutant.NONE && !DIRECTED.contains(mutant))
        .map(Mutant::name)
        .toList();
  }

  /** Runs one seed with a mistake; the check that noticed, or null if none did. */
  public static @Nullable String caughtBy(String mutant, long seed) {
    return caughtBy(Mutant.valueOf(mutant), seed);
  }

  /** Runs one seed without a mistake; the check that failed all the same, or null. */
  public static @Nullable String brokenWithoutMistake(long seed) {
    return caughtBy(Mutant.NONE, seed);
  }

  private static @Nullable String caughtBy(Mutant mutant, long seed) {
    try {
      new RaftSimulation(seed, mutant).run();
      return null;
    } catch (BrokenInvariant caught) {
      return "invariant";
    } catch (AssertionError caught) {
      // Checks name themselves first: "election safety: ...".
      return String.valueOf(caught.getMessage()).split(":", 2)[0];
    }
  }
}
