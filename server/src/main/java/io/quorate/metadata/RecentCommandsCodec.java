package io.quorate.metadata;

import io.quorate.bytes.ByteReader;
import io.quorate.bytes.ByteWriter;
import io.quorate.cluster.RefusalKind;
import io.quorate.cluster.RequestKey;
import io.quorate.metadata.CommandOutcome.Accepted;
import io.quorate.metadata.CommandOutcome.Decided;
import io.quorate.metadata.CommandOutcome.Rejected;
import io.quorate.metadata.RememberedRequests.Remembered;
import io.quorate.model.NodeId;
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

  /** Whose it is (16), and what was decided: 1, the kind, the length of the reason (4). */
  private static final int DECISION_BYTES_MIN = 2 * Long.BYTES + 2 + Integer.BYTES;

  private RecentCommandsCodec() {}

  static void write(ByteWriter out, RecentCommands recent, RememberedRequests requests) {
    out.writeFixed32(recent.all().size());
    for (var each : recent.all().entrySet()) {
      out.writeFixed64(each.getKey().origin().value());
      out.writeFixed64(each.getKey().number());
      write(out, each.getValue());
    }
    out.writeFixed32(requests.all().size());
    for (var each : requests.all().entrySet()) {
      out.writeFixed64(each.getKey().high());
      out.writeFixed64(each.getKey().low());
      out.writeFixed64(each.getValue().content());
      out.writeFixed64(each.getValue().index());
      write(out, each.getValue().decision());
    }
  }

  private static void write(ByteWriter out, Decided decision) {
    switch (decision) {
      case Accepted accepted -> {
        out.writeByte(ACCEPTED);
        out.writeFixed64(accepted.changeId());
        out.writeFixed32(accepted.warnings().size());
        accepted.warnings().forEach(out::writeFixedString);
      }
      case Rejected rejected -> {
        out.writeByte(REJECTED);
        out.writeByte(RefusalKindCodec.toByte(rejected.kind()));
        out.writeFixedString(rejected.reason());
      }
    }
  }

  /** Reads the decisions about commands that {@link #write} wrote, and leaves the rest. */
  static RecentCommands read(ByteReader in) {
    RecentCommands recent = new RecentCommands();
    for (int left = count(in, RecentCommands.KEPT); left > 0; left--) {
      CommandId id = new CommandId(new NodeId(in.readFixed64()), in.readFixed64());
      recent.keep(id, decision(in));
    }
    return recent;
  }

  /** Reads the decisions about requests that {@link #write} wrote, and leaves the rest. */
  static RememberedRequests readRequests(ByteReader in) {
    RememberedRequests requests = new RememberedRequests();
    for (int left = count(in, RememberedRequests.KEPT); left > 0; left--) {
      RequestKey request = new RequestKey(in.readFixed64(), in.readFixed64());
      requests.keep(request, new Remembered(in.readFixed64(), in.readFixed64(), decision(in)));
    }
    return requests;
  }

  private static Decided decision(ByteReader in) {
    int kind = in.readByte();
    return switch (kind) {
      case ACCEPTED -> {
        long changeId = in.readFixed64();
        List<String> warnings = new ArrayList<>();
        for (int left = in.readFixedCount(Integer.BYTES); left > 0; left--) {
          warnings.add(in.readFixedString());
        }
        yield new Accepted(warnings, changeId);
      }
      case REJECTED -> {
        RefusalKind refusal = RefusalKindCodec.read(in);
        yield new Rejected(refusal, in.readFixedString());
      }
      default -> throw in.malformed("unknown kind of decision " + kind);
    };
  }

  private static int count(ByteReader in, int most) {
    int count = in.readFixedCount(DECISION_BYTES_MIN);
    if (count > most) {
      throw in.malformed("%d decisions, where at most %d are kept".formatted(count, most));
    }
    return count;
  }
}
