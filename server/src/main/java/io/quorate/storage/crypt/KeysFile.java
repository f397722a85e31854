package io.quorate.storage.crypt;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.storage.StorageOpenException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;

/**
 * The keys of tenants in a file of the data directory, written as a whole and put in the place of
 * the one before. Lines of words: {@code quorate-keys 1} and the id of the master key that
 * encrypted the rest; for each tenant {@code tenant}, its number, since when its key encrypts (ms
 * since 1970), how many values that may have encrypted, {@code -}, and its keyset in base64; if
 * keys of tenants were forgotten, {@code forgotten} and their numbers ({@link ForgottenTenants});
 * at last {@code end} and a checksum (CRC-32C) of all lines before.
 *
 * <p>Builds before that line kept one for each such tenant: with the ids of its keys in place of
 * the first {@code -}, and {@code -} in place of a keyset. It is read as what it says of the
 * tenant.
 */
record KeysFile(Path path) {
  private static final String NAME = "keys";
  private static final String UNFINISHED = ".new";
  private static final String HEAD = "quorate-keys 1 ";
  private static final String TENANT = "tenant";
  private static final String FORGOTTEN = "forgotten";
  private static final String END = "end ";
  private static final String NOTHING = "-";
  private static final int WORDS = 6;

  /** What lies in the file. */
  record Contents(String masterKey, Map<Integer, TenantKeys> tenants, ForgottenTenants forgotten) {}

  static KeysFile in(Path directory) {
    return new KeysFile(directory.resolve(NAME));
  }

  /** Whether it is there, or that cannot be told: it must not be written over then. */
  boolean isThere() {
    return !Files.notExists(path);
  }

  /** Whether it has keys of a tenant, or had: by those alone has anything been encrypted. */
  boolean hasKeys() throws IOException {
    String text = Files.readString(path, ISO_8859_1);
    return text.contains("\n" + TENANT + " ") || text.contains("\n" + FORGOTTEN + " ");
  }

  /**
   * @throws KeysUnusableException if the master key is not among those given
   * @throws StorageOpenException if the file is damaged
   */
  Contents read(MasterKeys given) throws IOException {
    List<String> lines = lines();
    String master = lines.getFirst().substring(HEAD.length());
    MasterKey key = given.find(master);
    if (key == null) {
      throw new KeysUnusableException(
          ("values in data directory %s are encrypted under master key %s, and"
                  + " storage.master_key_file %s holds %s. Put that key into the file,"
                  + " below the one that is to be used from now on. If it is lost, the values of"
                  + " this node are: say `quorate cluster readmit NODE` and start the node with an"
                  + " empty directory; it is filled from the others.")
              .formatted(path.getParent(), master, given.source(), given.ids()));
    }
    Map<Integer, TenantKeys> tenants = new TreeMap<>();
    ForgottenTenants forgotten = ForgottenTenants.NONE;
    for (String line : lines.subList(1, lines.size())) {
      String[] words = line.split(" ", -1);
      try {
        if (words[0].equals(FORGOTTEN)) {
          forgotten = forgotten.with(ForgottenTenants.parse(words[1]));
          continue;
        }
        int tenant = Integer.parseInt(words[1]);
        if (!words[4].equals(NOTHING)) {
          forgotten = forgotten.with(IntStream.of(tenant));
        }
        if (!words[5].equals(NOTHING)) {
          tenants.put(tenant, keys(tenant, words, key));
        }
      } catch (GeneralSecurityException | IllegalArgumentException malformed) {
        throw damaged("keys of a tenant cannot be read");
      }
    }
    return new Contents(master, tenants, forgotten);
  }

  private static TenantKeys keys(int tenant, String[] words, MasterKey key)
      throws GeneralSecurityException {
    return TenantKeys.unwrap(
        tenant,
        Base64.getDecoder().decode(words[5]),
        key,
        Long.parseLong(words[2]),
        Long.parseLong(words[3]));
  }

  /** All lines but the last, which was found to be right. */
  private List<String> lines() throws IOException {
    String text = Files.readString(path, ISO_8859_1);
    int end = text.lastIndexOf(END);
    if (end <= 0 || !text.startsWith(HEAD)) {
      throw damaged("it does not begin and end as such a file does");
    }
    if (!text.substring(end).equals(END + checksum(text.substring(0, end)) + "\n")) {
      throw damaged("its checksum is wrong");
    }
    List<String> lines = text.substring(0, end).lines().toList();
    for (String line : lines.subList(1, lines.size())) {
      String[] words = line.split(" ", -1);
      boolean ofTenant = words.length == WORDS && words[0].equals(TENANT);
      if (!ofTenant && !(words.length == 2 && words[0].equals(FORGOTTEN))) {
        throw damaged("a line is not about the keys of a tenant");
      }
    }
    return lines;
  }

  private StorageOpenException damaged(String why) {
    return new StorageOpenException(
        ("file %s, without which no value of this node can be read, is damaged: %s. The values are"
                + " on other replicas too: say `quorate cluster readmit NODE` and start the node"
                + " with an empty directory; it is filled from the others.")
            .formatted(path, why));
  }

  /** Writes all keys, durably. After a failure the file is as it was before. */
  void write(Map<Integer, TenantKeys> tenants, ForgottenTenants forgotten, Wrapping wrapping)
      throws IOException {
    StringBuilder text = new StringBuilder(HEAD).append(wrapping.masterKey()).append('\n');
    for (Map.Entry<Integer, TenantKeys> each : new TreeMap<>(tenants).entrySet()) {
      text.append(line(each.getKey(), each.getValue(), wrapping)).append('\n');
    }
    if (!forgotten.isEmpty()) {
      text.append(FORGOTTEN).append(' ').append(forgotten).append('\n');
    }
    String checksum = checksum(text.toString());
    text.append(END).append(checksum).append('\n');
    Path unfinished = path.resolveSibling(path.getFileName() + UNFINISHED);
    try (SeekableByteChannel out =
        Files.newByteChannel(
            unfinished,
            Set.of(
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING))) {
      ByteBuffer bytes = UTF_8.encode(text.toString());
      while (bytes.hasRemaining()) {
        int unused = out.write(bytes);
      }
    }
    try (FileChannel file = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
      file.force(true);
    }
    Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel entries = FileChannel.open(path.resolveSibling(""))) {
      entries.force(true);
    }
  }

  private static String line(int tenant, TenantKeys keys, Wrapping wrapping) {
    return String.join(
        " ",
        TENANT,
        Integer.toString(tenant),
        Long.toString(keys.sinceMillis()),
        Long.toString(keys.sealedMax()),
        NOTHING,
        keys.keyset() == null ? NOTHING : wrapping.wrapped(tenant, keys.keyset()));
  }

  private static String checksum(String text) {
    CRC32C crc = new CRC32C();
    crc.update(text.getBytes(UTF_8));
    return HexFormat.of().toHexDigits((int) crc.getValue());
  }
}
