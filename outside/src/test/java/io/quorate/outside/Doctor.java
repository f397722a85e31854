package io.quorate.outside;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@code quorate doctor} finds of the nodes, and not of the machine that the tests run on: how
 * full its disk is depends on what else lies there.
 */
final class Doctor {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String OF_THE_MACHINE = "disk-nearly-full";

  private Doctor() {}

  /** One thing that is not as it should be. */
  record Finding(String severity, String rule, String about, String what) {
    boolean isProblem() {
      return severity.equals("problem");
    }
  }

  static List<Finding> findings(CommandLine operator) {
    CommandLine.Result result = operator.quorate("doctor", "--json");
    List<Finding> findings = new ArrayList<>();
    for (JsonNode each : found(result)) {
      Finding finding =
          new Finding(
              text(each, "severity"), text(each, "rule"), text(each, "about"), text(each, "what"));
      if (!finding.rule().equals(OF_THE_MACHINE)) {
        findings.add(finding);
      }
    }
    return findings;
  }

  private static JsonNode found(CommandLine.Result result) {
    try {
      return MAPPER.readTree(result.outText()).required("findings");
    } catch (JsonProcessingException | IllegalArgumentException unexpected) {
      throw new AssertionError(result.toString(), unexpected);
    }
  }

  private static String text(JsonNode finding, String field) {
    return finding.required(field).asText();
  }
}
