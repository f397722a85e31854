package io.quorate.cli.backup.file;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quorate.cli.backup.store.BackupStore;
import io.quorate.model.ByteFormat;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * Small files of a backup: an object with the version of the {@code format}, the {@code content},
 * and the {@code sha256} of the content, as it is written without blanks. So a file that was
 * changed is found out.
 */
public final class CheckedJson {
  private static final int FORMAT = ByteFormat.BACKUP.only();
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private CheckedJson() {}

  public static void put(BackupStore store, String name, Object content) throws IOException {
    JsonNode tree = MAPPER.valueToTree(content);
    ObjectNode file = MAPPER.createObjectNode();
    file.put("format", FORMAT);
    file.put("sha256", digest(tree));
    file.set("content", tree);
    store.put(name, MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(file));
  }

  /**
   * Reads a file.
   *
   * @throws DamagedException if it is not as it was written, or of a later format
   */
  public static <T> T read(BackupStore store, String name, Class<T> type) throws IOException {
    byte[] bytes;
    try (InputStream in = store.read(name)) {
      bytes = in.readAllBytes();
    }
    String file = store.place() + "/" + name;
    try {
      JsonNode tree = MAPPER.readTree(bytes);
      JsonNode content = tree.path("content");
      int format = tree.path("format").asInt();
      if (format > FORMAT) {
        throw new DamagedException(
            file,
            "has format %d, and this release reads %d: use the release that wrote it, or a later one"
                .formatted(format, FORMAT));
      }
      if (format != FORMAT || !digest(content).equals(tree.path("sha256").asText())) {
        throw new DamagedException(file, "was changed: its checksum is wrong");
      }
      return MAPPER.treeToValue(content, type);
    } catch (JacksonException malformed) {
      throw new DamagedException(file, "is damaged: " + malformed.getOriginalMessage());
    }
  }

  private static String digest(JsonNode content) throws IOException {
    MessageDigest digest = Sha256.digest();
    return HexFormat.of().formatHex(digest.digest(MAPPER.writeValueAsBytes(content)));
  }
}
