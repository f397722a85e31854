package io.quorate.cli;

import io.quorate.client.Facts;
import io.quorate.client.Version;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What results of reads and writes have in common, as JSON fields. */
final class Results {
  private Results() {}

  static void putVersion(Map<String, Object> object, @Nullable Version version) {
    if (version != null) {
      object.put("version", version.toString());
      object.put("written_at_ms", version.millis());
    }
  }

  static void putFacts(Map<String, Object> object, Facts facts) {
    object.put("partition", facts.partition());
    object.put("epoch", facts.epoch());
    object.put("replicas", facts.replicas());
    object.put("potentially_stale", facts.potentiallyStale());
  }
}
