package io.quorate.cli.lock;

import io.quorate.cli.output.Table;
import io.quorate.cli.output.TextForm;
import io.quorate.client.HeldLock;
import io.quorate.client.LockStatus;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Locks as people and programs read them. */
final class LockForms {
  private LockForms() {}

  static Map<String, Object> json(HeldLock lock) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("name", lock.name());
    object.put("owner", lock.owner());
    object.put("shared", lock.isShared());
    if (lock.atMost() > 0) {
      object.put("at_most", lock.atMost());
    }
    object.put("token", lock.token());
    object.put("ttl_ms", lock.ttl().toMillis());
    object.put("left_ms", lock.left().toMillis());
    object.put("waiting", lock.waiting());
    return object;
  }

  static Map<String, Object> json(List<HeldLock> locks) {
    return Map.of("locks", locks.stream().map(LockForms::json).toList());
  }

  static Map<String, Object> json(String name, LockStatus status) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("name", name);
    object.put("held", status.isHeld());
    object.put("holders", status.holders().stream().map(LockForms::json).toList());
    object.put("waiting", status.waiting());
    return object;
  }

  static String text(List<HeldLock> locks) {
    if (locks.isEmpty()) {
      return "no lock is held";
    }
    Table table = new Table("lock", "owner", "mode", "token>", "ttl>", "left>", "waiting>");
    for (HeldLock lock : locks) {
      table.row(
          onOneLine(lock.name()),
          onOneLine(lock.owner()),
          mode(lock),
          lock.token(),
          lock.ttl().toMillis() + "ms",
          lock.left().toMillis() + "ms",
          lock.waiting());
    }
    return table.toString();
  }

  static String text(String name, LockStatus status) {
    if (!status.isHeld()) {
      return "lock " + onOneLine(name) + " is free";
    }
    StringBuilder text = new StringBuilder(text(status.holders()));
    for (String owner : status.waiting()) {
      text.append("\nwaits: ").append(onOneLine(owner));
    }
    return text.toString();
  }

  private static String mode(HeldLock lock) {
    return !lock.isShared()
        ? "exclusive"
        : lock.atMost() == 0 ? "shared" : "shared, at most " + lock.atMost();
  }

  /** Text that another one chose: it must not drive a terminal. */
  static String onOneLine(String text) {
    return TextForm.onOneLine(text.getBytes(StandardCharsets.UTF_8));
  }
}
