package io.quorate.storage.rocks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import io.quorate.fuzz.DecoderTarget;
import io.quorate.fuzz.FuzzTarget;
import io.quorate.fuzz.WildBytes;
import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.storage.HintStore.DeadLetter;
import io.quorate.storage.HintStore.Hint;
import io.quorate.storage.HintStore.Missed;
import io.quorate.storage.RaftStore.HardState;
import io.quorate.storage.RaftStore.LogEntry;
import io.quorate.storage.rocks.files.Inventory;
import io.quorate.storage.rocks.files.LogFile;
import io.quorate.storage.rocks.files.Manifest;
import io.quorate.storage.rocks.files.SyncedMark;
import io.quorate.storage.rocks.format.DataKey;
import io.quorate.storage.rocks.format.HintKey;
import io.quorate.storage.rocks.format.MalformedValueException;
import io.quorate.storage.rocks.format.RaftValue;
import io.quorate.version.MalformedRecordException;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;

/**
 * What a node finds in its data directory. RocksDB's checksums find most damage, so values are
 * mutated as if their checksums were right: a mistake in software has right ones.
 */
public final class StorageTargets {
  private StorageTargets() {}

  public static List<FuzzTarget> create() {
    return List.of(
        new DecoderTarget<>(
            "record",
            StorageTargets::record,
            bytes -> ByteString.copyFrom(looked(Record.of(bytes)).bytes()),
            ByteString::toByteArray,
            List.of(MalformedRecordException.class)),
        new DecoderTarget<>(
            "hard-state",
            random -> RaftValue.of(new HardState(random.nextLong(), random.nextLong())),
            RaftValue::hardState,
            RaftValue::of,
            List.of(MalformedValueException.class)),
        new DecoderTarget<>(
            "snapshot-head",
            random ->
                RaftValue.of(
                    new RaftValue.Head(
                        random.nextLong(), random.nextLong(), random.nextInt() >>> 1)),
            RaftValue::head,
            RaftValue::of,
            List.of(MalformedValueException.class)),
        new DecoderTarget<>(
            "log-entry",
            random -> RaftValue.of(new LogEntry(3, random.nextLong(), bytes(random))),
            bytes -> ByteString.copyFrom(RaftValue.of(RaftValue.entry(3, bytes))),
            ByteString::toByteArray,
            List.of(MalformedValueException.class)),
        new DecoderTarget<>(
            "hint-key", StorageTargets::hintKey, StorageTargets::readHintKey, null, List.of()),
        new DecoderTarget<>(
            "dead-letter",
            StorageTargets::deadLetter,
            StorageTargets::readDeadLetter,
            null,
            List.of()),
        new Marks(),
        new Manifests());
  }

  private static byte[] bytes(SplittableRandom random) {
    byte[] bytes = new byte[random.nextInt(40)];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] record(SplittableRandom random) {
    Version version =
        new Version(
            random.nextBoolean() ? 0 : random.nextLong() >>> 1,
            random.nextLong(),
            new NodeId(random.nextLong()),
            random.nextInt() >>> 1);
    long expires = random.nextBoolean() ? 0 : random.nextLong();
    Record record =
        random.nextInt(3) == 0
            ? Record.tombstone(version, random.nextLong())
            : Record.value(version, random.nextLong(), expires, bytes(random));
    return record.bytes();
  }

  /** Asks all that a record may be asked. */
  private static Record looked(Record record) {
    if (record.copyValue().length != record.valueLength()
        || (record.isTombstone() && record.isLiveAt(record.expiresAtMillis()))
        || !record.summary().version().equals(record.version())
        || record.toString().isEmpty()) {
      throw new AssertionError("contradicts itself");
    }
    return record;
  }

  private static Hint hint(SplittableRandom random) {
    return new Hint(
        new NodeId(random.nextLong()),
        random.nextInt(DataKey.PARTITION_MAX + 1),
        new Key(random.nextInt(), bytes(random)));
  }

  private static byte[] hintKey(SplittableRandom random) {
    return switch (random.nextInt(4)) {
      case 0 -> HintKey.repair(new NodeId(random.nextLong()), random.nextInt(9));
      case 1 -> HintKey.pause(random.nextBoolean() ? null : new NodeId(random.nextLong()));
      default -> HintKey.of(hint(random));
    };
  }

