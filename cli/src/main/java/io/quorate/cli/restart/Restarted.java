package io.quorate.cli.restart;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A node that was restarted.
 *
 * @param incarnation how often it has started now
 * @param seconds from the request to drain it until it was ready again
 */
record Restarted(String id, String label, int incarnationBefore, int incarnation, double seconds) {
  Map<String, Object> json() {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("node", id);
    object.put("name", label);
    object.put("incarnation_before", incarnationBefore);
    object.put("incarnation", incarnation);
    object.put("seconds", seconds);
    return object;
  }
}
