package io.quorate.sim.check.linear;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.sim.check.linear.RegisterModel.CompareAndSet;
import io.quorate.sim.check.linear.RegisterModel.Done;
import io.quorate.sim.check.linear.RegisterModel.Found;
import io.quorate.sim.check.linear.RegisterModel.Get;
import io.quorate.sim.check.linear.RegisterModel.Input;
import io.quorate.sim.check.linear.RegisterModel.Output;
import io.quorate.sim.check.linear.RegisterModel.Put;
import io.quorate.sim.check.linear.RegisterModel.Swapped;
import io.quorate.sim.check.linear.Verdict.Illegal;
import io.quorate.sim.check.linear.Verdict.Linearizable;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Histories that others have judged before us are judged the same. */
class PublicHistoriesTest {
  private static final long STEPS_MAX = 5_000_000;

  /**
   * A history of etcd from before its reads went through the log: some runs of Jepsen met a stale
   * read.
   */
  @Test
  void registersOfEtcd() throws IOException {
    List<String> lines = lines("etcd.txt");
    int judged = 0;
    for (int i = 0; i < lines.size(); i++) {
      String[] words = lines.get(i).split(" ", -1);
      if (words[0].equals("history")) {
        var reader = new RegisterReader();
        for (int next = i + 1; next < lines.size() && isEvent(lines.get(next)); next++) {
          reader.read(lines.get(next).split(" ", -1));
        }
        Verdict verdict =
            new Linearizability<>(new RegisterModel(), STEPS_MAX).check(reader.history);
        assertThat(verdict)
            .as("history %s", words[1])
            .isInstanceOf(words[2].equals("illegal") ? Illegal.class : Linearizable.class);
        judged++;
      }
    }
    assertThat(judged).isEqualTo(20);
  }

  @Test
  void storesWithAppend() throws IOException {
    assertThat(judgeAppends("kv-c10-ok.txt")).isInstanceOf(Linearizable.class);
    assertThat(judgeAppends("kv-c10-bad.txt")).isInstanceOf(Illegal.class);
  }

  private static boolean isEvent(String line) {
    return !line.startsWith("history");
  }

  private static List<String> lines(String name) throws IOException {
    InputStream file = PublicHistoriesTest.class.getResourceAsStream("/linear/" + name);
    try (var reader =
        new BufferedReader(
            new InputStreamReader(Objects.requireNonNull(file, name), StandardCharsets.UTF_8))) {
      return reader.lines().filter(line -> !line.isEmpty() && !line.startsWith("#")).toList();
    }
  }

  /** Reads lines like {@code 3 ok cas 1 4}: process, type, call, values. */
  private static final class RegisterReader {
    final History<String, Input, Output> history = new History<>();
    private final Map<String, Integer> open = new HashMap<>();

    void read(String[] words) {
      switch (words[1]) {
        case "invoke" -> {
          Input input =
              switch (words[2]) {
                case "read" -> new Get();
                case "write" -> new Put(words[3]);
                default -> new CompareAndSet(Optional.of(words[3]), words[4]);
              };
          open.put(words[0], history.begin("register", words[0], input));
        }
        case "ok" -> history.end(take(words[0]), ok(words));
        case "fail" -> {
          if (words[2].equals("cas")) {
            history.end(take(words[0]), new Swapped(false));
          }
        }
        default -> {} // never answered: its process goes on under another name
      }
    }

    private int take(String process) {
      return Objects.requireNonNull(open.remove(process), process);
    }

    private static Output ok(String[] words) {
      return switch (words[2]) {
        case "read" -> new Found(words[3].equals("nil") ? Optional.empty() : Optional.of(words[3]));
        case "write" -> new Done();
        default -> new Swapped(true);
      };
    }
  }

  private static Verdict judgeAppends(String name) throws IOException {
    History<String, Append, String> history = new History<>();
    Map<String, Integer> open = new HashMap<>();
    for (String line : lines(name)) {
      List<String> words = new ArrayList<>(List.of(line.split("\t", -1)));
      String process = words.get(0);
      if (words.get(1).equals("invoke")) {
        var input = new Append(words.get(2), words.get(4));
        open.put(process, history.begin(words.get(3), process, input));
      } else {
        history.end(Objects.requireNonNull(open.remove(process)), words.get(4));
      }
    }
    return new Linearizability<>(new AppendModel(), STEPS_MAX).check(history);
  }

  /** One call on a text: get, put or append. */
  private record Append(String kind, String value) {}

  private static final class AppendModel implements SequentialModel<String, Append, String> {
    @Override
    public String initial() {
      return "";
    }

    @Override
    public @Nullable String step(String text, Append input, @Nullable String output) {
      return switch (input.kind()) {
        case "put" -> input.value();
        case "append" -> text + input.value();
        default -> output == null || output.equals(text) ? text : null;
      };
    }
  }
}
