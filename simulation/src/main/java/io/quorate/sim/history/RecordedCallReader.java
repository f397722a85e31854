package io.quorate.sim.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quorate.sim.check.linear.RegisterModel.Add;
import io.quorate.sim.check.linear.RegisterModel.CompareAndSet;
import io.quorate.sim.check.linear.RegisterModel.Delete;
import io.quorate.sim.check.linear.RegisterModel.Done;
import io.quorate.sim.check.linear.RegisterModel.FieldCondition;
import io.quorate.sim.check.linear.RegisterModel.Found;
import io.quorate.sim.check.linear.RegisterModel.Get;
import io.quorate.sim.check.linear.RegisterModel.Input;
import io.quorate.sim.check.linear.RegisterModel.Output;
import io.quorate.sim.check.linear.RegisterModel.Put;
import io.quorate.sim.check.linear.RegisterModel.Sum;
import io.quorate.sim.check.linear.RegisterModel.Swapped;
import io.quorate.sim.check.linear.RegisterModel.UpdateFields;
import io.quorate.sim.check.linear.RegisterModel.Updated;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads lines of the format that docs/testing.md#histories describes. */
final class RecordedCallReader {
  private static final ObjectMapper JSON = new ObjectMapper();

  private RecordedCallReader() {}

  /** Throws {@link IllegalArgumentException}, with what is wrong, if a line is no call. */
  static RecordedCall read(String line) {
    JsonNode call = parse(line);
    Input input = input(need(call, "input"));
    JsonNode output = need(call, "output");
    JsonNode returned = need(call, "return");
    boolean refused = output.path("refused").isTextual();
    if (output.isNull() != returned.isNull()) {
      throw new IllegalArgumentException("a call has \"return\" and \"output\", or neither");
    }
    return new RecordedCall(
        need(call, "key").asText(),
        need(call, "client").asText(),
        need(call, "call").asLong(),
        returned.isNull() ? null : (Long) returned.asLong(),
        input,
        output.isNull() || refused ? null : output(input, output),
        refused);
  }

  private static JsonNode parse(String line) {
    try {
      return JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static Input input(JsonNode input) {
    String op = need(input, "op").asText();
    return switch (op) {
      case "get" -> new Get();
      case "put" -> new Put(need(input, "value").asText());
      case "delete" -> new Delete();
      case "cas" -> new CompareAndSet(value(input, "expect"), need(input, "value").asText());
      case "add" -> new Add(need(input, "by").asLong(), need(input, "min").asLong());
      case "update" -> update(input);
      default -> throw new IllegalArgumentException("there is no operation '" + op + "'");
    };
  }

  private static Output output(Input input, JsonNode output) {
    return switch (input) {
      case Get get -> new Found(value(output, "value"));
      case Put put -> new Done();
      case Delete delete -> new Done();
      case CompareAndSet swap -> new Swapped(need(output, "done").asBoolean());
      case Add add -> new Sum(value(output, "sum").map(Long::valueOf));
      case UpdateFields update ->
          new Updated(need(output, "done").asBoolean(), output.path("unmet").asText(""));
    };
  }

  /** What fields must have, in their order, and what they get; null stands for absent. */
  private static UpdateFields update(JsonNode input) {
    List<FieldCondition> conditions = new ArrayList<>();
    need(input, "expect")
        .properties()
        .forEach(
            each ->
                conditions.add(
                    new FieldCondition(
                        each.getKey(), !each.getValue().isNull(), text(each.getValue()))));
    SortedMap<String, Optional<String>> edits = new TreeMap<>();
    need(input, "set")
        .properties()
        .forEach(each -> edits.put(each.getKey(), text(each.getValue())));
    return new UpdateFields(conditions, edits);
  }

  private static Optional<String> text(JsonNode value) {
    return value.isNull() ? Optional.empty() : Optional.of(value.asText());
  }

  /** A value, or that there is none, which is written as null. */
  private static Optional<String> value(JsonNode node, String name) {
    JsonNode value = need(node, name);
    return value.isNull() ? Optional.empty() : Optional.of(value.asText());
  }

  private static JsonNode need(JsonNode node, String name) {
    @Nullable JsonNode found = node.get(name);
    if (found == null) {
      throw new IllegalArgumentException("there is no \"" + name + "\"");
    }
    return found;
  }
}
