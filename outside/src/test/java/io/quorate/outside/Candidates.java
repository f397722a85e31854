package io.quorate.outside;

import io.quorate.client.KeyValue;
import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.ReadOptions;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.Model;
import io.quorate.client.admin.TenantSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Processes of {@link Candidate} in one election, and one that reads what they write all the time:
 * no earlier leader's write may come after a later one's.
 */
final class Candidates implements AutoCloseable {
  private static final Duration LONGEST = Duration.ofSeconds(60);
  private static final int STRIKES = 10;

  private final Nodes nodes;
  private final String election;
  private final String tenant;
  private final Duration ttl;
  private final Candidate.Writes writes;
  private final QuorateClient client;
  private final List<One> alive = new CopyOnWriteArrayList<>();
  private final List<One> all = new CopyOnWriteArrayList<>();
  private final List<String> wrong = new CopyOnWriteArrayList<>();

  /** Tokens that were read after a higher one. */
  private final Set<Long> cameBack = ConcurrentHashMap.newKeySet();

  private volatile boolean closed;

  /** What a candidate has printed; times by the clock of the machine. */
  record Said(String what, long token, long beginNanos, long endNanos) {
    static Said parse(String line) {
      String[] parts = line.split(" ", -1);
      return new Said(
          parts[0], Long.parseLong(parts[1]), Long.parseLong(parts[2]), Long.parseLong(parts[3]));
    }
  }

  /**
   * @param election its name, and that of its tenant, which is created: each node is a replica, so
   *     that a majority of the nodes can write
   */
  Candidates(Nodes nodes, String election, Duration ttl) {
    this(nodes, election, ttl, Candidate.Writes.FENCED);
  }

  /**
   * The same, with or without tokens.
   *
   * @param writes what the store is told of what the candidates write
   */
  Candidates(Nodes nodes, String election, Duration ttl, Candidate.Writes writes) {
    this.nodes = nodes;
    this.election = election;
    this.tenant = election;
    this.ttl = ttl;
    this.writes = writes;
    this.client = nodes.client();
    Administration.of(client)
        .cluster()
        .createTenant(
            tenant,
            TenantSettings.DEFAULT.model(Model.LINEARIZABLE).replicationFactor(nodes.all().size()));
    Thread reader = new Thread(this::read, "reader of acts");
    reader.setDaemon(true);
    reader.start();
  }

  private void read() {
    KeyValue store = client.keyValue();
    long highest = 0;
    while (!closed) {
      try {
        var found = store.get(Candidate.KEY, ReadOptions.DEFAULT.tenant(tenant));
        long token = found.found() ? Long.parseLong(found.text()) : 0;
        if (token < highest) {
          cameBack.add(token);
          wrong.add("read token " + token + " after " + highest);
        }
        highest = Math.max(highest, token);
      } catch (QuorateException unanswered) {
        // The next one tells.
      }
      Waiting.pass(Duration.ofMillis(5));
    }
  }

  /**
   * Starts one more.
   *
   * @param hosts what it takes names of hosts from; null: as this JVM
   */
  One start(@Nullable Path hosts) {
    One started = new One("candidate-" + all.size(), hosts);
    all.add(started);
    alive.add(started);
    Waiting.until(LONGEST, () -> started.has("campaigns", 0), () -> "it does not campaign");
    return started;
  }

  /** A candidate, and its ways to the nodes. */
  record Apart(One process, OwnWays ways) {}

  /**
   * Starts one more, which reaches each node by a way of its own.
   *
   * @param names of the hosts of the nodes
   * @param number as in {@link OwnWays}
   */
  Apart startApart(List<String> names, int number) {
    OwnWays ways = new OwnWays(nodes, names, number);
    return new Apart(start(ways.hosts()), ways);
  }

  /** The one that has acted under the highest token; waits until one has, above this token. */
  One awaitLeaderAbove(long token) {
    Waiting.until(
        LONGEST,
        () -> all.stream().anyMatch(one -> one.lastToken() > token),
        () -> "no one leads after token " + token);
    return lastElected();
  }

  /** The one that has acted under the highest token; it may have stopped since. */
  private One lastElected() {
    One last = all.get(0);
    for (One one : all) {
      if (one.lastToken() > last.lastToken()) {
        last = one;
      }
    }
    return last;
  }

  /** Waits until one leads above this token: one that is late to renew stops, and leads no more. */
  One awaitLeadingAbove(long token) {
    AtomicReference<@Nullable One> leading = new AtomicReference<>();
    Waiting.until(
        LONGEST,
        () -> {
          One last = lastElected();
          leading.set(last);
          return last.lastToken() > token && last.leads();
        },
        () -> "no one leads after token " + token);
    return Objects.requireNonNull(leading.get());
  }

  /**
   * A leader that was struck.
   *
   * @param token under which it led then
   * @param nanos when it was struck
   */
  record Struck(One leader, long token, long nanos) {}

  /**
   * Strikes a leader. One that has stopped to lead just before is let go, and the next is struck.
   *
   * @param leader returns one that leads
   * @param strike pauses it, or cuts it off: it cannot be elected again after that
   * @param takeBack the opposite
   */
  Struck strike(Supplier<One> leader, Consumer<One> strike, Consumer<One> takeBack) {
    for (int i = 0; i < STRIKES; i++) {
      One struck = leader.get();
      long nanos = System.nanoTime();
      strike.accept(struck);
      if (struck.leads() && struck == lastElected()) {
        return new Struck(struck, struck.lastToken(), nanos);
      }
      takeBack.accept(struck);
    }
    throw new AssertionError("each of " + STRIKES + " leaders had stopped when it was struck");
  }

