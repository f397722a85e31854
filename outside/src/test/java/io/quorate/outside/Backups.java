package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.QuorateClient;
import io.quorate.client.Scan;
import io.quorate.client.ScanOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A directory of backups, of one test, and the commands that make and restore them; it is deleted
 * after the test.
 */
final class Backups implements BeforeEachCallback, AfterEachCallback {
  private static final Duration RECORDS_WITHIN = Duration.ofMinutes(1);

  private @Nullable Path directory;

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    directory = Files.createTempDirectory("backups");
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    try (Stream<Path> files = Files.walk(directory())) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  Path directory() {
    if (directory == null) {
      throw new IllegalStateException("no test has begun");
    }
    return directory;
  }

  /** Where a backup is, or will be. */
  Path of(String name) {
    return directory().resolve(name);
  }

  /** The command that makes a backup. */
  String[] creating(String name, String... options) {
    return command(
        List.of("backup", "create", "--to", directory().toString(), "--name", name), options);
  }

  /** The command that restores a backup; an option says which tenants. */
  String[] restoring(String name, String... options) {
    return command(List.of("restore", "--from", of(name).toString()), options);
  }

  private static String[] command(List<String> first, String... options) {
    return Stream.concat(first.stream(), Stream.of(options)).toArray(String[]::new);
  }

  CommandLine.Result create(CommandLine operator, String name, String... options) {
    return operator.quorate(creating(name, options));
  }

  CommandLine.Result restore(CommandLine operator, String name, String... options) {
    return operator.quorate(restoring(name, options));
  }

  CommandLine.Result verify(CommandLine operator, String name) {
    return operator.quorate("backup", "verify", of(name).toString());
  }

  /** What {@code quorate backup list} prints. */
  String list(CommandLine operator) {
    return done(operator.quorate("backup", "list", directory().toString())).outText();
  }

  static CommandLine.Result done(CommandLine.Result result) {
    assertThat(result.code()).as(result.toString()).isZero();
    return result;
  }

  /**
   * Waits until nodes have done a step with that many records, in all their time.
   *
   * @param step as in {@link #records}
   */
  static void awaitRecords(List<Node> nodes, String step, double many) {
    Waiting.until(
        RECORDS_WITHIN,
        () -> records(nodes, step) >= many,
        () -> "%s %f records, and not %f".formatted(step, records(nodes, step), many));
  }

  /**
   * How many records nodes have read for backups, or stored for restores.
   *
   * @param step {@code read} or {@code stored}
   */
  static double records(List<Node> nodes, String step) {
    return nodes.stream()
        .mapToDouble(
            node -> node.meter("quorate_backup_records_total", "step=\"%s\"".formatted(step)))
        .sum();
  }

  /** What readers find in a tenant, but for versions: bytes as characters. */
  static SortedMap<String, String> contents(QuorateClient client, String tenant) {
    SortedMap<String, String> contents = new TreeMap<>();
    try (Scan scan = client.keyValue().scan("", ScanOptions.DEFAULT.tenant(tenant))) {
      scan.forEachRemaining(entry -> contents.put(text(entry.key()), text(entry.value())));
    }
    return contents;
  }

  static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
