package io.quorate.client.internal.net;

import io.quorate.client.internal.net.Trouble.Amiss;
import java.security.cert.CertificateException;

/**
 * Why this client does not accept a node's certificate. Its message is for people, and goes on
 * after the node's address: {@code a.example:7401: its certificate expired ...}.
 */
final class CertificateRefusedException extends CertificateException {
  private static final long serialVersionUID = 1;

  private final Amiss amiss;

  CertificateRefusedException(String message, Amiss amiss, Throwable cause) {
    super(message, cause);
    this.amiss = amiss;
  }

  Amiss amiss() {
    return amiss;
  }
}
