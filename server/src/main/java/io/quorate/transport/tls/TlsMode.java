package io.quorate.transport.tls;

/**
 * Which connections a node takes, and which it makes. A cluster goes from the first mode to the
 * last, or back, one step at a time on all nodes, and is served meanwhile.
 */
public enum TlsMode {
  /** Plaintext both ways. */
  OFF(true, false),
  /** Takes both, and connects to other nodes without TLS. */
  ALLOW(true, false),
  /** Takes both, and connects to other nodes with TLS. */
  PREFER(true, true),
  /** TLS both ways. */
  REQUIRE(false, true);

  private final boolean takesPlaintext;
  private final boolean connectsWithTls;

  TlsMode(boolean takesPlaintext, boolean connectsWithTls) {
    this.takesPlaintext = takesPlaintext;
    this.connectsWithTls = connectsWithTls;
  }

  /** Whether it takes connections without TLS. */
  boolean takesPlaintext() {
    return takesPlaintext;
  }

  /** Whether it connects to other nodes with TLS. */
  boolean connectsWithTls() {
    return connectsWithTls;
  }
}
