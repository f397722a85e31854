package io.quorate.sim.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.Siblings;
import io.quorate.sim.cluster.Call;
import io.quorate.sim.kernel.SimClock;
import io.quorate.version.FieldValue;
import io.quorate.version.Hlc;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What can be expected. A call is waited for until it ends, but for {@code open} and where {@code
 * now} stands behind. A version is the name of a call that was acknowledged or read one, or {@code
 * B:k}, what B holds under k on its disk.
 *
 * <pre>
 * expect w1 acknowledged
 * expect w1 unavailable      failed, and was applied nowhere
 * expect w1 unknown          failed, and may have been applied
 * expect w1 fenced           was refused for its token: nothing says that it was acknowledged
 * expect w1 cut-off          its node died before it answered
 * expect w1 ended            in whatever way
 * expect w1 open             has not ended yet
 * expect w1 unavailable now  without waiting
 * expect r1 reads w1         the value that w1 put
 * expect r1 reads w1 w2      with siblings: the values that these put, and no other
 * expect r1 reads nothing
 * expect r1 counts 5         the counter, with model=maps
 * expect r1 has x y          the set, and nothing else; or has nothing
 * expect r1 finds x          the register; or finds nothing
 * expect w1 says no more can be remembered    its failure's message contains that
 * expect r1 repaired 1       so many replicas
 * expect r1 may-be-stale     and says so; or may-not-be-stale
 * expect w2 > w1             versions: also < = and, of the clock in them alone, ~
 * expect B:k = w1
 * expect B:k equals A:k      the same bytes
 * expect w1 ahead at-most 500ms    of the true time
 * expect B lacks k           has nothing under k on its disk
 * expect D complete          holds what it must of all that moves to it; waits for that
 * expect D incomplete        does not, as yet
 * expect held Write A>C      see MessageCommands
 * expect window Restamped    was entered
 * expect window Restamped 2  was entered so often
 * </pre>
 */
final class ExpectCommands {
  private static final Duration COMPLETE_WITHIN = Duration.ofSeconds(20);

  private final ScenarioRun run;
  private final MessageCommands messages;

  ExpectCommands(ScenarioRun run, MessageCommands messages) {
    this.run = run;
    this.messages = messages;
  }

  Map<String, Command> commands() {
    Map<String, Command> commands = new TreeMap<>();
    commands.put("expect", this::expect);
    return commands;
  }

  private void expect(Words words) {
    if (words.take("held")) {
      messages.expectHeld(words);
    } else if (words.take("window")) {
      window(words);
    } else {
      about(words, words.next("a call, a version or a node"));
    }
  }

  private void window(Words words) {
    String rest = words.rest("a window");
    String name = rest.replaceFirst(" \\d+$", "");
    long count = run.cluster().windows().count(name);
    boolean met =
        name.equals(rest) ? count > 0 : count == Long.parseLong(rest.substring(name.length() + 1));
    if (!met) {
      throw words.unexpected("it was entered %d times".formatted(count));
    }
  }

  private void about(Words words, String what) {
    String verb = words.next("what is expected of it");
    switch (verb) {
      case ">", "<", "=", "~" -> compare(words, run.version(words, what), verb);
      case "equals" -> equalBytes(words, what);
      case "ahead" -> ahead(words, run.version(words, what));
      case "lacks" -> {
        String key = words.next("a key");
        words.end();
        Record held = run.onDisk(words, words.node(what), key);
        if (held != null) {
          throw words.unexpected("it holds " + held.version());
        }
      }
      case "complete" -> complete(words, words.node(what));
      case "incomplete" -> {
        words.end();
        if (run.programs().isComplete(words.node(what))) {
          throw words.unexpected("it is complete");
        }
      }
      case "reads" -> reads(words, run.call(words, what));
      case "counts" -> counts(words, run.call(words, what));
      case "has" -> has(words, WrittenFields.values(fields(words, run.call(words, what))).keySet());
      case "finds" -> has(words, WrittenFields.assigned(fields(words, run.call(words, what))));
      case "says" -> says(words, run.call(words, what));
      case "repaired" -> repaired(words, run.call(words, what));
      case "may-be-stale" -> stale(words, run.call(words, what), true);
      case "may-not-be-stale" -> stale(words, run.call(words, what), false);
      default -> ended(words, run.call(words, what), verb);
    }
  }

  private void complete(Words words, int node) {
    words.end();
    if (!run.world().runUntil(() -> run.programs().isComplete(node), COMPLETE_WITHIN)) {
      throw words.unexpected("it is not after " + COMPLETE_WITHIN);
    }
  }

  private void compare(Words words, Version one, String relation) {
    Version other = run.version(words);
    words.end();
    int order = one.compareTo(other);
    boolean met =
        switch (relation) {
          case ">" -> order > 0;
          case "<" -> order < 0;
          case "=" -> order == 0;
          default -> one.hlc() == other.hlc();
        };
    if (!met) {
      throw words.unexpected(one + " and " + other);
    }
  }

  private void equalBytes(Words words, String one) {
    String other = words.next("what another node holds, like A:k");
    words.end();
    Record held = held(words, one);
    Record there = held(words, other);
    if (held == null || there == null || !held.equals(there)) {
      throw words.unexpected(held + " and " + there);
    }
  }

