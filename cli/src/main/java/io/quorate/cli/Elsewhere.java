package io.quorate.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/**
 * Finds the commands that a word means which is no command where it was typed: those that have this
 * name at another place, as {@code quorate cluster drain} for {@code quorate node drain}, and those
 * that are two words here and one in other programs, as {@code delete-tenant} for {@code tenant
 * drop}.
 */
final class Elsewhere {
  /** More would help no one to choose. */
  private static final int SHOWN_MAX = 3;

  /** Groups of commands on the same things, of which people take one for the other. */
  private static final Set<String> ON_NODES = Set.of("cluster", "node");

  private final CommandLine root;

  /**
   * @param root has all commands
   */
  Elsewhere(CommandLine root) {
    this.root = root;
  }

  /**
   * Returns the commands of this name with the fewest words, in the order of the help; none if
   * there are too many.
   *
   * @param where the command after which the word was typed: after a group, what other groups have
   *     is not meant, as a lock is watched and a tenant is not
   */
  List<String> named(String word, CommandLine where) {
    boolean isAtTop = where.getParent() == null;
    String group = where.getCommandName();
    List<String> found = new ArrayList<>();
    List<String> deeper = new ArrayList<>();
    root.getSubcommands()
        .forEach(
            (name, command) -> {
              if (name.equals(word)) {
                found.add(command.getCommandSpec().qualifiedName());
              }
              boolean isOnNodes = ON_NODES.contains(group) && ON_NODES.contains(name);
              CommandLine below =
                  isOnNodes ? called(word, command) : command.getSubcommands().get(word);
              if (below != null && (isAtTop || isOnNodes)) {
                deeper.add(below.getCommandSpec().qualifiedName());
              }
            });
    List<String> named = found.isEmpty() ? deeper : found;
    return named.size() > SHOWN_MAX ? List.of() : named;
  }

  /**
   * Returns the command of two words that was typed as one, with a hyphen or underscore between
   * them, in either order; null if there is none.
   */
  @Nullable String joined(String word) {
    String[] parts = word.split("[-_]", -1);
    if (parts.length != 2) {
      return null;
    }
    String found = command(parts[0], parts[1]);
    return found == null ? command(parts[1], parts[0]) : found;
  }

  private @Nullable String command(String group, String name) {
    CommandLine of = root.getSubcommands().get(group);
    if (of == null && group.endsWith("s")) {
      of = root.getSubcommands().get(group.substring(0, group.length() - 1));
    }
    if (of == null) {
      return null;
    }
    CommandLine found = called(name, of);
    return found == null ? null : found.getCommandSpec().qualifiedName();
  }

  /** The command of a group that has a name, or that other programs call so. */
  private static @Nullable CommandLine called(String name, CommandLine group) {
    CommandLine found = group.getSubcommands().get(name);
    if (found == null) {
      String synonym = UsageFault.synonym(name, group.getSubcommands().keySet());
      found = synonym == null ? null : group.getSubcommands().get(synonym);
    }
    return found;
  }
}
