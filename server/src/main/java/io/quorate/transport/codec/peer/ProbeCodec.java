package io.quorate.transport.codec.peer;

import static io.quorate.transport.codec.peer.PeerFields.*;

import com.google.protobuf.CodedInputStream;
import io.quorate.model.Key;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.Offered;
import io.quorate.replication.message.ReplicaMessage.Probe;
import io.quorate.replication.message.ReplicaMessage.ProbeOutcome;
import io.quorate.replication.message.ReplicaMessage.ProbeReply;
import io.quorate.replication.message.ReplicaMessage.Probed;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.StaleEpoch;
import io.quorate.transport.codec.NotUnderstoodException;
import io.quorate.transport.codec.VersionCodec;
import io.quorate.transport.codec.Wire;
import io.quorate.transport.codec.WireWriter;
import io.quorate.version.Version;
import java.io.IOException;

/** The question whether the version of a write is high enough, and its answer. */
final class ProbeCodec {
  private static final int DELIMITED = 2;
  private static final int FIXED64 = 1;
  private static final byte[] NO_BYTES = {};

  private ProbeCodec() {}

  /** About how long a question gets, beside what all messages have. */
  static int bytesMax(Probe probe) {
    return probe.key().bytes().length + VersionCodec.BYTES_MAX;
  }

  static void write(WireWriter out, Probe probe) {
    PeerMessageWriter.address(out, probe, probe.key().tenant());
    out.bytes(KEY, probe.key().bytes());
    VersionCodec.write(out, PROBE_VERSION_VERSION, probe.version());
    out.bool(PROBE_VERSION_RETRY, probe.retry());
    out.uint32(TIMEOUT_MS, probe.timeoutMillis());
  }

  static ReplicaMessage probe(CodedInputStream in) throws IOException {
    int outer = Wire.enter(in);
    RequestHead head = new RequestHead();
    byte[] key = NO_BYTES;
    Version version = null;
    boolean retry = false;
    int timeoutMillis = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case KEY << 3 | DELIMITED -> key = in.readByteArray();
        case PROBE_VERSION_VERSION << 3 | DELIMITED -> version = VersionCodec.read(in);
        case PROBE_VERSION_RETRY << 3 -> retry = in.readBool();
        case TIMEOUT_MS << 3 -> timeoutMillis = in.readUInt32();
        default -> head.readOrSkip(tag, in);
      }
    }
    Wire.leave(in, outer);
    return new Probe(
        head.id(),
        head.partition(),
        head.epoch(),
        new Key(head.tenant(), key),
        Wire.understood(version, "a ProbeVersion without version"),
        retry,
        timeoutMillis);
  }

  static void write(WireWriter out, ProbeReply reply) {
    out.fixed64(ID, reply.id());
    out.fixed64(HLC, reply.hlc());
    switch (reply.outcome()) {
      case Probed probed -> {
        long mark = out.begin(PROBE_REPLY_PROBED, VersionCodec.BYTES_MAX + 20);
        if (probed.held() != null) {
          VersionCodec.write(out, PROBED_HELD, probed.held());
        }
        out.fixed64(PROBED_PROMISED, probed.promised());
        out.varint(
            PROBED_OFFERED,
            switch (probed.offered()) {
              case NEVER -> OFFERED_NEVER;
              case ONCE -> OFFERED_ONCE;
              case FORGOTTEN -> OFFERED_FORGOTTEN;
            });
        out.end(mark);
      }
      case StaleEpoch stale -> PeerMessageWriter.staleEpoch(out, PROBE_REPLY_STALE_EPOCH, stale);
      case Refused refused -> out.presentString(PROBE_REPLY_REFUSED, refused.reason());
    }
  }

  static ReplicaMessage probeReply(CodedInputStream in) throws IOException {
    int outer = Wire.enter(in);
    long id = 0;
    long hlc = 0;
    ProbeOutcome outcome = null;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case ID << 3 | FIXED64 -> id = in.readFixed64();
        case HLC << 3 | FIXED64 -> hlc = in.readFixed64();
        case PROBE_REPLY_PROBED << 3 | DELIMITED -> outcome = probed(in);
        case PROBE_REPLY_STALE_EPOCH << 3 | DELIMITED -> outcome = PeerMessageReader.staleEpoch(in);
        case PROBE_REPLY_REFUSED << 3 | DELIMITED ->
            outcome = new Refused(in.readStringRequireUtf8());
        default -> Wire.skip(in, tag);
      }
    }
    Wire.leave(in, outer);
    return new ProbeReply(id, hlc, Wire.understood(outcome, "a ProbeReply without outcome"));
  }

  private static Probed probed(CodedInputStream in) throws IOException {
    int outer = Wire.enter(in);
    Version held = null;
    long promised = 0;
    int offered = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case PROBED_HELD << 3 | DELIMITED -> held = VersionCodec.read(in);
        case PROBED_PROMISED << 3 | FIXED64 -> promised = in.readFixed64();
        case PROBED_OFFERED << 3 -> offered = in.readInt32();
        default -> Wire.skip(in, tag);
      }
    }
    Wire.leave(in, outer);
    return new Probed(held, promised, offered(offered));
  }

  private static Offered offered(int number) throws NotUnderstoodException {
    return switch (number) {
      case OFFERED_NEVER -> Offered.NEVER;
      case OFFERED_ONCE -> Offered.ONCE;
      case OFFERED_FORGOTTEN -> Offered.FORGOTTEN;
      default -> throw new NotUnderstoodException("a version that was offered " + number);
    };
  }
}
