package io.quorate.sim.scenario;

import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.ReadReply;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.replication.message.ReplicaMessage.WriteReply;
import io.quorate.sim.kernel.SimRule.Sent;
import io.quorate.sim.program.ReplicationProgram;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which messages are meant: a kind and a way, like {@code Write A>C}, {@code WriteReply *>A} or
 * {@code * A>*}. A kind may be narrowed by what it is about: {@code Write/REPAIR}, {@code
 * WriteReply/HoldsNewer}, {@code ReadReply/StaleEpoch}.
 */
record MessagePattern(String kind, String way) {
  private static final String ANY = "*";
  private static final Set<String> KINDS = kinds();

  private static Set<String> kinds() {
    Set<String> kinds = new TreeSet<>();
    addLeaves(ReplicaMessage.class, kinds);
    return kinds;
  }

  private static void addLeaves(Class<?> type, Set<String> kinds) {
    if (type.isSealed()) {
      for (Class<?> each : type.getPermittedSubclasses()) {
        addLeaves(each, kinds);
      }
    } else {
      kinds.add(type.getSimpleName());
    }
  }

  static MessagePattern of(Words words) {
    String kind = words.next("a kind of message");
    String plain = kind.replaceFirst("/.*", "");
    if (!plain.equals(ANY) && !KINDS.contains(plain)) {
      throw words.bad("'" + plain + "' is no kind of message: there are * " + KINDS);
    }
    String way = words.next("a way, like A>B");
    if (!way.matches("[A-Z*]>[A-Z*]")) {
      throw words.bad("'" + way + "' is no way, like A>B, *>B or A>*");
    }
    return new MessagePattern(kind, way);
  }

  boolean matches(Sent<ReplicaMessage> sent) {
    return isNode(way.charAt(0), sent.from().value())
        && isNode(way.charAt(2), sent.to().value())
        && isKind(sent.message());
  }

  private static boolean isNode(char name, long id) {
    return name == ANY.charAt(0) || ReplicationProgram.idOf(name - 'A').value() == id;
  }

  private boolean isKind(ReplicaMessage message) {
    String plain = message.getClass().getSimpleName();
    return kind.equals(ANY) || kind.equals(plain) || kind.equals(plain + "/" + about(message));
  }

  private static String about(ReplicaMessage message) {
    return switch (message) {
      case Write write -> write.cause() == Cause.REPAIR ? "REPAIR" : "FRESH";
      case WriteReply reply -> reply.outcome().getClass().getSimpleName();
      case ReadReply reply -> reply.outcome().getClass().getSimpleName();
      default -> "";
    };
  }

  @Override
  public String toString() {
    return kind + " " + way;
  }
}
