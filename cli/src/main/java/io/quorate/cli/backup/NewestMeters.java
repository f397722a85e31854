package io.quorate.cli.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the newest backup, as Prometheus' node_exporter reads it from files (its
 * textfile collector).
 *
 * @param place that was looked at, as it was given
 * @param tenants that a backup must have to count
 * @param moment of the newest backup; null if there is none
 * @param within the age that it may have
 */
record NewestMeters(String place, List<String> tenants, @Nullable Instant moment, Duration within) {
  NewestMeters {
    tenants = tenants.stream().sorted().distinct().toList();
  }

  /** Writes a file, in place of the one that is there: whole, or not at all. */
  void write(Path file) throws IOException {
    Path part = Path.of(file + ".part"); // which node_exporter does not read
    Files.writeString(part, text());
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  String text() {
    StringBuilder text = new StringBuilder();
    add(
        text,
        "quorate_backup_newest_timestamp_seconds",
        "When the newest backup was made that can be restored; 0: there is none.",
        moment == null ? 0 : moment.getEpochSecond());
    add(
        text,
        "quorate_backup_within_seconds",
        "How old the newest backup may be.",
        within.toSeconds());
    return text.toString();
  }

  private void add(StringBuilder text, String name, String help, long value) {
    text.append("# HELP ").append(name).append(' ').append(help).append('\n');
    text.append("# TYPE ").append(name).append(" gauge\n");
    text.append(
        String.format(
            Locale.ROOT,
            "%s{place=\"%s\",tenants=\"%s\"} %d\n",
            name,
            escaped(place),
            escaped(String.join(",", tenants)),
            value));
  }

  private static String escaped(String label) {
    return label.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }
}