  /** Strikes a leader so that it stands still. */
  Struck pause(Supplier<One> leader) {
    return strike(leader, one -> one.signal("STOP"), one -> one.signal("CONT"));
  }

  /**
   * Waits until the one that led with this token, and has stopped to lead, has overwritten what a
   * later one wrote: it acted after that, and what it wrote was read after that.
   */
  void awaitOverwritten(One leader, long token) {
    long acted = firstActNanosAbove(token);
    Waiting.until(
        LONGEST,
        () ->
            leader.has("stops", token)
                && leader.hasActedSince(acted, token)
                && cameBack.contains(token),
        () -> "nothing of token " + token + " came after a later one's");
  }

  /** When the first act under a token above this one was acknowledged. */
  long firstActNanosAbove(long token) {
    return all.stream()
        .flatMap(one -> one.said.stream())
        .filter(it -> it.what().equals("acts") && it.token() > token)
        .mapToLong(Said::endNanos)
        .min()
        .orElseThrow();
  }

  /** When the next one began to lead after the one with this token. */
  long nextLeadsNanos(long token) {
    return all.stream()
        .flatMap(one -> one.said.stream())
        .filter(it -> it.what().equals("leads") && it.token() > token)
        .mapToLong(Said::beginNanos)
        .min()
        .orElseThrow();
  }

  /** What must not be: acts that began after one under a higher token was acknowledged. */
  List<String> wrong() {
    List<Said> acts = new ArrayList<>();
    all.forEach(
        one -> acts.addAll(one.said.stream().filter(it -> it.what().equals("acts")).toList()));
    acts.sort((a, b) -> Long.compare(a.token(), b.token()));
    List<String> found = new ArrayList<>(wrong);
    long earliestEnd = Long.MAX_VALUE; // of acts under higher tokens
    long earliestOfToken = Long.MAX_VALUE;
    long token = Long.MAX_VALUE;
    for (int i = acts.size() - 1; i >= 0; i--) {
      Said act = acts.get(i);
      if (act.token() != token) {
        earliestEnd = Math.min(earliestEnd, earliestOfToken);
        earliestOfToken = Long.MAX_VALUE;
        token = act.token();
      }
      earliestOfToken = Math.min(earliestOfToken, act.endNanos());
      if (act.beginNanos() > earliestEnd) {
        found.add("acted under token " + token + " after a later one: " + act);
      }
    }
    return found;
  }

  int acts() {
    return (int)
        all.stream()
            .flatMap(one -> one.said.stream())
            .filter(it -> it.what().equals("acts"))
            .count();
  }

  @Override
  public void close() {
    closed = true;
    alive.forEach(One::discard);
    client.close();
  }

  /** One process. */
  final class One {
    final List<Said> said = new CopyOnWriteArrayList<>();
    private final Process process;

    private One(String name, @Nullable Path hosts) {
      List<String> command =
          new ArrayList<>(
              List.of(
                  Path.of(System.getProperty("java.home"), "bin/java").toString(),
                  "-Xmx96m",
                  "-XX:+UseSerialGC",
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path")));
      if (hosts != null) {
        command.add("-Djdk.net.hosts.file=" + hosts);
      }
      command.addAll(
          List.of(
              Candidate.class.getName(),
              nodes.endpoints(),
              election,
              Long.toString(ttl.toMillis()),
              tenant,
              name,
              writes.name()));
      try {
        process =
            new ProcessBuilder(command)
                .redirectError(nodes.directory().resolve(election + name + ".err").toFile())
                .start();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      Thread reader = new Thread(this::listen, name);
      reader.setDaemon(true);
      reader.start();
    }

    private void listen() {
      try (BufferedReader lines = process.inputReader()) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          if (line.matches("[a-z]+ \\d+ \\d+ \\d+")) {
            said.add(Said.parse(line));
          }
        }
      } catch (IOException ended) {
        // Was killed.
      }
    }

    boolean has(String what, long token) {
      return said.stream().anyMatch(it -> it.what().equals(what) && it.token() == token);
    }

    /** Whether it has begun an act under this token after that time, which was acknowledged. */
    boolean hasActedSince(long nanos, long token) {
      return said.stream()
          .anyMatch(
              it -> it.what().equals("acts") && it.token() == token && it.beginNanos() > nanos);
    }

    /** When it said this. */
    long nanos(String what, long token) {
      return said.stream()
          .filter(it -> it.what().equals(what) && it.token() == token)
          .mapToLong(Said::beginNanos)
          .findFirst()
          .orElseThrow();
    }

    /** Waits until it leads no more, and the store has refused what it wrote after all. */
    void awaitFenced(long token) {
      Waiting.until(
          Duration.ofSeconds(30),
          () -> has("fenced", token) && has("stops", token),
          () -> "it goes on under token " + token);
    }

    /** Whether it has acted under its last token, and has not stopped since. */
    boolean leads() {
      long token = lastToken();
      return token > 0 && !has("stops", token);
    }

    /** The token under which it has acted last; zero if it has not. */
    long lastToken() {
      return said.stream()
          .filter(it -> it.what().equals("acts"))
          .mapToLong(Said::token)
          .max()
          .orElse(0);
    }

    /** Sends a signal by its name without SIG. */
    void signal(String signal) {
      CommandLine.Result unused =
          CommandLine.system("kill", "-" + signal, Long.toString(process.pid()));
    }

    void kill() {
      signal("KILL");
      alive.remove(this);
    }

    private void discard() {
      process.destroyForcibly();
    }
  }
}
