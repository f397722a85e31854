package io.quorate.transport.tls;

import java.io.IOException;
import java.util.Set;

/**
 * Files of certificates or keys that cannot be used; the message says which, why, and what to do.
 */
public final class TlsFilesException extends IOException {
  private static final long serialVersionUID = 1;

  /** Those at fault. */
  private final transient Set<TlsFile> files;

  TlsFilesException(Set<TlsFile> files, String message) {
    super(message);
    this.files = Set.copyOf(files);
  }

  TlsFilesException(Set<TlsFile> files, String message, Throwable cause) {
    super(message, cause);
    this.files = Set.copyOf(files);
  }

  /** Returns the files that are at fault, alone or since they do not fit each other. */
  public Set<TlsFile> files() {
    return files;
  }
}
