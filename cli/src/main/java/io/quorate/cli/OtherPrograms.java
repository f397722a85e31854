package io.quorate.cli;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Options that commands of other programs have, and what the commands here have in their place. */
final class OtherPrograms {
  private static final Set<String> OUTPUT =
      Set.of("--to", "--out", "--output", "--output-file", "--file", "-o", "-f");
  private static final Set<String> INPUT =
      Set.of("--from", "--in", "--input", "--input-file", "--file", "-i", "-f");
  private static final Set<String> PLACE =
      Set.of("--from", "--to", "--in", "--dir", "--directory", "--backup", "--path");
  private static final Set<String> REPLICAS = Set.of("--replicas", "--replication", "-r");
  private static final String RF = "give --rf for the replicas of each key";

  private static final Set<String> LEVEL =
      Set.of("--consistency", "--consistency-level", "--read-level", "--write-level");
  private static final String ONE_LEVEL = "give --level for the replicas that must answer";

  private static final List<Habit> HABITS =
      List.of(
          // A revocation is often made by editing the grant, whose options it then still has.
          new Habit("quorate revoke", Set.of("--to-user"), "give --from-user USER"),
          new Habit("quorate revoke", Set.of("--to-role"), "give --from-role ROLE"),
          new Habit("quorate grant", Set.of("--from-user"), "give --to-user USER"),
          new Habit("quorate grant", Set.of("--from-role"), "give --to-role ROLE"),
          new Habit("quorate get", LEVEL, ONE_LEVEL),
          new Habit("quorate put", LEVEL, ONE_LEVEL),
          new Habit("quorate delete", LEVEL, ONE_LEVEL),
          new Habit("quorate scan", LEVEL, ONE_LEVEL),
          new Habit(
              "quorate export", OUTPUT, "give the file as it is: quorate export [PREFIX] FILE"),
          new Habit("quorate import", INPUT, "give the file as it is: quorate import FILE"),
          new Habit(
              "quorate backup list", PLACE, "give the place as it is: quorate backup list DIR"),
          new Habit(
              "quorate backup newest", PLACE, "give the place as it is: quorate backup newest DIR"),
          new Habit(
              "quorate backup verify",
              PLACE,
              "give the backup as it is: quorate backup verify DIR/NAME"),
          new Habit(
              "quorate backup delete",
              PLACE,
              "give the backup as it is: quorate backup delete DIR/NAME"),
          new Habit("quorate tenant create", REPLICAS, RF),
          new Habit("quorate tenant alter", REPLICAS, RF));

  private OtherPrograms() {}

  private record Habit(String command, Set<String> options, String instead) {}

  /** Returns what to give in place of an option, as a sentence; null if that is not known. */
  static @Nullable String instead(String command, String option) {
    String name = option.replaceFirst("=.*", "");
    return HABITS.stream()
        .filter(each -> each.command.equals(command) && each.options.contains(name))
        .map(Habit::instead)
        .findFirst()
        .orElse(null);
  }
}
