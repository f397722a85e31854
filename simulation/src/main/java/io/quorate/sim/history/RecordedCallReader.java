package io.quorate.sim.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quorate.sim.check.linear.RegisterModel.Add;
import io.quorate.sim.check.linear.RegisterModel.CompareAndSet;
import io.quorate.sim.check.linear.RegisterModel.Delete;
import io.quorate.sim.check.linear.RegisterModel.Done;
import io.quorate.sim.check.linear.RegisterModel.Found;
import io.quorate.sim.check.linear.RegisterModel.Get;
import io.quorate.sim.check.linear.RegisterModel.Input;
import io.quorate.sim.check.linear.RegisterModel.Output;
import io.quorate.sim.check.linear.RegisterModel.Put;
import io.quorate.sim.check.linear.RegisterModel.Sum;
import io.quorate.sim.check.linear.RegisterModel.Swapped;
import java.util.Optional;
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
    };
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
