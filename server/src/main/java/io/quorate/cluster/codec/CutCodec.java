package io.quorate.cluster.codec;

import io.quorate.bytes.ByteReader;
import io.quorate.bytes.ByteWriter;
import io.quorate.cluster.Command;
import io.quorate.cluster.Command.BeginCut;
import io.quorate.cluster.Command.BeginPastCut;
import io.quorate.cluster.Command.CloseCut;
import io.quorate.cluster.Command.EndCut;
import io.quorate.cluster.Command.RearmCut;
import io.quorate.cluster.Command.SealCut;
import io.quorate.model.NodeId;
import io.quorate.placement.Cut;
import io.quorate.placement.Cut.Cause;
import io.quorate.placement.Cut.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A cut, and the commands that are its steps, as bytes. Replicas of each partition are told by
 * their place among all that are named: the nodes first, each once and in order, then the number of
 * partitions, and of each how many places follow, ascending.
 */
final class CutCodec {
  static final int BEGIN_CUT = 66;
  static final int REARM_CUT = 67;
  static final int CLOSE_CUT = 68;
  static final int SEAL_CUT = 69;
  static final int END_CUT = 70;
  static final int BEGIN_PAST_CUT = 71;
  static final int END_CUT_BEFORE_HISTORY = 72;

  private static final int ARMED = 1;
  private static final int CLOSED = 2;
  private static final int SEALED = 3;
  private static final int ENDED = 4;

  /** Added to the step of a cut of the past. */
  private static final int PAST = 4;

  /** The step of a cut of the past that ended with {@link Cause#BEFORE_HISTORY}. */
  private static final int ENDED_BEFORE_HISTORY = 9;

  private CutCodec() {}

  /** The last part of a state, and of one in which no cut ever was, none at all. */
  static void writeIfAny(ByteWriter out, Cut cut) {
    if (cut.equals(Cut.NONE)) {
      return;
    }
    out.writeVarint(cut.id());
    out.writeFixed64(cut.time());
    int step =
        switch (cut.step()) {
          case ARMED -> ARMED;
          case CLOSED -> CLOSED;
          case SEALED -> SEALED;
          case ENDED -> ENDED;
        };
    out.writeByte(
        switch (cut.cause()) {
          case OTHER -> cut.past() ? PAST + step : step;
          case BEFORE_HISTORY -> ENDED_BEFORE_HISTORY;
        });
    out.writeVarint(cut.tenants().size());
    cut.tenants().forEach(out::writeInt);
    writeCounted(out, cut.counted());
    out.writeFixed64(cut.floor());
    out.writeString(cut.reason());
  }

  static Cut readIfAny(ByteReader in) {
    if (in.remaining() < 2 * Long.BYTES) {
      in.expectEnd(); // a cut is longer
      return Cut.NONE;
    }
    long id = in.readVarint();
    long time = in.readFixed64();
    int told = in.readByte();
    Cause cause = told == ENDED_BEFORE_HISTORY ? Cause.BEFORE_HISTORY : Cause.OTHER;
    int step = cause == Cause.OTHER ? told : PAST + ENDED;
    boolean past = step > PAST;
    Cut cut =
        new Cut(
            id,
            time,
            step(in, past ? step - PAST : step),
            past,
            readTenants(in),
            readCounted(in),
            in.readFixed64(),
            cause,
            in.readString());
    if (cut.equals(Cut.NONE)) {
      throw in.malformed("a cut that never was");
    }
    return cut;
  }

  private static Step step(ByteReader in, int step) {
    return switch (step) {
      case ARMED -> Step.ARMED;
      case CLOSED -> Step.CLOSED;
      case SEALED -> Step.SEALED;
      case ENDED -> Step.ENDED;
      default -> throw in.malformed("unknown step of a cut " + step);
    };
  }

  private static SortedSet<Integer> readTenants(ByteReader in) {
    SortedSet<Integer> tenants = new TreeSet<>();
    for (int left = in.readCount(); left > 0; left--) {
      int tenant = in.readInt();
      if (!tenants.isEmpty() && tenants.last() >= tenant) {
        throw in.malformed("tenant %d out of order".formatted(tenant));
      }
      tenants.add(tenant);
    }
    return tenants;
  }

