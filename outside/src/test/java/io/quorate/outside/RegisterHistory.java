package io.quorate.outside;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quorate.client.Condition;
import io.quorate.client.ConditionFailedException;
import io.quorate.client.Fields;
import io.quorate.client.FieldsUpdate;
import io.quorate.client.FieldsValue;
import io.quorate.client.GetResult;
import io.quorate.client.IncrementOptions;
import io.quorate.client.KeyValue;
import io.quorate.client.OutcomeUnknownException;
import io.quorate.client.QuorateException;
import io.quorate.client.WriteOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Carries out calls on linearizable keys and writes down each, in the format of
 * docs/testing.md#histories. For many threads.
 */
final class RegisterHistory implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Writer out;
  private final long beganNanos = System.nanoTime();
  private int calls;
  private int unknown;
  private int refused;

  RegisterHistory(Path file) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      out = Files.newBufferedWriter(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns what was read; null if there was nothing, or the read failed. */
  @Nullable String get(KeyValue store, String client, String key) {
    ObjectNode input = JSON.createObjectNode().put("op", "get");
    ObjectNode output =
        record(
            client,
            key,
            input,
            () -> {
              GetResult found = store.get(key);
              return JSON.createObjectNode().put("value", found.found() ? found.text() : null);
            });
    return output == null ? null : output.path("value").textValue();
  }

  void put(KeyValue store, String client, String key, String value) {
    ObjectNode input = JSON.createObjectNode().put("op", "put").put("value", value);
    ObjectNode ignored =
        record(
            client,
            key,
            input,
            () -> {
              var unused = store.put(key, value);
              return JSON.createObjectNode();
            });
  }

  void delete(KeyValue store, String client, String key) {
    ObjectNode input = JSON.createObjectNode().put("op", "delete");
    ObjectNode ignored =
        record(
            client,
            key,
            input,
            () -> {
              var unused = store.delete(key);
              return JSON.createObjectNode();
            });
  }

  /** Puts a value where an expected one is, or none. */
  void compareAndSet(
      KeyValue store, String client, String key, @Nullable String expected, String value) {
    ObjectNode input =
        JSON.createObjectNode().put("op", "cas").put("expect", expected).put("value", value);
    Condition condition =
        expected == null
            ? Condition.absent()
            : Condition.value(expected.getBytes(StandardCharsets.UTF_8));
    ObjectNode ignored =
        record(
            client,
            key,
            input,
            () -> {
              try {
                var unused = store.put(key, value, WriteOptions.DEFAULT.onlyIf(condition));
                return JSON.createObjectNode().put("done", true);
              } catch (ConditionFailedException another) {
                return JSON.createObjectNode().put("done", false);
              }
            });
  }

  /** Adds to a number, unless the sum is below zero. */
  void add(KeyValue store, String client, String key, long by) {
    ObjectNode input = JSON.createObjectNode().put("op", "add").put("by", by).put("min", 0);
    ObjectNode ignored =
        record(
            client,
            key,
            input,
            () -> {
              try {
                long sum = store.increment(key, by, IncrementOptions.DEFAULT.min(0)).sum();
                return JSON.createObjectNode().put("sum", sum);
              } catch (ConditionFailedException none) {
                return JSON.createObjectNode().putNull("sum");
              }
            });
  }

  /** Returns the fields that were read; none if there were none, or the read failed. */
  Map<String, String> getFields(Fields fields, String client, String key) {
    Map<String, String> read = new TreeMap<>();
    ObjectNode input = JSON.createObjectNode().put("op", "get");
    ObjectNode ignored =
        record(
            client,
            key,
            input,
            () -> {
              FieldsValue found = fields.get(key);
              found.values().keySet().forEach(each -> read.put(each, found.text(each).orElse("")));
              String text =
                  read.entrySet().stream()
                      .map(each -> each.getKey() + "=" + each.getValue())
                      .collect(Collectors.joining(",", "{", "}"));
              return JSON.createObjectNode().put("value", found.found() ? text : null);
            });
    return read;
  }

  /**
   * Sets and removes fields.
   *
   * @param expected what fields must have; null: they must be absent
   * @param set what fields get; null: they are removed
   */
  void updateFields(
      Fields fields,
      String client,
      String key,
      Map<String, @Nullable String> expected,
      Map<String, @Nullable String> set) {
    ObjectNode input = JSON.createObjectNode().put("op", "update");
    FieldsUpdate update = FieldsUpdate.EMPTY;
    for (Map.Entry<String, @Nullable String> each : expected.entrySet()) {
      String field = each.getKey();
      String value = each.getValue();
      update = value == null ? update.ifAbsent(field) : update.ifEquals(field, value);
    }
    for (Map.Entry<String, @Nullable String> each : set.entrySet()) {
      String value = each.getValue();
      update = value == null ? update.remove(each.getKey()) : update.set(each.getKey(), value);
    }
    expected.forEach(input.putObject("expect")::put);
    set.forEach(input.putObject("set")::put);
    FieldsUpdate asked = update;
    ObjectNode ignored =
        record(
            client,
            key,
            input,
            () -> {
              try {
                var unused = fields.update(key, asked);
                return JSON.createObjectNode().put("done", true);
              } catch (ConditionFailedException another) {
                return JSON.createObjectNode()
                    .put("done", false)
                    .put("unmet", another.field().orElse(""));
              }
            });
  }

  /** Returns the output; null if the outcome is unknown. */
  private @Nullable ObjectNode record(
      String client, String key, ObjectNode input, Supplier<ObjectNode> call) {
    long called = System.nanoTime();
    ObjectNode output;
    try {
      output = call.get();
    } catch (OutcomeUnknownException perhaps) {
      output = null;
    } catch (QuorateException failed) {
      output = JSON.createObjectNode().put("refused", failed.getClass().getSimpleName());
    }
    Long returned = output == null ? null : (Long) (System.nanoTime() - beganNanos);
    ObjectNode line = JSON.createObjectNode().put("client", client).put("key", key);
    line.put("call", called - beganNanos).put("return", returned).set("input", input);
    line.set("output", output);
    write(line, output);
    return output;
  }

  private synchronized void write(ObjectNode line, @Nullable ObjectNode output) {
    calls++;
    unknown += output == null ? 1 : 0;
    refused += output != null && output.has("refused") ? 1 : 0;
    try {
      out.write(line + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many calls have an outcome that is known and is no refusal: those say something. */
  synchronized int answered() {
    return calls - unknown - refused;
  }

  /** How many calls there were, and how many of these failed. */
  synchronized String summary() {
    return "%d calls, %d of unknown outcome, %d refused".formatted(calls, unknown, refused);
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
