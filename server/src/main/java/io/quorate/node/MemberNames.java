package io.quorate.node;

import io.quorate.event.Gauge;
import io.quorate.metrics.Meters;
import io.quorate.metrics.Reading;
import io.quorate.model.NodeNames;
import java.util.List;
import java.util.function.Supplier;

/**
 * A series for each member of the cluster, to join meters by node with names. A label of its own on
 * each of those would begin all of their series again when a node gets another name, and leave the
 * old ones behind. This one is read at each scrape, so it shows each member once, by its name of
 * that moment.
 */
final class MemberNames {
  private static final Gauge INFO =
      Gauge.of("quorate.node.info", "1, by the id of a member and its name, if it has one")
          .by("node")
          .by("name");

  private MemberNames() {}

  static void addTo(Meters meters, Supplier<NodeNames> names) {
    meters.readings(
        List.of(INFO),
        () ->
            names.get().names().entrySet().stream()
                .map(each -> Reading.of(INFO, 1, each.getKey().toString(), each.getValue()))
                .toList());
  }
}
