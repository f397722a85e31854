package io.quorate.model;

import java.util.Map;

/**
 * How nodes are written for people: {@code 7f3a1c0e52d94b86 (db-east-1)}, or the id alone if the
 * operator gave the node no name. What decides knows nodes by their ids only; logs, audits, meters
 * and answers to clients put the names in where they are written, so that each shows the name of
 * that moment. Names change with a restart, and ids never.
 *
 * @param names of all members of the cluster; empty of one that has none
 */
public record NodeNames(Map<NodeId, String> names) {
  /** For a node that does not know its cluster yet. */
  public static final NodeNames NONE = new NodeNames(Map.of());

  private static final int ID_DIGITS = 16;

  public NodeNames {
    names = Map.copyOf(names);
  }

  /** Returns the name of a node; empty if it has none. */
  public String name(NodeId node) {
    return names.getOrDefault(node, "");
  }

  /** Returns a node as people read it. */
  public String of(NodeId node) {
    return written(node, name(node));
  }

  private static String written(NodeId node, String name) {
    return name.isEmpty() ? node.toString() : node + " (" + name + ")";
  }

  /**
   * Returns a text with the name behind each id of a node that has one. Ids are random numbers of
   * 64 bits, so that no other number of the text is taken for one. A text that has the names
   * already is returned as it is: another node may have put them in.
   */
  public String in(String text) {
    if (names.isEmpty() || text.length() < ID_DIGITS) {
      return text;
    }
    StringBuilder named = null;
    int copied = 0;
    int run = 0;
    for (int i = 0; i <= text.length(); i++) {
      if (i < text.length() && isDigit(text.charAt(i))) {
        run++;
        continue;
      }
      if (run == ID_DIGITS && isWord(text, i - ID_DIGITS, i)) {
        NodeId node = new NodeId(Long.parseUnsignedLong(text, i - ID_DIGITS, i, 16));
        String suffix = " (" + name(node) + ")";
        if (!name(node).isEmpty() && !text.startsWith(suffix, i)) {
          named = named == null ? new StringBuilder(text.length() + 80) : named;
          named.append(text, copied, i).append(suffix);
          copied = i;
        }
      }
      run = 0;
    }
    return named == null ? text : named.append(text, copied, text.length()).toString();
  }

  private static boolean isDigit(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  }

  /** Whether no letter, digit or dash stands beside it, as in a longer number or a name. */
  private static boolean isWord(String text, int from, int to) {
    return (from == 0 || isGap(text.charAt(from - 1)))
        && (to == text.length() || isGap(text.charAt(to)));
  }

  private static boolean isGap(char c) {
    return !Character.isLetterOrDigit(c) && c != '-' && c != '_';
  }
}
