package io.quorate.cli.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quorate.node.StoppedNode.KnownTenant;
import io.quorate.node.StoppedNode.Metadata;
import io.quorate.node.StoppedNode.Peer;
import io.quorate.node.StoppedNode.Place;
import io.quorate.node.StoppedNode.Recovery;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a stopped node knows of its group is shown with the names of nodes that it knows. */
class MetadataFormsTest {
  private static final String EAST = "7f3a1c0e52d94b86";
  private static final String WEST = "ffffffffffffffff";
  private static final String GONE = "2222222222222222";
  private static final Metadata METADATA =
      new Metadata(
          "cc",
          EAST,
          3,
          new Place(3, 70),
          new Place(3, 69),
          List.of(new Peer(EAST, "10.0.0.1:7400", "db-east-1")),
          List.of(new Peer(WEST, "10.0.0.2:7400", "")),
          List.of(new Recovery("r1", EAST, new Place(2, 8), 0, "ada", List.of(EAST, WEST, GONE))),
          List.of(new KnownTenant("default", 1), new KnownTenant("orders", 7)));

  @Test
  void peopleReadNamesBehindIds() {
    assertThat(MetadataForms.text(METADATA, false).lines())
        .contains(
            "node         7f3a1c0e52d94b86 (db-east-1)",
            "voter        7f3a1c0e52d94b86 (db-east-1) at 10.0.0.1:7400",
            "learner      ffffffffffffffff at 10.0.0.2:7400",
            "recovered    1970-01-01T00:00:00Z by 'ada' at node 7f3a1c0e52d94b86 (db-east-1), after"
                + " 2/8; voters before: 7f3a1c0e52d94b86 (db-east-1), ffffffffffffffff,"
                + " 2222222222222222");
  }

  /** One that was dropped may be back. */
  @Test
  void tenantsAreShownThatARecoveredClusterGoesOnWith() {
    assertThat(MetadataForms.text(METADATA, true).lines())
        .contains("tenant       default, id 1", "tenant       orders, id 7");
    JsonNode json = new ObjectMapper().valueToTree(MetadataForms.json(METADATA, true));
    assertThat(json.path("tenants").path(1).path("name").asText()).isEqualTo("orders");
    assertThat(json.path("tenants").path(1).path("id").asInt()).isEqualTo(7);
    assertThat(MetadataForms.text(METADATA, false)).doesNotContain("tenant");
    assertThat(MetadataForms.json(METADATA, false)).doesNotContainKey("tenants");
  }

  @Test
  void programsReadNamesInFieldsOfTheirOwn() {
    JsonNode json = new ObjectMapper().valueToTree(MetadataForms.json(METADATA, false));
    assertThat(json.path("node").asText()).isEqualTo(EAST);
    assertThat(json.path("name").asText()).isEqualTo("db-east-1");
    assertThat(json.path("learners").path(0).path("name").asText()).isEmpty();
    JsonNode recovery = json.path("recoveries").path(0);
    assertThat(recovery.path("survivor").asText()).isEqualTo(EAST);
    assertThat(recovery.path("survivor_name").asText()).isEqualTo("db-east-1");
    assertThat(recovery.path("voters_before")).hasSize(3);
    assertThat(recovery.path("voters_before_names"))
        .extracting(JsonNode::asText)
        .containsExactly("db-east-1", "", "");
  }
}
