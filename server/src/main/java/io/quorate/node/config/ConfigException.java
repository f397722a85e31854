package io.quorate.node.config;

import java.util.List;

/** A configuration that cannot be used; the message names every problem and where it stands. */
public final class ConfigException extends Exception {
  private static final long serialVersionUID = 1;

  public ConfigException(List<String> problems) {
    super(String.join("\n", problems));
  }

  public ConfigException(String problem) {
    super(problem);
  }
}
