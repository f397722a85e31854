package io.quorate.metadata;

import io.quorate.cluster.RefusalKind;
import io.quorate.cluster.RequestKey;
import io.quorate.cluster.codec.MalformedBytesException;
import io.quorate.metadata.CommandOutcome.Accepted;
import io.quorate.metadata.CommandOutcome.Decided;
import io.quorate.metadata.CommandOutcome.Rejected;
import io.quorate.metadata.RememberedRequests.Remembered;
import io.quorate.model.NodeId;
import java.io.ByteArrayOutputStream;
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
 * Decisions about recent commands, and about requests of operators, as bytes: their number (4
 * bytes), and each: origin and number (16), or the request, its content and where it was decided
 * (32); and 1 with the kind (1) and the reason, if it was rejected; or 0, the id of the change (8),
 * the number of warnings (4) and these. A sentence is its length (4) and UTF-8.
 */
final class RecentCommandsCodec {
  private static final int ACCEPTED = 0;
  private static final int REJECTED = 1;

  private RecentCommandsCodec() {}

  static byte[] encode(RecentCommands recent, RememberedRequests requests) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(recent.all().size());
      for (var each : recent.all().entrySet()) {
        out.writeLong(each.getKey().origin().value());
        out.writeLong(each.getKey().number());
        write(out, each.getValue());
      }
      out.writeInt(requests.all().size());
      for (var each : requests.all().entrySet()) {
        out.writeLong(each.getKey().high());
        out.writeLong(each.getKey().low());
        out.writeLong(each.getValue().content());
        out.writeLong(each.getValue().index());
        write(out, each.getValue().decision());
      }
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }

  private static void write(DataOutputStream out, Decided decision) throws IOException {
    switch (decision) {
      case Accepted accepted -> {
        out.writeByte(ACCEPTED);
        out.writeLong(accepted.changeId());
        out.writeInt(accepted.warnings().size());
        for (String warning : accepted.warnings()) {
          write(out, warning);
        }
      }
      case Rejected rejected -> {
        out.writeByte(REJECTED);
        out.writeByte(RefusalKindCodec.toByte(rejected.kind()));
        write(out, rejected.reason());
      }
    }
  }

  private static void write(DataOutputStream out, String sentence) throws IOException {
    byte[] utf8 = sentence.getBytes(StandardCharsets.UTF_8);
    out.writeInt(utf8.length);
    out.write(utf8);
  }

  /**
   * Reads the decisions about commands that {@link #encode} wrote, and leaves the rest.
   *
   * @throws MalformedBytesException if they are anything else
   */
  static RecentCommands read(ByteBuffer in) {
    RecentCommands recent = new RecentCommands();
    try {
      for (int left = count(in, RecentCommands.KEPT); left > 0; left--) {
        CommandId id = new CommandId(new NodeId(in.getLong()), in.getLong());
        recent.keep(id, decision(in));
      }
    } catch (BufferUnderflowException cut) {
      throw malformed("it ends too early");
    }
    return recent;
  }

  /**
   * Reads the decisions about requests that {@link #encode} wrote, and leaves the rest.
   *
   * @throws MalformedBytesException if they are anything else
   */
  static RememberedRequests readRequests(ByteBuffer in) {
    RememberedRequests requests = new RememberedRequests();
    try {
      for (int left = count(in, RememberedRequests.KEPT); left > 0; left--) {
        RequestKey request = new RequestKey(in.getLong(), in.getLong());
        requests.keep(request, new Remembered(in.getLong(), in.getLong(), decision(in)));
      }
    } catch (BufferUnderflowException cut) {
      throw malformed("it ends too early");
    }
    return requests;
  }

  private static Decided decision(ByteBuffer in) {
    int kind = in.get();
    return switch (kind) {
      case ACCEPTED -> {
        long changeId = in.getLong();
        yield new Accepted(sentences(in), changeId);
      }
      case REJECTED -> {
        RefusalKind refusal = RefusalKindCodec.ofByte(in.get());
        yield new Rejected(refusal, sentence(in));
      }
      default -> throw malformed("unknown kind of decision " + kind);
    };
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

  private static MalformedBytesException malformed(String why) {
    return new MalformedBytesException("metadata is malformed: " + why);
  }
}
