package io.quorate.node.config;

/** The words for {@link io.quorate.transport.tls.ClientCertificates}. */
public enum ClientCertificatesChoice {
  OPTIONAL,
  REQUIRED
}
