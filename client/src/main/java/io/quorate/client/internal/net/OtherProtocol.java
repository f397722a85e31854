package io.quorate.client.internal.net;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What listens at an endpoint and is no Quorate node, by the first bytes that it sent. */
final class OtherProtocol {
  /** How gRPC tells of the first bytes, of which it expected others. */
  private static final Pattern FIRST_BYTES =
      Pattern.compile("Hex dump for first \\d+ bytes: ((?:[0-9a-f]{2})+)");

  private static final String HTTP_1 = "HTTP/";

  private OtherProtocol() {}

  /**
   * @param detail what gRPC says of the connection
   */
  static Trouble trouble(String detail) {
    Matcher dump = FIRST_BYTES.matcher(detail);
    String first =
        dump.find()
            ? new String(HexFormat.of().parseHex(dump.group(1)), StandardCharsets.ISO_8859_1)
            : "";
    if (first.startsWith(HTTP_1)) {
      return new Trouble(
          "answers in HTTP/1, as the port of http.listen of a node does, and no gRPC: give the port"
              + " of node.address",
          true);
    }
    boolean text = !first.isEmpty() && first.chars().allMatch(each -> each >= ' ' && each < 0x7f);
    return new Trouble(
        "speaks another protocol than gRPC ("
            + (text ? "it begins with '" + first + "'" : detail)
            + ")",
        true);
  }
}
