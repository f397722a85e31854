package io.quorate.sim.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A file, read: a comment that says which schedule it is and what it shows, one command a line,
 * {@code #} before comments. Lines of the form {@code mutant NAME breaks RULE [saying TEXT]} name
 * what must be left out of the code for the scenario to fail, and how it must fail then: by the
 * name of a checker of {@link io.quorate.sim.check}, with - for spaces, by {@code expect}, a line
 * of the scenario itself, or by {@code invariant}, one of the product's own. {@code repeat 3} to
 * {@code end} says what stands between three times.
 *
 * @param name of the file, for messages
 * @param lines commands in the order in which they are carried out
 */
record Scenario(String name, List<Line> lines, List<Twin> twins) {
  private static final String FOLDER = "/scenarios/";
  private static final int REPEAT_MAX = 100;

  /** A command and its line. */
  record Line(int number, String text) {}

  /**
   * What must be left out for the scenario to fail, and how it must fail then.
   *
   * @param saying part of the message, which may be empty
   */
  record Twin(int line, String mutant, String rule, String saying) {
    @Override
    public String toString() {
      return mutant + " breaks " + rule;
    }
  }

  Scenario {
    lines = List.copyOf(lines);
    twins = List.copyOf(twins);
  }

  /** Reads a file of the folder of scenarios. */
  static Scenario load(String name) {
    try (InputStream in = Scenario.class.getResourceAsStream(FOLDER + name)) {
      if (in == null) {
        throw new BadScenario("there is no scenario " + name);
      }
      return parse(name, new String(in.readAllBytes(), UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Scenario parse(String name, String text) {
    if (!text.startsWith("#")) {
      throw new BadScenario(name + ":1: begin with a comment: which schedule is it?");
    }
    List<Line> said = new ArrayList<>();
    List<Twin> twins = new ArrayList<>();
    List<String> all = text.lines().toList();
    for (int i = 0; i < all.size(); i++) {
      Line line = new Line(i + 1, all.get(i).replaceFirst("#.*", "").strip());
      if (line.text().startsWith("mutant ")) {
        twins.add(twin(name, line));
      } else if (!line.text().isEmpty()) {
        said.add(line);
      }
    }
    return new Scenario(name, unrolled(name, said), twins);
  }

  private static Twin twin(String name, Line line) {
    Words words = Words.of(name, line);
    words.next("mutant");
    String mutant = words.next("the name of a mutant");
    words.literally("breaks");
    String rule = words.next("a rule");
    String saying = "";
    if (words.hasNext()) {
      words.literally("saying");
      saying = words.rest("what is said");
    }
    return new Twin(line.number(), mutant, rule, saying);
  }

  private static List<Line> unrolled(String name, List<Line> said) {
    List<Line> lines = new ArrayList<>();
    List<Line> block = new ArrayList<>();
    int times = 0;
    for (Line line : said) {
      if (line.text().startsWith("repeat ")) {
        Words words = Words.of(name, line);
        words.next("repeat");
        int wanted = words.number("how often");
        words.end();
        if (times > 0 || wanted < 1 || wanted > REPEAT_MAX) {
          throw words.bad("repeat 1 to " + REPEAT_MAX + " times, and not inside of another repeat");
        }
        times = wanted;
      } else if (line.text().equals("end")) {
        if (times == 0) {
          throw Words.of(name, line).bad("nothing is repeated here");
        }
        for (int i = 0; i < times; i++) {
          lines.addAll(block);
        }
        block.clear();
        times = 0;
      } else {
        (times > 0 ? block : lines).add(line);
      }
    }
    if (times > 0) {
      throw new BadScenario(name + ": a repeat has no end");
    }
    return lines;
  }
}
