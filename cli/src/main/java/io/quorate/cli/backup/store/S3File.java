package io.quorate.cli.backup.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.NoSuchFileException;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * An object while it is written, by one thread. It is sent in parts as they fill, so that only one
 * is in memory, and is there when all of them are put together; a small one is sent at once.
 */
final class S3File implements BackupStore.NewFile {
  /** S3 takes 5 MiB to 5 GiB a part, but for the last. */
  static final int PART_BYTES = 8 << 20;

  private static final int FIRST_BYTES = 64 << 10;

  private final S3Bucket bucket;
  private final S3Address object;
  private final OnPart onPart;
  private final List<CompletedPart> sent = new ArrayList<>();
  private final MessageDigest digest = sha256();

  /** Grows to the size of a part: most files are much smaller. */
  private byte[] part = new byte[FIRST_BYTES];

  private int filled;

  /** Of the upload, once a part was sent, until it has ended. */
  private @Nullable String upload;

  /** Told before something is sent. */
  interface OnPart {
    void run() throws IOException;
  }

  S3File(S3Bucket bucket, S3Address object, OnPart onPart) {
    this.bucket = bucket;
    this.object = object;
    this.onPart = onPart;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    digest.update(bytes, offset, length);
    int written = 0;
    while (written < length) {
      if (filled == PART_BYTES) {
        send();
      }
      int some = Math.min(length - written, PART_BYTES - filled);
      if (some > part.length - filled) {
        int room = Math.max(filled + some, 2 * part.length);
        part = Arrays.copyOf(part, Math.min(room, PART_BYTES));
      }
      System.arraycopy(bytes, offset + written, part, filled, some);
      filled += some;
      written += some;
    }
  }

  private String send() throws IOException {
    onPart.run();
    String id = upload;
    if (id == null) {
      id = bucket.begin(object);
      upload = id;
    }
    sent.add(bucket.send(object, id, sent.size() + 1, part, filled));
    filled = 0;
    return id;
  }

  @Override
  public void commit() throws IOException {
    if (upload == null) {
      onPart.run();
      bucket.put(object, part, filled);
      return;
    }
    if (!bucket.complete(object, send(), sent) && !isThere()) {
      throw new IOException(
          object
              + ": was not finished, as its upload has ended: by another run that works on this"
              + " backup, or by a rule of the bucket for uploads that are not complete");
    }
    upload = null;
  }

  /** Whether the object is what was written. Reads all of it: names alone say little. */
  private boolean isThere() throws IOException {
    MessageDigest found = sha256();
    try (InputStream in =
        new DigestInputStream(new S3Input(bucket, object, 0, S3Input.PART_BYTES), found)) {
      in.transferTo(OutputStream.nullOutputStream());
    } catch (NoSuchFileException none) {
      return false;
    }
    return MessageDigest.isEqual(found.digest(), digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException none) {
      throw new IllegalStateException("this Java has no SHA-256", none);
    }
  }

  @Override
  public void close() throws IOException {
    String begun = upload;
    if (begun != null) {
      upload = null;
      bucket.abort(object, begun);
    }
  }
}
