package io.quorate.cli.backup.file;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quorate.cli.backup.store.BackupStore;
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
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private CheckedJson() {}

  /**
   * What a file has.
   *
   * @param sha256 of the content, as the file says it
   */
  public record Read<T>(T content, int format, String sha256) {}

  /**
   * Writes a file.
   *
   * @param base whether the backup is based on another one: releases that know no such backup must
   *     not take the file for one of a full backup
   */
  public static void put(BackupStore store, String name, Object content, boolean base)
      throws IOException {
    JsonNode tree = MAPPER.valueToTree(content);
    ObjectNode file = MAPPER.createObjectNode();
    file.put("format", base ? BlockFormat.INCREMENTAL : BlockFormat.FULL);
    file.put("sha256", digest(tree));
    file.set("content", tree);
    store.put(name, MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(file));
  }

  /**
   * Reads a file.
   *
   * @throws LaterFormatException if it is of a later format
   * @throws DamagedException if it is not as it was written
   */
  public static <T> Read<T> read(BackupStore store, String name, Class<T> type) throws IOException {
    byte[] bytes;
    try (InputStream in = store.read(name)) {
      bytes = in.readAllBytes();
    }
    String file = store.place() + "/" + name;
    try {
      JsonNode tree = MAPPER.readTree(bytes);
      JsonNode content = tree.path("content");
      int format = tree.path("format").asInt();
      if (format > BlockFormat.INCREMENTAL) {
        throw new LaterFormatException(file, format);
      }
      String sha256 = digest(content);
      if (format < BlockFormat.FULL || !sha256.equals(tree.path("sha256").asText())) {
        throw new DamagedException(file, "was changed: its checksum is wrong");
      }
      return new Read<>(MAPPER.treeToValue(content, type), format, sha256);
    } catch (JacksonException malformed) {
      throw new DamagedException(file, "is damaged: " + malformed.getOriginalMessage());
    }
  }

  /**
   * Whether there is a file of this kind, of whatever format and however damaged its content is,
   * and not one of another program with the same name.
   */
  public static boolean isThere(BackupStore store, String name) throws IOException {
    if (!store.list().containsKey(name)) {
      return false;
    }
    try (InputStream in = store.read(name)) {
      JsonNode tree = MAPPER.readTree(in.readAllBytes());
      return tree.path("format").isInt() && tree.path("sha256").isTextual() && tree.has("content");
    } catch (JacksonException otherOrDamaged) {
      return false;
    }
  }

  private static String digest(JsonNode content) throws IOException {
    MessageDigest digest = Sha256.digest();
    return HexFormat.of().formatHex(digest.digest(MAPPER.writeValueAsBytes(content)));
  }
}
