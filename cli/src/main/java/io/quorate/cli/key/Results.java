package io.quorate.cli.key;

import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.command.NodeText;
import io.quorate.cli.output.Console;
import io.quorate.client.QuorateClient;
import io.quorate.client.ResultInfo;
import io.quorate.client.Version;
import io.quorate.client.admin.Administration;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What results of reads and writes have in common, as JSON fields.
 *
 * @param nodes how nodes are called
 */
record Results(NodeText nodes) {
  /** Asks the cluster how its nodes are called, if JSON is to be printed. */
  static Results of(QuorateClient client, ClusterOptions cluster) {
    return new Results(
        cluster.json() ? NodeText.ifHeard(Administration.of(client).cluster()) : NodeText.ofNone());
  }

  /** Says on standard error, for people, if a read may have missed something. */
  static void note(Console console, ResultInfo info) {
    if (info.potentiallyStale()) {
      console.err().println("quorate: potentially stale: a later write may have been missed");
    }
  }

  void putVersion(Map<String, Object> object, @Nullable Version version) {
    if (version != null) {
      object.put("version", version.toString());
      object.put("written_at_ms", version.millis());
      nodes.put(object, "written_by", HexFormat.of().toHexDigits(version.node()));
    }
  }

  void putInfo(Map<String, Object> object, ResultInfo info) {
    object.put("partition", info.partition());
    object.put("epoch", info.epoch());
    nodes.put(object, "replicas", info.replicas());
    object.put("potentially_stale", info.potentiallyStale());
  }
}
