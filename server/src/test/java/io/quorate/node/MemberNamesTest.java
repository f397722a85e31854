package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.metrics.Meters;
import io.quorate.model.NodeId;
import io.quorate.model.NodeNames;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Meters by node can be joined with names, and a name that is given up leaves no series. */
class MemberNamesTest {
  @Test
  void eachMemberIsShownOnceByItsNameOfNow() {
    NodeId named = new NodeId(9);
    NodeId plain = new NodeId(0xa);
    var names = new AtomicReference<>(new NodeNames(Map.of(named, "db-1", plain, "")));
    try (Meters meters = new Meters(List.of())) {
      MemberNames.addTo(meters, names::get);
      assertThat(series(meters))
          .containsExactlyInAnyOrder(
              "quorate_node_info{name=\"db-1\",node=\"0000000000000009\"} 1",
              "quorate_node_info{name=\"\",node=\"000000000000000a\"} 1");
      names.set(new NodeNames(Map.of(named, "db-7")));
      assertThat(series(meters))
          .containsExactly("quorate_node_info{name=\"db-7\",node=\"0000000000000009\"} 1");
    }
  }

  private static List<String> series(Meters meters) {
    return meters.scrape().lines().filter(each -> each.startsWith("quorate_node_info{")).toList();
  }
}
