package io.quorate.cli.backup;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quorate.cli.backup.file.BaseEntry;
import io.quorate.cli.backup.file.CheckedJson;
import io.quorate.cli.backup.file.Manifest;
import io.quorate.cli.backup.store.BackupStore;
import io.quorate.cli.backup.store.FileNames;
import java.io.IOException;
import java.util.List;

/** Manifests as other programs would write them, with a right checksum. */
final class ObjectNodes {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private ObjectNodes() {}

  /** Has a backup say that it is based on another one. */
  static void baseOf(BackupStore store, BaseEntry base) throws IOException {
    ObjectNode manifest = MAPPER.valueToTree(Manifest.read(store));
    manifest.set("base", MAPPER.valueToTree(base));
    CheckedJson.put(store, FileNames.MANIFEST, manifest, true);
  }

  /** Has a full backup say of its segments what they first said. */
  static void withoutPlaces(BackupStore store) throws IOException {
    ObjectNode manifest = MAPPER.valueToTree(Manifest.read(store));
    for (JsonNode segment :
        manifest.findValues("segments").stream().flatMap(ObjectNodes::all).toList()) {
      ((ObjectNode) segment).remove(List.of("at", "hlc", "as_in_base"));
    }
    CheckedJson.put(store, FileNames.MANIFEST, manifest, false);
  }

  private static java.util.stream.Stream<JsonNode> all(JsonNode array) {
    return java.util.stream.StreamSupport.stream(array.spliterator(), false);
  }
}
