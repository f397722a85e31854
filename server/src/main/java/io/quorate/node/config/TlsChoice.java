package io.quorate.node.config;

/** The words for {@link io.quorate.transport.tls.TlsMode}. */
public enum TlsChoice {
  OFF,
  ALLOW,
  PREFER,
  REQUIRE
}
