package io.quorate.sim.scenario;

import io.quorate.model.KeyRange;
import io.quorate.placement.Level;
import io.quorate.replication.api.Minimum;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.sim.cluster.Call;
import io.quorate.sim.cluster.SimCluster.Ask;
import io.quorate.version.Addition;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What clients do. Every call has a name; what it puts is told from all else that is put by that.
 *
 * <pre>
 * begin w1 put A k [level=QUORUM] [timeout=1s] [ttl=1s]     A is asked to store something under k
 * begin d1 delete A k ...
 * begin r1 get A k ... [repair=everyone|background|off]
 * begin r1 get A k min=w1          its session has seen the version of w1
 * begin r1 get A k floor=w1        its session has seen versions up to that of w1
 * begin w2 put A k above=w1        its session has seen the version of w1
 * begin w1 put A k token=5        under the token of a lock, and judged with all calls of the key
 *                                  that have one; token=0 is under no lock, and judged with them
 * begin w1 put A k stamp=+10ms     with retries=once: its client stamps it, from the true time
 * begin w2 put A k stamp=+10ms seeing=r1     with model=siblings: it replaces what r1 has read
 * begin c1 count A k writer=w by=5           with model=maps: w counts 5 more in k's counter
 * begin a1 add A k writer=w value=x          w adds x to k's set
 * begin d1 remove A k writer=w value=x [seeing=r1]     w removes what is found of x, or what r1 has read
 * begin s1 assign A k writer=w value=x [stamp=+10ms]     w assigns x to k's register
 * begin w2 again B w1              the same write with the same stamp, tried once more
 * put w1 A k ... | delete d1 A k ... | get r1 A k ...   the same, and it must succeed
 * scan A [start=k] [end=m] [order=reverse]         reads all keys, or those from k on and below m;
 *                                                  waits until that has ended
 * begin-scan A timeout=5s                          reads all keys, and goes on
 * end-scan A                                       waits until scans begun there have ended
 * </pre>
 */
final class ClientCommands {
  private static final Duration TIMEOUT = Duration.ofSeconds(1);
  private static final int VALUE_BYTES = 10;
  private static final int PAGE = 10;
  private static final List<String> UPDATES = List.of("count", "add", "remove", "assign");

  private final ScenarioRun run;

  private final StampedWrites stamps;

  private final WrittenFields fields = new WrittenFields();

  private final FencedCalls fenced;

  /** Number of scans under way at each node. */
  private final Map<Integer, Integer> scans = new TreeMap<>();

  ClientCommands(ScenarioRun run) {
    this.run = run;
    this.stamps = new StampedWrites(run.world());
    this.fenced = new FencedCalls(run);
  }

  Map<String, Command> commands() {
    Map<String, Command> commands = new TreeMap<>();
    commands.put(
        "begin",
        words -> {
          String name = words.next("a name");
          Call unused =
              begin(words, name, words.next("put, delete, get, count, add, remove or assign"));
        });
    for (String kind : List.of("put", "delete", "get", "again")) {
      commands.put(kind, words -> succeed(words, kind));
    }
    for (String kind : UPDATES) {
      commands.put(kind, words -> succeed(words, kind));
    }
    commands.put("scan", this::scan);
    commands.put("begin-scan", this::beginScan);
    commands.put("end-scan", this::endScan);
    return commands;
  }

  private Call begin(Words words, String name, String kind) {
    int node = running(words);
    if (kind.equals("again")) {
      return again(words, name, node);
    }
    if (UPDATES.contains(kind)) {
      return update(words, name, kind, node);
    }
    String key = words.next("a key");
    Words.Options options =
        words.options(
            "level", "timeout", "repair", "ttl", "stamp", "min", "floor", "above", "seeing",
            "token");
    Level level = level(words, options.word("level", "QUORUM"));
    Ask ask = Ask.within(options.time("timeout", TIMEOUT));
    if (options.has("token")) {
      if (!options.areOf("token", "timeout")) {
        throw words.bad("beside token= a call has timeout= and no other option");
      }
      Call call =
          fenced.begin(
              words, kind, node, key, options.number("token", 0), options.time("timeout", TIMEOUT));
      run.named(words, name, call);
      return call;
    }
    if (options.has("stamp")) {
      long stamp = stamps.from(options.shiftMillis("stamp"));
      byte[] context = options.has("seeing") ? context(words, options) : Outcome.NO_CONTEXT;
      Operation write = stamps.write(kind.equals("put"), key, stamp, context);
      Call call = run.cluster().submit(node, write, ask);
      run.named(words, name, call);
      return call;
    }
    Call call =
        switch (kind) {
          case "put" ->
              run.cluster()
                  .put(
                      node,
                      key,
                      VALUE_BYTES,
                      level,
                      options.time("ttl", Duration.ZERO).toMillis(),
                      hlc(words, options, "above"),
                      ask);
          case "delete" ->
              run.cluster().delete(node, key, level, hlc(words, options, "above"), ask);
          case "get" ->
              run.cluster()
                  .get(node, key, level, options.repair("repair"), minimum(words, options), ask);
          default -> throw words.bad("a client can put, delete or get, not " + kind);
        };
    run.named(words, name, call);
    return call;
  }

