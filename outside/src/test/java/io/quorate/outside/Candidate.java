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
 * until the store refuses it. Prints a line for each thing that it does, with the time by {@link
 * System#nanoTime}, which all processes of a machine share on Linux.
 */
final class Candidate {
  static final String KEY = "acts";

  private final KeyValue store;
  private final String tenant;

  private Candidate(KeyValue store, String tenant) {
    this.store = store;
    this.tenant = tenant;
  }

  /** Takes endpoints, the name of the election, the time to live in ms, the tenant, its name. */
  public static void main(String[] args) {
    try (QuorateClient client = QuorateClient.builder().endpoints(args[0]).build()) {
      Candidate candidate = new Candidate(client.keyValue(), args[3]);
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
    var unused =
        store.put(KEY, Long.toString(token), WriteOptions.DEFAULT.tenant(tenant).fencedBy(token));
    say("acts", token, begin);
  }

  private static void say(String what, long token, long begin) {
    System.out.println(what + " " + token + " " + begin + " " + System.nanoTime());
    System.out.flush();
  }
}
