package io.quorate.outside;

import io.quorate.client.FencedException;
import io.quorate.client.KeyValue;
import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.WriteOptions;
import io.quorate.client.recipe.Candidacy;
import io.quorate.client.recipe.Election;
import io.quorate.client.recipe.ElectionOptions;
import io.quorate.client.recipe.Leadership;
import java.time.Duration;

/**
 * A process that is a candidate, and writes to a key while it leads, under its token. Beside the
 * body, which stops when it is told to, it has a thread that does not: it writes under an old token
 * until the store refuses it. If its writes are {@link Writes#PLAIN}, nothing does, and the thread
 * goes on as long as the process does. Prints a line for each thing that it does, with the time by
 * {@link System#nanoTime}, which all processes of a machine share on Linux.
 */
final class Candidate {
  static final String KEY = "acts";

  private final KeyValue store;
  private final WriteOptions plain;
  private final Writes writes;

  /** What the store is told of a write; the value is the token in both cases. */
  enum Writes {
    /** The token of the leader comes with each write. */
    FENCED,
    /** No token does: the store cannot tell an earlier leader from the one that leads. */
    PLAIN
  }

  private Candidate(KeyValue store, String tenant, Writes writes) {
    this.store = store;
    this.plain = WriteOptions.DEFAULT.tenant(tenant);
    this.writes = writes;
  }

  /**
   * Takes endpoints, the name of the election, the time to live in ms, the tenant, its name, a
   * constant of {@link Writes}.
   */
  public static void main(String[] args) {
    try (QuorateClient client = QuorateClient.builder().endpoints(args[0]).build()) {
      Candidate candidate = new Candidate(client.keyValue(), args[3], Writes.valueOf(args[5]));
      ElectionOptions options =
          ElectionOptions.DEFAULT
              .ttl(Duration.ofMillis(Long.parseLong(args[2])))
              .candidate(args[4]);
      Candidacy candidacy =
          Election.of(client.locks(), args[1], options).runWhileLeader(candidate::lead);
      say("campaigns", 0, System.nanoTime());
      candidacy.ended().join();
    }
  }

  private void lead(Leadership leadership) throws InterruptedException {
    long token = leadership.token();
    say("leads", token, System.nanoTime());
    Thread careless = new Thread(() -> actUntilFenced(token));
    careless.setDaemon(true);
    careless.start();
    try {
      while (leadership.isLeader()) {
        act(token);
        Thread.sleep(20);
      }
    } finally {
      say("stops", token, System.nanoTime());
    }
  }

  private void actUntilFenced(long token) {
    try {
      while (true) {
        try {
          Thread.sleep(20);
          act(token);
        } catch (FencedException overtaken) {
          say("fenced", token, System.nanoTime());
          return;
        } catch (QuorateException unanswered) {
          // It may have taken effect, and the next may.
        }
      }
    } catch (InterruptedException neverMeant) {
      throw new AssertionError(neverMeant);
    }
  }

  private void act(long token) {
    long begin = System.nanoTime();
    WriteOptions options =
        switch (writes) {
          case FENCED -> plain.fencedBy(token);
          case PLAIN -> plain;
        };
    var unused = store.put(KEY, Long.toString(token), options);
    say("acts", token, begin);
  }

  private static void say(String what, long token, long begin) {
    System.out.println(what + " " + token + " " + begin + " " + System.nanoTime());
    System.out.flush();
  }
}
