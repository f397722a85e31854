package io.quorate.metadata;

import io.quorate.cluster.codec.MalformedBytesException;
import io.quorate.metadata.CommandOutcome.Accepted;
import io.quorate.metadata.CommandOutcome.Rejected;
import io.quorate.model.NodeId;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Decisions about recent commands as bytes: their number (4 bytes), and each: origin (8), number
 * (8), and 1 with the reason, if it was rejected; or 0, the number of warnings (4) and these. A
 * sentence is its length (4) and UTF-8.
 */
final class RecentCommandsCodec {
  private static final int ACCEPTED = 0;
  private static final int REJECTED = 1;

  private RecentCommandsCodec() {}

  static byte[] encode(RecentCommands recent) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(recent.all().size());
      for (var each : recent.all().entrySet()) {
        out.writeLong(each.getKey().origin().value());
        out.writeLong(each.getKey().number());
        switch (each.getValue()) {
          case Accepted accepted -> {
            out.writeByte(ACCEPTED);
            out.writeInt(accepted.warnings().size());
            for (String warning : accepted.warnings()) {
              write(out, warning);
            }
          }
          case Rejected rejected -> {
            out.writeByte(REJECTED);
            write(out, rejected.reason());
          }
        }
      }
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }

  private static void write(DataOutputStream out, String sentence) throws IOException {
    byte[] utf8 = sentence.getBytes(StandardCharsets.UTF_8);
    out.writeInt(utf8.length);
    out.write(utf8);
  }

  /**
   * Reads what {@link #encode} wrote, and leaves the rest of the bytes.
   *
   * @throws MalformedBytesException if they are anything else
   */
  static RecentCommands read(ByteBuffer in) {
    RecentCommands recent = new RecentCommands();
    try {
      for (int left = count(in, RecentCommands.KEPT); left > 0; left--) {
        CommandId id = new CommandId(new NodeId(in.getLong()), in.getLong());
        int kind = in.get();
        recent.keep(
            id,
            switch (kind) {
              case ACCEPTED -> new Accepted(sentences(in));
              case REJECTED -> new Rejected(sentence(in));
              default -> throw malformed("unknown kind of decision " + kind);
            });
      }
    } catch (BufferUnderflowException cut) {
      throw malformed("it ends too early");
    }
    return recent;
  }

  private static List<String> sentences(ByteBuffer in) {
    List<String> sentences = new ArrayList<>();
    for (int left = count(in, in.remaining()); left > 0; left--) {
      sentences.add(sentence(in));
    }
    return sentences;
  }

  private static String sentence(ByteBuffer in) {
    int length = count(in, in.remaining());
    if (length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    ByteBuffer utf8 = in.slice(in.position(), length);
    in.position(in.position() + length);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
    } catch (CharacterCodingException notText) {
      throw malformed("a sentence that is not UTF-8");
    }
  }

  private static int count(ByteBuffer in, int most) {
    int count = in.getInt();
    if (count < 0 || count > most) {
      throw malformed("%d elements, where at most %d fit".formatted(count, most));
    }
    return count;
  }

  /**
   * Reads what versions before wrote, which told the number of warnings in one byte: -1 for a
   * rejection, and above 127 a negative one by mistake.
   *
   * @throws MalformedBytesException if the bytes are anything else
   */
  static RecentCommands readFormer(DataInputStream in) {
    RecentCommands recent = new RecentCommands();
    try {
      for (int left = in.readInt(); left > 0; left--) {
        CommandId id = new CommandId(new NodeId(in.readLong()), in.readLong());
        int warnings = in.readByte();
        if (warnings == -1) {
          var unused = recent.add(id, new Rejected(in.readUTF()));
        } else {
          List<String> sentences = new ArrayList<>();
          for (int i = 0; i < (warnings & 0xFF); i++) {
            sentences.add(in.readUTF());
          }
          var unused = recent.add(id, new Accepted(sentences));
        }
      }
    } catch (IOException damaged) {
      throw malformed("decisions in the format of former versions end too early, or are no text");
    }
    return recent;
  }

  private static MalformedBytesException malformed(String why) {
    return new MalformedBytesException("metadata is malformed: " + why);
  }
}