  /** As it is read when a node starts: what is not well formed is not looked into. */
  private static Object readHintKey(byte[] key) {
    if (!HintKey.isWellFormed(key)) {
      return "none";
    }
    return switch (key[0]) {
      case HintKey.HINT -> {
        Hint hint = HintKey.hint(key);
        if (!java.util.Arrays.equals(HintKey.of(hint), key)) {
          throw new AssertionError("another key when it is written again");
        }
        yield hint;
      }
      case HintKey.REPAIR -> HintKey.partition(key) + " of " + HintKey.target(key);
      case HintKey.PAUSE -> "pause of " + HintKey.paused(key);
      default -> "of a newer version";
    };
  }

  /** The key, how long it is in front. */
  private static byte[] deadLetter(SplittableRandom random) {
    DeadLetter letter =
        new DeadLetter(
            hint(random),
            new Missed(random.nextLong(), random.nextLong()),
            random.nextLong(),
            "no such tenant");
    byte[] key = HintKey.of(letter.hint());
    byte[] value = HintKey.value(letter);
    return ByteBuffer.allocate(1 + key.length + value.length)
        .put((byte) key.length)
        .put(key)
        .put(value)
        .array();
  }

  private static Object readDeadLetter(byte[] bytes) {
    int keyBytes = bytes.length == 0 ? 0 : Math.min(bytes[0] & 0x7f, bytes.length - 1);
    byte[] key = new byte[keyBytes];
    byte[] value = new byte[Math.max(0, bytes.length - 1 - keyBytes)];
    if (bytes.length > 0) {
      ByteBuffer.wrap(bytes, 1, bytes.length - 1).get(key).get(value);
    }
    return HintKey.isDeadLetter(key, value) ? HintKey.deadLetter(key, value) : "none";
  }

  /** What was synced, of which either copy is damaged: nothing is believed that was never so. */
  private record Marks() implements FuzzTarget {
    private static final int CHANGES = 4;

    @Override
    public String name() {
      return "synced-mark";
    }

    @Override
    public int oneOf() {
      return 20;
    }

    @Override
    public void run(long seed) throws Exception {
      SplittableRandom random = new SplittableRandom(seed);
      WildBytes wild = new WildBytes(random);
      Path directory = Files.createTempDirectory("mark");
      try {
        SyncedMark mark = SyncedMark.create(directory);
        List<SyncedMark.State> states = new ArrayList<>(List.of(SyncedMark.State.NONE));
        states.add(mark.state());
        List<Long> sequences = new ArrayList<>(List.of(0L));
        for (int change = 1; change <= CHANGES; change++) {
          mark.set(10L * change);
          mark.set(change, 100L * change, List.of(new SyncedMark.Log(change, 7)));
          states.add(mark.state());
          sequences.add(mark.sequence());
        }
        Path first = directory.resolve(SyncedMark.NAME);
        Path second = directory.resolve(SyncedMark.COPY);
        byte[] real = Files.readAllBytes(first);
        boolean both = random.nextBoolean();
        Files.write(first, wild.mutated(real));
        if (both) {
          Files.write(second, wild.mutated(real));
        }
        SyncedMark found = SyncedMark.find(directory);
        if (found == null
            || !states.contains(found.state())
            || !sequences.contains(found.sequence())) {
          throw new AssertionError("believed what was never so");
        }
        if (!both && (!found.isValid() || !found.state().equals(mark.state()))) {
          throw new AssertionError("the copy that is whole was not believed");
        }
      } finally {
        DirectoryImage.delete(directory);
      }
    }
  }

  /**
   * Manifests and logs as RocksDB frames them: real records of changes, each mutated under a right
   * checksum, and then the file as a whole.
   */
  private record Manifests() implements FuzzTarget {
    private static final int INPUTS = 10;

    @Override
    public String name() {
      return "manifest";
    }

    @Override
    public int oneOf() {
      return 10;
    }

