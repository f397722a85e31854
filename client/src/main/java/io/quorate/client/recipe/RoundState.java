package io.quorate.client.recipe;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What all parties agree on of a round that has begun or is broken, as the store has it: a line for
 * each party, with a letter for how far it is; {@code broken} if there are none. Immutable.
 */
final class RoundState {
  static final RoundState BROKEN = new RoundState(Map.of());

  private static final String BROKEN_TEXT = "broken";

  private final Map<String, Stage> parties;

  /** How far a party is. */
  enum Stage {
    IN('I'),
    LEFT('L'),
    /** The time of its lock was over before it left. */
    GIVEN_UP('G');

    private final char letter;

    Stage(char letter) {
      this.letter = letter;
    }

    private static Stage of(char letter) {
      for (Stage stage : values()) {
        if (stage.letter == letter) {
          return stage;
        }
      }
      throw new IllegalStateException("a party of a barrier that is '" + letter + "'");
    }
  }

  private RoundState(Map<String, Stage> parties) {
    this.parties = Collections.unmodifiableMap(parties);
  }

  static RoundState begun(Collection<String> parties) {
    Map<String, Stage> all = new LinkedHashMap<>();
    for (String party : new TreeSet<>(parties)) {
      all.put(party, Stage.IN);
    }
    return new RoundState(all);
  }

  static RoundState parse(byte[] value) {
    String text = new String(value, StandardCharsets.UTF_8);
    if (text.equals(BROKEN_TEXT)) {
      return BROKEN;
    }
    Map<String, Stage> parties = new LinkedHashMap<>();
    text.lines().forEach(line -> parties.put(line.substring(2), Stage.of(line.charAt(0))));
    return new RoundState(parties);
  }

  byte[] value() {
    StringBuilder text = new StringBuilder();
    parties.forEach((party, stage) -> text.append(stage.letter + " " + party + "\n"));
    return (isBroken() ? BROKEN_TEXT : text.toString()).getBytes(StandardCharsets.UTF_8);
  }

  boolean isBroken() {
    return parties.isEmpty();
  }

  Set<String> parties() {
    return parties.keySet();
  }

  boolean has(String party) {
    return parties.containsKey(party);
  }

  /** Those that are so far. */
  Set<String> parties(Stage stage) {
    Set<String> found = new TreeSet<>();
    parties.forEach(
        (party, its) -> {
          if (its == stage) {
            found.add(party);
          }
        });
    return found;
  }

  /** Some that are in come to be so far; what is said of the others is final. */
  RoundState with(Collection<String> of, Stage stage) {
    Map<String, Stage> changed = new LinkedHashMap<>(parties);
    for (String party : of) {
      changed.replace(party, Stage.IN, stage);
    }
    return new RoundState(changed);
  }
}
