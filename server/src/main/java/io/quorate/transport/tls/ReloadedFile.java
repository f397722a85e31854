package io.quorate.transport.tls;

import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What came of one file when a node read its files again.
 *
 * @param ends when what the node uses now of this file ceases to be valid, or, of lists of revoked
 *     certificates, is to be replaced; null if it has no end
 * @param why it was refused; null if it was not
 */
public record ReloadedFile(
    TlsFile file, Path path, Result result, @Nullable Instant ends, @Nullable String why) {
  /** What a node did with a file. */
  public enum Result {
    /** It says what the node has been using. */
    UNCHANGED,
    /** It says something else, which the node uses from now on. */
    TAKEN,
    /** It cannot be used; the node goes on with what it had. */
    REFUSED,
    /**
     * Another file was refused; the node goes on with what it had, since files are taken together.
     */
    HELD_BACK
  }
}