    @Override
    public void run(long seed) throws Exception {
      SplittableRandom random = new SplittableRandom(seed);
      WildBytes wild = new WildBytes(random);
      Path file = Files.createTempFile("manifest", "");
      try {
        for (int i = 0; i < INPUTS; i++) {
          List<byte[]> edits = edits(random);
          Files.write(file, framed(edits));
          Manifest whole = Manifest.read(file);
          if (whole.end() != Files.size(file) || whole.tables().size() != 2) {
            throw new AssertionError("a real manifest is read as " + whole);
          }
          List<byte[]> mutated =
              edits.stream()
                  .map(edit -> random.nextInt(3) == 0 ? wild.mutated(edit) : edit)
                  .toList();
          byte[] bytes = framed(mutated);
          Files.write(file, random.nextBoolean() ? bytes : wild.mutated(bytes));
          look(file);
        }
      } finally {
        Files.delete(file);
      }
    }

    private static void look(Path file) throws IOException {
      try {
        Manifest read = Manifest.read(file);
        if (read.end() > Files.size(file)) {
          throw new AssertionError("read past its end");
        }
      } catch (Manifest.MalformedException refused) {
        if (String.valueOf(refused.getMessage()).isEmpty()) {
          throw new AssertionError("refused without a reason");
        }
      }
      long unused = Inventory.firstSequence(5, file);
    }

    /** A family, two table files in it of which one is replaced, and what else a change may say. */
    private static List<byte[]> edits(SplittableRandom random) {
      int large = random.nextInt(3) == 0 ? 40_000 : 5; // over several blocks
      return List.of(
          edit(1, "leveldb.BytewiseComparator", 2, 4, 3, 9, 4, 0),
          edit(200, 1, 201, "data", 2, 4),
          joined(edit(200, 1), table(7, 1_000, random.nextInt(9)), table(8, 2_000, 3)),
          joined(edit(200, 1, 6, 0, 7, 4, 77), table(11, 3_000, large)),
          edit(8_200, "ignored", 10, 12));
    }

    private static byte[] table(int number, int bytes, int keyBytes) {
      return joined(
          edit(103, 0, number, bytes, "k".repeat(keyBytes), "l".repeat(keyBytes), 1, 5),
          edit(5, "x", 1));
    }

    /** Numbers as varints, texts with their length in front. */
    private static byte[] edit(Object... parts) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      for (Object part : parts) {
        if (part instanceof String text) {
          varint(out, text.length());
          out.writeBytes(text.getBytes(UTF_8));
        } else {
          varint(out, (Integer) part);
        }
      }
      return out.toByteArray();
    }

    private static void varint(ByteArrayOutputStream out, int number) {
      int left = number;
      for (; left >= 0x80; left >>>= 7) {
        out.write(left | 0x80);
      }
      out.write(left);
    }

    private static byte[] joined(byte[]... parts) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      for (byte[] part : parts) {
        out.writeBytes(part);
      }
      return out.toByteArray();
    }

    /**
     * Frames records as RocksDB's log does: blocks of 32 KiB with fragments, each after its
     * checksum, length and kind.
     */
    private static byte[] framed(List<byte[]> records) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      for (byte[] record : records) {
        int at = 0;
        do {
          int room = LogFile.BLOCK_BYTES - out.size() % LogFile.BLOCK_BYTES;
          if (room < 7) {
            out.writeBytes(new byte[room]);
            continue;
          }
          int bytes = Math.min(room - 7, record.length - at);
          boolean last = at + bytes == record.length;
          int kind = at == 0 ? (last ? 1 : 2) : last ? 4 : 3;
          ByteBuffer fragment =
              ByteBuffer.allocate(7 + bytes)
                  .order(ByteOrder.LITTLE_ENDIAN)
                  .putInt(0)
                  .putShort((short) bytes)
                  .put((byte) kind)
                  .put(record, at, bytes);
          CRC32C crc = new CRC32C();
          crc.update(fragment.array(), 6, 1 + bytes);
          int masked = Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8;
          out.writeBytes(fragment.putInt(0, masked).array());
          at += bytes;
        } while (at < record.length);
      }
      return out.toByteArray();
    }
  }
}