  private Call update(Words words, String name, String kind, int node) {
    String key = words.next("a key");
    Words.Options options = words.options("writer", "by", "value", "seeing", "stamp", "timeout");
    String writer = options.word("writer", "w");
    String value = options.word("value", "x");
    long now = stamps.from(options.has("stamp") ? options.shiftMillis("stamp") : 0);
    Operation update =
        switch (kind) {
          case "count" -> fields.count(writer, now, key, options.number("by", 1));
          case "add" -> fields.add(writer, now, key, value);
          case "assign" -> fields.assign(writer, now, key, value);
          default -> fields.remove(writer, now, key, value, additions(words, options, value));
        };
    Call call = run.cluster().submit(node, update, Ask.within(options.time("timeout", TIMEOUT)));
    run.named(words, name, call);
    return call;
  }

  private List<Addition> additions(Words words, Words.Options options, String value) {
    if (!options.has("seeing")) {
      return List.of();
    }
    if (!(run.call(words, options.word("seeing", "")).outcome() instanceof Outcome.Read read)) {
      throw words.bad("seeing names no call that has read");
    }
    return WrittenFields.values(read.fields()).getOrDefault(value, List.of());
  }

  /** What the read or write has seen that an option names. */
  private byte[] context(Words words, Words.Options options) {
    return switch (run.call(words, options.word("seeing", "")).outcome()) {
      case Outcome.Read read when read.siblings() != null -> read.siblings().context();
      case Outcome.Written written -> written.context();
      case null, default -> throw words.bad("seeing names no call that has seen siblings");
    };
  }

  /** The time of a version that an option names; 0 if it is not there. */
  private long hlc(Words words, Words.Options options, String name) {
    return options.has(name) ? run.version(words, options.word(name, "")).hlc() : 0;
  }

  private @Nullable Minimum minimum(Words words, Words.Options options) {
    if (options.has("min")) {
      return Minimum.of(run.version(words, options.word("min", "")));
    }
    return options.has("floor") ? Minimum.upTo(hlc(words, options, "floor")) : null;
  }

  private Call again(Words words, String name, int node) {
    Call first = run.call(words, words.next("the name of a write"));
    Words.Options options = words.options("timeout");
    Ask ask = Ask.within(options.time("timeout", TIMEOUT));
    Call call = run.cluster().submit(node, StampedWrites.again(first.operation()), ask);
    run.named(words, name, call);
    return call;
  }

  private int running(Words words) {
    int node = words.node();
    if (!run.node(words, node).isUp()) {
      throw words.bad("that node is down");
    }
    return node;
  }

  private static Level level(Words words, String name) {
    return switch (name) {
      case "ONE" -> Level.ONE;
      case "TWO" -> Level.TWO;
      case "QUORUM" -> Level.QUORUM;
      case "ALL" -> Level.ALL;
      case "LOCAL_ONE" -> Level.LOCAL_ONE;
      case "LOCAL_QUORUM" -> Level.LOCAL_QUORUM;
      case "EACH_QUORUM" -> Level.EACH_QUORUM;
      default ->
          throw words.bad(
              "a level is ONE, TWO, QUORUM, ALL, LOCAL_ONE, LOCAL_QUORUM or EACH_QUORUM, not "
                  + name);
    };
  }

  private void succeed(Words words, String kind) {
    String name = words.next("a name");
    Call call = begin(words, name, kind);
    @Nullable Outcome outcome = run.await(words, call);
    if (outcome == null || outcome instanceof Outcome.Failed) {
      throw words.unexpected("it ended with " + outcome);
    }
  }

  private void scan(Words words) {
    int node = running(words);
    Words.Options options = words.options("start", "end", "order");
    KeyRange keys =
        new KeyRange(
            new byte[0],
            options.word("start", "").getBytes(StandardCharsets.UTF_8),
            options.word("end", "").getBytes(StandardCharsets.UTF_8),
            options.word("order", "").equals("reverse"));
    scan(node, keys, TIMEOUT);
    awaitScans(words, node);
  }

  private void beginScan(Words words) {
    int node = running(words);
    Duration timeout = words.options("timeout").time("timeout", TIMEOUT);
    scan(node, KeyRange.ALL, timeout);
  }

  private void scan(int node, KeyRange keys, Duration timeout) {
    scans.merge(node, 1, Integer::sum);
    Ask ask = new Ask(timeout, () -> scans.merge(node, -1, Integer::sum));
    run.cluster().scan(node, keys, Level.QUORUM, PAGE, ask, found -> {});
  }

  private void endScan(Words words) {
    int node = words.node();
    words.end();
    awaitScans(words, node);
  }

  private void awaitScans(Words words, int node) {
    if (!run.world().runUntil(() -> scans.getOrDefault(node, 0) == 0, TIMEOUT.multipliedBy(20))) {
      throw words.unexpected("the scan never ended");
    }
  }
}
