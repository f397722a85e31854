package io.quorate.transport.tls;

import java.io.IOException;

/**
 * Files of certificates or keys that cannot be used; the message says which, why, and what to do.
 */
public final class TlsFilesException extends IOException {
  private static final long serialVersionUID = 1;

  TlsFilesException(String message) {
    super(message);
  }

  TlsFilesException(String message, Throwable cause) {
    super(message, cause);
  }
}
