package io.quorate.cli.restart;

import io.quorate.client.admin.NodeView;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line of shell by which nodes are restarted, with placeholders for what is a node's own.
 *
 * <p>Values are put into the text of the line, which may quote them and may hand them to a further
 * shell, as ssh does. No quoting is right for each of these places. So only values are taken that
 * no shell reads as anything but themselves, and that no program reads as an option.
 */
record LocalCommand(String text) {
  /** {@code ${word}} is left to the shell. */
  private static final Pattern PLACEHOLDER = Pattern.compile("(?<!\\$)\\{([A-Za-z][\\w-]*)}");

  private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9._:][A-Za-z0-9._:-]*");

  private static final List<String> KNOWN = List.of("name", "id", "host", "port");

  /**
   * @throws IllegalArgumentException if a placeholder is not known, or there is none, so that the
   *     line would do the same for each node
   */
  LocalCommand {
    Matcher placeholders = PLACEHOLDER.matcher(text);
    boolean any = false;
    while (placeholders.find()) {
      any = true;
      if (!KNOWN.contains(placeholders.group(1))) {
        throw new IllegalArgumentException(
            "--with has the placeholder %s, which is unknown: there are {name}, {id}, {host} and {port}"
                .formatted(placeholders.group()));
      }
    }
    if (!any) {
      throw new IllegalArgumentException(
          "--with names no node, and would do the same for each: put {name}, {id}, {host} or {port}"
              + " into it");
    }
  }

  /**
   * Returns the line of each node, by the node's id.
   *
   * @param all nodes of the cluster, also those that are not restarted
   * @throws IllegalArgumentException if a node lacks a value or has one that is not harmless, or
   *     two nodes have the same line
   */
  Map<String, String> lines(List<NodeView> all) {
    Map<String, String> lines = new LinkedHashMap<>();
    Map<String, NodeView> byLine = new TreeMap<>();
    for (NodeView node : all) {
      String line = line(node);
      NodeView other = byLine.put(line, node);
      if (other != null) {
        throw new IllegalArgumentException(
            "--with is the same for node %s at %s and node %s at %s: put something into it that is different, as {name} or {port}"
                .formatted(other.id(), other.address(), node.id(), node.address()));
      }
      lines.put(node.id(), line);
    }
    return lines;
  }

  private String line(NodeView node) {
    return PLACEHOLDER
        .matcher(text)
        .replaceAll(found -> Matcher.quoteReplacement(value(node, found.group(1))));
  }

  private static String value(NodeView node, String placeholder) {
    int colon = node.address().lastIndexOf(':');
    String value =
        switch (placeholder) {
          case "name" -> node.name();
          case "id" -> node.id();
          case "host" -> host(node.address().substring(0, Math.max(0, colon)));
          default -> node.address().substring(colon + 1);
        };
    if (value.isEmpty()) {
      throw new IllegalArgumentException(
          "--with has {%s}, and node %s at %s has none: give it one (node.name), or use {id}, {host} or {port}"
              .formatted(placeholder, node.id(), node.address()));
    }
    if (!HARMLESS.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "--with has {%s}, and that of node %s is not only of letters, digits, '.', '_', ':' and '-': it is not given to a shell"
              .formatted(placeholder, node.id()));
    }
    return value;
  }

  /** An address of IPv6 stands in brackets. */
  private static String host(String host) {
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }
}