  private @Nullable Record held(Words words, String word) {
    if (!word.matches("[A-Z]:.+")) {
      throw words.bad("'" + word + "' is not what a node holds, like A:k");
    }
    return run.onDisk(words, words.node(word.substring(0, 1)), word.substring(2));
  }

  private void ahead(Words words, Version version) {
    words.literally("at-most");
    long most = words.time("a time").toMillis();
    words.end();
    long now = SimClock.EPOCH_MILLIS + run.world().nowNanos() / 1_000_000;
    long ahead = Hlc.millis(version.hlc()) - now;
    if (ahead > most) {
      throw words.unexpected("it is ahead by " + ahead + " ms");
    }
  }

  private void says(Words words, Call call) {
    String text = words.rest("what it says");
    @Nullable Outcome outcome = run.await(words, call);
    if (!(outcome instanceof Outcome.Failed(Failure failure))
        || !failure.message().contains(text)) {
      throw words.unexpected("it ended with " + outcome);
    }
  }

  private void repaired(Words words, Call read) {
    int replicas = words.number("how many replicas");
    words.end();
    @Nullable Outcome outcome = run.await(words, read);
    if (!(outcome instanceof Outcome.Read found) || found.repaired() != replicas) {
      throw words.unexpected("it ended with " + outcome);
    }
  }

  private void stale(Words words, Call read, boolean said) {
    words.end();
    @Nullable Outcome outcome = run.await(words, read);
    if (!(outcome instanceof Outcome.Read found) || found.info().potentiallyStale() != said) {
      throw words.unexpected("it ended with " + outcome);
    }
  }

  private void reads(Words words, Call read) {
    List<String> sources = new ArrayList<>();
    do {
      sources.add(words.next("the name of a write, or nothing"));
    } while (words.hasNext());
    @Nullable Outcome outcome = run.await(words, read);
    if (!(outcome instanceof Outcome.Read found)) {
      throw words.unexpected("it ended with " + outcome);
    }
    if (found.siblings() != null) {
      siblings(words, sources, found.siblings());
      return;
    }
    if (sources.size() > 1) {
      throw words.unexpected("it read no siblings");
    }
    String source = sources.getFirst();
    Record live = found.live();
    if (source.equals("nothing")) {
      if (live != null) {
        throw words.unexpected("it read " + live);
      }
      return;
    }
    if (live == null || !Arrays.equals(live.copyValue(), valueOf(words, source))) {
      throw words.unexpected("it read " + (live == null ? "nothing" : live));
    }
  }

  private void counts(Words words, Call read) {
    int expected = words.number("a count");
    words.end();
    long count = WrittenFields.count(fields(words, read));
    if (count != expected) {
      throw words.unexpected("it counts " + count);
    }
  }

  private static void has(Words words, Set<String> found) {
    Set<String> expected = new TreeSet<>();
    do {
      expected.add(words.next("a value, or nothing"));
    } while (words.hasNext());
    expected.remove("nothing");
    if (!found.equals(expected)) {
      throw words.unexpected("it has " + found);
    }
  }

  private List<FieldValue> fields(Words words, Call read) {
    @Nullable Outcome outcome = run.await(words, read);
    if (!(outcome instanceof Outcome.Read found)) {
      throw words.unexpected("it ended with " + outcome);
    }
    return found.fields();
  }

  private byte[] valueOf(Words words, String source) {
    if (!(run.call(words, source).operation() instanceof Operation.Put put)) {
      throw words.bad(source + " puts nothing");
    }
    return put.value();
  }

  private void siblings(Words words, List<String> sources, Siblings found) {
    Set<String> read = new TreeSet<>();
    found.live().forEach(each -> read.add(new String(each.value(), UTF_8)));
    Set<String> expected = new TreeSet<>();
    if (!sources.equals(List.of("nothing"))) {
      sources.forEach(each -> expected.add(new String(valueOf(words, each), UTF_8)));
    }
    if (!read.equals(expected) || found.live().size() != expected.size()) {
      throw words.unexpected("it read " + read + " and not " + expected);
    }
  }

  private void ended(Words words, Call call, String verb) {
    boolean now = words.take("now");
    words.end();
    if (!now && !verb.equals("open")) {
      @Nullable Outcome unused = run.await(words, call);
    }
    Outcome outcome = call.outcome();
    boolean met =
        switch (verb) {
          case "acknowledged" ->
              outcome instanceof Outcome.Written || outcome instanceof Outcome.Updated;
          case "unavailable" ->
              outcome instanceof Outcome.Failed(Failure failure) && !failure.mayHaveApplied();
          case "unknown" ->
              outcome instanceof Outcome.Failed(Failure failure) && failure.mayHaveApplied();
          case "fenced" ->
              outcome instanceof Outcome.Failed(Failure failure)
                  && failure.reason() == Failure.Reason.FENCED;
          case "cut-off" -> call.hasEnded() && outcome == null;
          case "ended" -> call.hasEnded();
          case "open" -> !call.hasEnded();
          default ->
              throw words.bad(
                  "a call is acknowledged, unavailable, unknown, fenced, cut-off, ended or open, or"
                      + " reads, not "
                      + verb);
        };
    if (!met) {
      throw words.unexpected(call.hasEnded() ? "it ended with " + outcome : "it has not ended");
    }
  }
}
