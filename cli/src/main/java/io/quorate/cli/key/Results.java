package io.quorate.cli.key;

import io.quorate.client.ResultInfo;
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

  static void putInfo(Map<String, Object> object, ResultInfo info) {
    object.put("partition", info.partition());
    object.put("epoch", info.epoch());
    object.put("replicas", info.replicas());
    object.put("potentially_stale", info.potentiallyStale());
  }
}
