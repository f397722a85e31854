package io.quorate.cli.key;

import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.output.Json;
import io.quorate.cli.output.TextForm;
import io.quorate.client.Sibling;
import io.quorate.client.Siblings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How siblings are shown, where values are written in this form. */
record SiblingForms(TextForm form) {

  /** Returns a line for each sibling: its number, version and value; and one for the context. */
  List<String> lines(Siblings<byte[]> read) {
    List<String> lines = new ArrayList<>();
    for (Sibling<byte[]> each : read.list()) {
      String expiry =
          each.expiresAtMillis() == 0
              ? ""
              : "expires " + Instant.ofEpochMilli(each.expiresAtMillis()) + "  ";
      lines.add(
          "%d  %s  %s%s"
              .formatted(lines.size() + 1, each.version(), expiry, onOneLine(each.value())));
    }
    lines.add("context " + read.context());
    return lines;
  }

  /** Tabs and line ends inside are written as in C, so that a line stays one value. */
  String onOneLine(byte[] bytes) {
    return form == TextForm.UTF8 ? TextForm.onOneLine(bytes) : form.print(bytes);
  }

  /** Puts siblings and context into an object. */
  void putJson(
      Map<String, Object> object, Siblings<byte[]> read, boolean withValues, Results results) {
    List<Map<String, Object>> list = new ArrayList<>();
    for (Sibling<byte[]> each : read.list()) {
      Map<String, Object> sibling = new LinkedHashMap<>();
      if (withValues) {
        Json.putBytes(sibling, "value", each.value());
      }
      results.putVersion(sibling, each.version());
      if (each.expiresAtMillis() != 0) {
        sibling.put("expires_at_ms", each.expiresAtMillis());
      }
      list.add(sibling);
    }
    object.put("siblings", list);
    object.put("context", read.context().toString());
  }

  /**
   * Returns the value of the one sibling.
   *
   * @param option that asks for one value
   */
  byte[] only(Siblings<byte[]> read, String option) {
    if (read.isConflict()) {
      throw new CommandFailedException(
          ExitCode.FAILED,
          "the key has %d siblings, and %s is for one value: leave it out, or use --json"
              .formatted(read.size(), option));
    }
    return read.list().getFirst().value();
  }
}
