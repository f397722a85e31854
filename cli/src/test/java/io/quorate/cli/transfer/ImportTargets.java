package io.quorate.cli.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.client.ScanEntry;
import io.quorate.client.Version;
import io.quorate.fuzz.FuzzTarget;
import io.quorate.fuzz.WildBytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Files that are imported: what is damaged costs its lines and no others, and is named. */
public final class ImportTargets {
  private static final int LINE_BYTES_MAX = 400;

  private ImportTargets() {}

  public static List<FuzzTarget> create() {
    return List.of(new Files("json-lines", false), new Files("csv", true));
  }

  private record Files(String name, boolean csv) implements FuzzTarget {
    private static final int INPUTS = 10;

    @Override
    public int oneOf() {
      return 4;
    }

    @Override
    public void run(long seed) throws Exception {
      SplittableRandom random = new SplittableRandom(seed);
      WildBytes wild = new WildBytes(random);
      for (int i = 0; i < INPUTS; i++) {
        List<byte[]> entries = entries(random);
        byte[] exported = exported(entries);
        expectAll(entries, read(exported));
        byte[] damaged = wild.mutated(exported);
        List<Item> items;
        try {
          items = read(damaged);
        } catch (IOException refused) {
          if (!csv) {
            throw refused;
          }
          continue; // the line that names the columns
        }
        check(items);
      }
    }

    /** Each a key and its value. */
    private static List<byte[]> entries(SplittableRandom random) {
      List<byte[]> entries = new ArrayList<>();
      for (int left = 2 * random.nextInt(6); left > 0; left--) {
        byte[] bytes = new byte[1 + random.nextInt(20)];
        random.nextBytes(bytes);
        if (random.nextBoolean()) {
          bytes = "a,\"b\"\r\nc\u00e9 %d".formatted(random.nextInt(9)).getBytes(UTF_8);
        }
        entries.add(bytes);
      }
      return entries;
    }

    private byte[] exported(List<byte[]> entries) throws IOException {
      StringWriter out = new StringWriter();
      try (EntryWriter writer = csv ? new CsvWriter(out) : new JsonLinesWriter(out)) {
        for (int i = 0; i < entries.size(); i += 2) {
          writer.write(ScanEntry.of(entries.get(i), entries.get(i + 1), Version.of(0, 1, 2, 3), 0));
        }
      }
      return out.toString().getBytes(UTF_8);
    }

    private List<Item> read(byte[] file) throws IOException {
      LineReader lines = new LineReader(new ByteArrayInputStream(file), LINE_BYTES_MAX);
      RecordSource source =
          csv
              ? new CsvRecords(lines, LINE_BYTES_MAX, false, Fields.EXPORTED, false)
              : new JsonLines(lines, Fields.EXPORTED, false);
      List<Item> items = Items.all(source);
      if (source.bytesRead() < file.length) {
        throw new AssertionError(
            "%d of %d bytes were read".formatted(source.bytesRead(), file.length));
      }
      return items;
    }

    private static void expectAll(List<byte[]> entries, List<Item> items) {
      List<Item> stored = items.stream().filter(item -> item instanceof Item.Good).toList();
      if (stored.size() != entries.size() / 2) {
        throw new AssertionError("exported " + entries.size() / 2 + " entries, read " + items);
      }
      for (int i = 0; i < stored.size(); i++) {
        Entry entry = ((Item.Good) stored.get(i)).entry();
        if (!Arrays.equals(entry.key(), entries.get(2 * i))
            || !Arrays.equals(entry.value(), entries.get(2 * i + 1))) {
          throw new AssertionError("entry " + i + " is another one when it is read");
        }
      }
    }

    /**
     * Lines come in the order of the file, each once, and a line that cannot be stored has a
     * reason.
     */
    private static void check(List<Item> items) {
      long last = 0;
      for (Item item : items) {
        if (item.line() <= last || item.lastLine() < item.line()) {
          throw new AssertionError("after line " + last + " comes " + item);
        }
        last = item.lastLine();
        if (item instanceof Item.Bad bad
            && (bad.reason().isBlank() || bad.reason().contains("Exception"))) {
          throw new AssertionError("no reason: " + bad);
        }
        if (item instanceof Item.Good good && good.entry().key().length == 0) {
          throw new AssertionError("not to be stored: " + good);
        }
      }
    }
  }
}
