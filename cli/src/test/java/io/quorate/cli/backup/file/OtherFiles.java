package io.quorate.cli.backup.file;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quorate.cli.backup.store.BackupStore;
import io.quorate.cli.backup.store.FileNames;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import java.util.zip.CRC32C;

/** Files of backups as other programs would write them, with right checksums. */
public final class OtherFiles {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private OtherFiles() {}

  /** Has a backup say that it is based on another one. */
  public static void baseOf(BackupStore store, BaseEntry base) throws IOException {
    ObjectNode manifest = MAPPER.valueToTree(Manifest.read(store));
    manifest.set("base", MAPPER.valueToTree(base));
    CheckedJson.put(store, FileNames.MANIFEST, manifest, true);
  }

  /** Has a full backup say of its segments what they first said. */
  public static void withoutPlaces(BackupStore store) throws IOException {
    ObjectNode manifest = MAPPER.valueToTree(Manifest.read(store));
    for (JsonNode segment :
        manifest.findValues("segments").stream().flatMap(OtherFiles::all).toList()) {
      ((ObjectNode) segment).remove(List.of("at", "hlc", "as_in_base"));
    }
    CheckedJson.put(store, FileNames.MANIFEST, manifest, false);
  }

  private static Stream<JsonNode> all(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  /** Returns a file with another level of compression named in the header of its first block. */
  public static byte[] packedOtherwise(byte[] file) {
    byte[] other = file.clone();
    int head = 8;
    int compressed = ByteBuffer.wrap(other).getInt(head);
    int zlib = head + 12;
    // RFC 1950: the two bytes are a multiple of 31, and the upper two bits of the second a level.
    int level = (other[zlib + 1] & 0xFF) >> 6 == 0 ? 1 : 0;
    int flags = level << 6;
    flags += 31 - ((other[zlib] & 0xFF) * 256 + flags) % 31;
    other[zlib + 1] = (byte) flags;
    CRC32C crc = new CRC32C();
    crc.update(other, head, 8);
    crc.update(other, zlib, compressed);
    ByteBuffer.wrap(other).putInt(head + 8, (int) crc.getValue());
    return other;
  }
}
