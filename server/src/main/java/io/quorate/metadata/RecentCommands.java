package io.quorate.metadata;

import io.quorate.metadata.CommandOutcome.Accepted;
import io.quorate.metadata.CommandOutcome.Decided;
import io.quorate.metadata.CommandOutcome.Rejected;
import io.quorate.model.NodeId;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was decided about the newest commands, oldest first: part of the replicated state, equal on
 * every node at equal index. A retry that comes after more than {@link #KEPT} other commands is
 * folded in again, which is harmless where a command says what shall be.
 */
final class RecentCommands {
  static final int KEPT = 256;

  private final Map<CommandId, Decided> decisions = new LinkedHashMap<>();

  @Nullable Decided decision(CommandId id) {
    return decisions.get(id);
  }

  void add(CommandId id, Decided decision) {
    decisions.put(id, decision);
    if (decisions.size() > KEPT) {
      var oldest = decisions.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  void writeTo(DataOutputStream out) throws IOException {
    out.writeInt(decisions.size());
    for (Map.Entry<CommandId, Decided> each : decisions.entrySet()) {
      out.writeLong(each.getKey().origin().value());
      out.writeLong(each.getKey().number());
      switch (each.getValue()) {
        case Accepted accepted -> {
          out.writeByte(accepted.warnings().size());
          for (String warning : accepted.warnings()) {
            out.writeUTF(warning);
          }
        }
        case Rejected rejected -> {
          out.writeByte(-1);
          out.writeUTF(rejected.reason());
        }
      }
    }
  }

  static RecentCommands readFrom(DataInputStream in) throws IOException {
    RecentCommands recent = new RecentCommands();
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      CommandId id = new CommandId(new NodeId(in.readLong()), in.readLong());
      int warnings = in.readByte();
      if (warnings < 0) {
        recent.add(id, new Rejected(in.readUTF()));
      } else {
        List<String> sentences = new ArrayList<>();
        for (int w = 0; w < warnings; w++) {
          sentences.add(in.readUTF());
        }
        recent.add(id, new Accepted(sentences));
      }
    }
    return recent;
  }
}
