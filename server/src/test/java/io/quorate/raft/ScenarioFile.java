package io.quorate.raft;

import java.util.ArrayList;
import java.util.List;

/**
 * A story in blocks: comments and commands, a line {@code ----}, what happened, an empty line.
 * Reads one, tells it again, and gives the same text with what really happened.
 */
final class ScenarioFile {
  private static final String DIVIDER = "----";

  private ScenarioFile() {}

  static String retell(String text) {
    ScenarioWorld world = new ScenarioWorld();
    StringBuilder retold = new StringBuilder();
    List<String> commands = new ArrayList<>();
    boolean inOutput = false;
    for (String line : text.lines().toList()) {
      if (inOutput) {
        inOutput = !line.isEmpty();
        continue;
      }
      if (line.equals(DIVIDER)) {
        retold.append(DIVIDER).append('\n');
        commands.forEach(command -> world.command(command, retold));
        retold.append('\n');
        commands.clear();
        inOutput = true;
        continue;
      }
      retold.append(line).append('\n');
      if (!line.isBlank() && !line.startsWith("#")) {
        commands.add(line);
      }
    }
    return retold.toString().strip() + "\n";
  }
}
