package io.quorate.cluster.codec;

import io.quorate.bytes.ByteReader;
import io.quorate.bytes.ByteWriter;
import io.quorate.cluster.Command.CreateJoinToken;
import io.quorate.cluster.JoinToken;
import io.quorate.cluster.JoinTokens;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Join tokens as bytes, by id; and that one is used. */
final class JoinTokensCodec {
  private JoinTokensCodec() {}

  static void write(ByteWriter out, JoinTokens tokens) {
    out.writeVarint(tokens.byId().size());
    tokens.byId().values().forEach(token -> write(out, token));
  }

  static JoinTokens read(ByteReader in) {
    SortedMap<String, JoinToken> tokens = new TreeMap<>();
    for (int left = in.readCount(); left > 0; left--) {
      JoinToken token = readToken(in);
      if (!tokens.isEmpty() && tokens.lastKey().compareTo(token.id()) >= 0) {
        throw in.malformed("join token '%s' out of order".formatted(token.id()));
      }
      tokens.put(token.id(), token);
    }
    return new JoinTokens(tokens);
  }

  private static void write(ByteWriter out, JoinToken token) {
    out.writeString(token.id());
    out.writeBytes(HexFormat.of().parseHex(token.hash()));
    out.writeVarint(token.expiresMillis());
    out.writeInt(token.usesLeft());
  }

  private static JoinToken readToken(ByteReader in) {
    return new JoinToken(
        in.readString(), HexFormat.of().formatHex(in.readBytes()), in.readVarint(), in.readInt());
  }

  static void write(ByteWriter out, CreateJoinToken create) {
    out.writeString(create.id());
    out.writeString(create.hash());
    out.writeFixed64(create.expiresMillis());
    out.writeInt(create.uses());
    out.writeFixed64(create.nowMillis());
  }

  static CreateJoinToken readCreation(ByteReader in) {
    return new CreateJoinToken(
        in.readString(), in.readString(), in.readFixed64(), in.readInt(), in.readFixed64());
  }

  static void write(ByteWriter out, JoinTokens.@Nullable Use use) {
    out.writeFlag(use != null);
    if (use != null) {
      out.writeString(use.id());
      out.writeFixed64(use.nowMillis());
    }
  }

  static JoinTokens.@Nullable Use readUse(ByteReader in) {
    return in.readFlag() ? new JoinTokens.Use(in.readString(), in.readFixed64()) : null;
  }
}
