package io.quorate.replication.replica;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.model.NodeId;
import io.quorate.placement.Model;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.placement.TenantSettings;
import io.quorate.version.CausalContext;
import io.quorate.version.CrdtState;
import io.quorate.version.Dot;
import io.quorate.version.Field;
import io.quorate.version.FieldChange;
import io.quorate.version.Hlc;
import io.quorate.version.Record;
import io.quorate.version.Register;
import io.quorate.version.SiblingSet;
import io.quorate.version.Version;
import io.quorate.version.WriteId;
import io.quorate.version.Writer;
import java.util.List;
import java.util.Map;

/** Records of each model, as writes bring them: most are of models without moments. */
final class RecordsWithoutMoments {
  private static final NodeId NODE = new NodeId(5);
  private static final Field COUNTER = new Field("", Field.Kind.COUNTER);

  private RecordsWithoutMoments() {}

  /** The tenant with id 1, of a model. */
  static Map<String, Tenant> tenant(Model model) {
    return Map.of("t", new Tenant(1, "t", 1, TenantSettings.NONE.with(TenantSetting.MODEL, model)));
  }

  /** A record that a write has brought at a time. */
  static Record written(Model model, long millis) {
    long hlc = Hlc.of(millis, 0);
    return switch (model) {
      case LAST_WRITE_WINS -> SteppedReplica.ofMillis(millis);
      case SIBLINGS ->
          SiblingSet.EMPTY
              .write(
                  new Dot(hlc, new Dot.Actor(NODE, 1, (int) millis)),
                  new WriteId(hlc, millis, 1),
                  CausalContext.NONE,
                  ("at " + millis).getBytes(UTF_8),
                  0)
              .toRecord();
      case COUNTERS, SETS, MAPS -> counted(millis, 1, 1);
      case LINEARIZABLE ->
          new Register(
                  hlc,
                  0,
                  new WriteId(hlc, NODE.value(), 1),
                  List.of(),
                  ("at " + millis).getBytes(UTF_8))
              .toRecord(new Version(1, hlc, NODE, 1));
    };
  }

  /** A record of what a writer has counted that was opened at a time. */
  static Record counted(long millis, long number, long sum) {
    return CrdtState.update(
            new Writer(Hlc.of(millis, 0), millis),
            List.of(new FieldChange.Count(COUNTER, number, sum, 0)))
        .toRecord();
  }

  /** A deletion of siblings that was made at a time, of a key that had nothing. */
  static Record deleted(long millis) {
    long hlc = Hlc.of(millis, 0);
    return SiblingSet.EMPTY
        .write(
            new Dot(hlc, new Dot.Actor(NODE, 1, 0)),
            new WriteId(hlc, 5, 1),
            CausalContext.NONE,
            null,
            0)
        .toRecord();
  }
}
