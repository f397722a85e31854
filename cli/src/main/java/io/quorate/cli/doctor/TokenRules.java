package io.quorate.cli.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Nodes that cannot judge the tokens of the identity provider. */
final class TokenRules {
  private static final String SETTING = "jwt.keys";

  private TokenRules() {}

  /** Nodes without keys: a token may be good, and they take none. */
  static List<Finding> noKeys(Observations seen) {
    return byReason(seen, true).entrySet().stream()
        .map(
            each ->
                Finding.problem(
                    "token-keys-missing",
                    SETTING,
                    "%s no keys of the identity provider, so users with tokens are not let in there: %s"
                        .formatted(has(each.getValue()), each.getKey()),
                    "If jwt.keys names a file, mend the file; if it names an address, have the"
                        + " provider answer, with the keys that it signs with. The nodes try to"
                        + " read them every 10 seconds at the latest, and need no restart once they"
                        + " can. If jwt.keys or jwt.ca itself is wrong, correct it, and restart"
                        + " these nodes one by one. Users with certificates or passwords are let in"
                        + " meanwhile."))
        .toList();
  }

  /** Nodes whose keys may be old: they know none that the provider has had since. */
  static List<Finding> oldKeys(Observations seen) {
    return byReason(seen, false).entrySet().stream()
        .map(
            each ->
                Finding.warning(
                    "token-keys-old",
                    SETTING,
                    "%s the keys of the identity provider from before, and could not read them again: %s"
                        .formatted(has(each.getValue()), each.getKey()),
                    "If jwt.keys names a file, mend the file; if it names an address, have the"
                        + " provider answer: no restart is needed once the keys can be read. If"
                        + " jwt.keys or jwt.ca itself is wrong, correct it, and restart one node"
                        + " after the other, each once the one before has keys: a node that cannot"
                        + " read them at its start takes no token, and with a file that is wrong it"
                        + " does not start. Tokens that are signed with a newer key are not taken"
                        + " meanwhile."))
        .toList();
  }

  private static String has(List<String> nodes) {
    return String.join(", ", nodes) + (nodes.size() == 1 ? " has" : " have");
  }

  /** Names of nodes, by why they could not read the keys. */
  private static Map<String, List<String>> byReason(Observations seen, boolean missing) {
    Map<String, List<String>> nodes = new TreeMap<>();
    seen.own()
        .forEach(
            (id, status) -> {
              String why = status.report().tokenKeysReason();
              if (!why.isEmpty() && status.report().tokenKeysMissing() == missing) {
                nodes.computeIfAbsent(why, first -> new ArrayList<>()).add(seen.name(id));
              }
            });
    return nodes;
  }
}
