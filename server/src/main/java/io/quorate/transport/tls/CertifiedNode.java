package io.quorate.transport.tls;

import io.quorate.model.ClusterId;
import io.quorate.model.NodeId;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A node that a certificate is for, and for no other: {@code quorate://CLUSTER/node/NODE}. */
record CertifiedNode(ClusterId cluster, NodeId node) {
  static final String SCHEME = "quorate://";
  private static final Pattern FORM =
      Pattern.compile("quorate://([0-9a-f]{16})/node/([0-9a-f]{16})");

  /** Reads the URI; null if it does not name a node. */
  static @Nullable CertifiedNode parse(String uri) {
    Matcher parts = FORM.matcher(uri);
    return parts.matches()
        ? new CertifiedNode(
            new ClusterId(HexFormat.fromHexDigitsToLong(parts.group(1))),
            new NodeId(HexFormat.fromHexDigitsToLong(parts.group(2))))
        : null;
  }

  @Override
  public String toString() {
    return SCHEME + cluster + "/node/" + node;
  }
}
