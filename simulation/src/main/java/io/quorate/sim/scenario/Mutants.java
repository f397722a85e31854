package io.quorate.sim.scenario;

import io.quorate.sim.mutant.Mutant;
import io.quorate.sim.program.Sabotage;
import java.util.ArrayList;
import java.util.List;

/** The mutants that scenarios may name. */
final class Mutants {
  private Mutants() {}

  static Sabotage named(String file, Scenario.Twin twin) {
    List<String> names = new ArrayList<>();
    for (Mutant mutant : Mutant.values()) {
      if (mutant.name().equals(twin.mutant())) {
        return mutant;
      }
      names.add(mutant.name());
    }
    for (ScenarioMutant mutant : ScenarioMutant.values()) {
      if (mutant.name().equals(twin.mutant())) {
        return mutant.sabotage();
      }
      names.add(mutant.name());
    }
    throw new BadScenario(
        "%s:%d: there is no mutant '%s': there are %s"
            .formatted(file, twin.line(), twin.mutant(), names));
  }
}