  static void write(ByteWriter out, BeginCut begin) {
    out.writeByte(BEGIN_CUT);
    writeBegin(out, begin.tenants(), begin.time());
  }

  static void write(ByteWriter out, BeginPastCut begin) {
    out.writeByte(BEGIN_PAST_CUT);
    writeBegin(out, begin.tenants(), begin.time());
  }

  private static void writeBegin(ByteWriter out, SortedSet<String> tenants, long time) {
    out.writeVarint(tenants.size());
    tenants.forEach(out::writeString);
    out.writeFixed64(time);
  }

  static void write(ByteWriter out, RearmCut rearm) {
    out.writeByte(REARM_CUT);
    out.writeVarint(rearm.id());
    out.writeFixed64(rearm.time());
  }

  static void write(ByteWriter out, CloseCut close) {
    out.writeByte(CLOSE_CUT);
    out.writeVarint(close.id());
  }

  static void write(ByteWriter out, SealCut seal) {
    out.writeByte(SEAL_CUT);
    out.writeVarint(seal.id());
    writeCounted(out, seal.counted());
  }

  static void write(ByteWriter out, EndCut end) {
    out.writeByte(
        switch (end.cause()) {
          case OTHER -> END_CUT;
          case BEFORE_HISTORY -> END_CUT_BEFORE_HISTORY;
        });
    out.writeVarint(end.id());
    out.writeString(end.reason());
  }

  static Command read(ByteReader in, int kind) {
    return switch (kind) {
      case BEGIN_CUT -> new BeginCut(readNames(in), in.readFixed64());
      case BEGIN_PAST_CUT -> new BeginPastCut(readNames(in), in.readFixed64());
      case REARM_CUT -> new RearmCut(in.readVarint(), in.readFixed64());
      case CLOSE_CUT -> new CloseCut(in.readVarint());
      case SEAL_CUT -> new SealCut(in.readVarint(), readCounted(in));
      case END_CUT -> new EndCut(in.readVarint(), in.readString());
      case END_CUT_BEFORE_HISTORY ->
          new EndCut(in.readVarint(), Cause.BEFORE_HISTORY, in.readString());
      default -> throw in.malformed("unknown step of a cut " + kind);
    };
  }

  private static SortedSet<String> readNames(ByteReader in) {
    SortedSet<String> tenants = new TreeSet<>();
    for (int left = in.readCount(); left > 0; left--) {
      String tenant = in.readString();
      if (!tenants.isEmpty() && tenants.last().compareTo(tenant) >= 0) {
        throw in.malformed("tenant '%s' out of order".formatted(tenant));
      }
      tenants.add(tenant);
    }
    return tenants;
  }

  private static void writeCounted(ByteWriter out, List<SortedSet<NodeId>> counted) {
    TreeSet<NodeId> nodes = new TreeSet<>();
    counted.forEach(nodes::addAll);
    NodeIds.write(out, nodes);
    Map<NodeId, Integer> places = new HashMap<>();
    nodes.forEach(node -> places.put(node, places.size()));
    out.writeVarint(counted.size());
    for (SortedSet<NodeId> each : counted) {
      out.writeVarint(each.size());
      each.forEach(node -> out.writeVarint(places.getOrDefault(node, 0)));
    }
  }

  private static List<SortedSet<NodeId>> readCounted(ByteReader in) {
    List<NodeId> nodes = List.copyOf(NodeIds.read(in));
    SortedSet<NodeId> named = new TreeSet<>();
    List<SortedSet<NodeId>> counted = new ArrayList<>();
    for (int left = in.readCount(); left > 0; left--) {
      SortedSet<NodeId> each = new TreeSet<>();
      for (int more = in.readCount(); more > 0; more--) {
        NodeId node = nodes.get(in.readInt(nodes.size() - 1));
        if (!each.isEmpty() && each.last().compareTo(node) >= 0) {
          throw in.malformed("node %s out of order".formatted(node));
        }
        each.add(node);
      }
      named.addAll(each);
      counted.add(each);
    }
    if (named.size() < nodes.size()) {
      throw in.malformed("nodes of which no image counts");
    }
    return counted;
  }
}
