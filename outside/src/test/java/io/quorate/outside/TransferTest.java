package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.quorate.client.Entry;
import io.quorate.client.QuorateClient;
import io.quorate.client.ScanOptions;
import io.quorate.client.WriteOptions;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.TenantSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is exported comes back as it was, byte for byte, in every format. */
@ExtendWith(SharedNodes.class)
class TransferTest {
  private static final String PREFIX = "transfer:";

  @Test
  void everyFormatBringsNastyValuesBack(Nodes nodes) {
    Map<String, byte[]> nasty = nasty(new Random(7));
    try (QuorateClient client = nodes.client()) {
      List<Entry> entries = new ArrayList<>();
      nasty.forEach((key, value) -> entries.add(Entry.of(utf8(PREFIX + key), value)));
      client.keyValue().putAll(entries, WriteOptions.DEFAULT).forEach(outcome -> outcome.get());
      SideBySide.run(
          () -> bringsBack(nodes, client, "jsonl", nasty),
          () -> bringsBack(nodes, client, "csv", nasty));
    }
  }

  private static void bringsBack(
      Nodes nodes, QuorateClient client, String format, Map<String, byte[]> nasty) {
    String file = nodes.directory().resolve("export." + format).toString();
    CommandLine commands = nodes.commandLine();
    CommandLine.Result export = commands.quorate("export", PREFIX, file, "--format", format);
    assertThat(export.code()).as("%s", export).isZero();
    String tenant = "copy-" + format;
    var unused = Administration.of(client).cluster().createTenant(tenant, TenantSettings.DEFAULT);
    CommandLine.Result imported =
        commands.quorate("import", "--exported", file, "--tenant", tenant);
    assertThat(imported.code()).as("%s", imported).isZero();
    Map<String, byte[]> came = new TreeMap<>();
    client
        .keyValue()
        .scan(utf8(PREFIX), ScanOptions.DEFAULT.tenant(tenant))
        .forEachRemaining(
            entry -> came.put(entry.keyText().substring(PREFIX.length()), entry.value()));
    assertThat(came.keySet()).as(format).isEqualTo(nasty.keySet());
    nasty.forEach(
        (key, value) -> assertThat(came.get(key)).as("%s, %s", format, key).isEqualTo(value));
  }

  /** What the nodes' meters say of it is what the system and the client say. */
  @Test
  void nodesShowWhatItCostsThem(Nodes nodes) throws IOException {
    int values = 100;
    byte[] value = new byte[20_000];
    new Random(7).nextBytes(value);
    Node first = nodes.node(0);
    double peersBefore = peerBytes(first);
    double diskBefore = diskBytes(first);
    try (QuorateClient client = nodes.client()) {
      List<Entry> entries = new ArrayList<>();
      for (int i = 0; i < values; i++) {
        entries.add(Entry.of(utf8("transfer-meters:" + i), value));
      }
      client.keyValue().putAll(entries, WriteOptions.DEFAULT).forEach(outcome -> outcome.get());
      long written = (long) values * value.length;
      Waiting.until(
          Duration.ofSeconds(20),
          () ->
              peerBytes(first) - peersBefore > written / 3.0
                  && diskBytes(first) - diskBefore > written / 2.0
                  && first.meter("quorate_connections", "kind=\"client\"") > 0,
          () -> "the meters do not follow: " + first.page("/metrics"));
    }
    assertThat(first.meter("quorate_connections", "kind=\"node\"")).isEqualTo(2);
    double resident = first.meter("quorate_process_resident_bytes");
    assertThat(resident).isCloseTo(residentBytes(first), withinPercentage(25));
    assertThat(resident).isGreaterThan(first.meter("jvm_memory_used_bytes", "area=\"heap\""));
  }

  private static double peerBytes(Node node) {
    return node.meter("quorate_peer_sent_bytes_total")
        + node.meter("quorate_peer_received_bytes_total");
  }

  private static double diskBytes(Node node) {
    return node.meter("quorate_storage_memtables_bytes")
        + node.meter("quorate_storage_tables_bytes");
  }

  private static double residentBytes(Node node) throws IOException {
    Path status = Path.of("/proc", Long.toString(node.process().pid()), "status");
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) * 1024)
        .sum();
  }

  private static Map<String, byte[]> nasty(Random random) {
    Map<String, byte[]> values = new TreeMap<>();
    values.put("empty", new byte[0]);
    values.put("lines", utf8("line\n".repeat(1_500)));
    values.put("carriage returns", utf8("a\r\nb\rc\r\n"));
    values.put("quotes", utf8("\"\"\",\"'\"\n\""));
    values.put("json", utf8("{\"key\":\"k\",\"value\":[1,2,{\"a\":null}]}"));
    values.put("mark", utf8("\ufeffmark"));
    values.put("blanks", utf8("  \t leading and trailing \t "));
    values.put("nul", utf8("a\0b"));
    values.put("number", utf8("007"));
    values.put("null", utf8("null"));
    values.put("formula", utf8("=1+1"));
    values.put("backslash", utf8("\\N\\n\\"));
    values.put("key with,comma \"and quote\"\n", utf8("x"));
    values.put("grüße 中 🙂", utf8("grüße 中 🙂"));
    values.put("binary", new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
    values.put("long", utf8("x".repeat(300_000)));
    String alphabet = "\"',;\n\r\t\\ \0{}[]:aü中";
    for (int i = 0; i < 200; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(40); n > 0; n--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      values.put("drawn " + i, utf8(text.toString()));
      byte[] bytes = new byte[random.nextInt(40)];
      random.nextBytes(bytes);
      values.put("bytes " + i, bytes);
    }
    return values;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
