package io.quorate.locks;

import io.quorate.bytes.MalformedBytesException;
import io.quorate.fuzz.DecoderTarget;
import io.quorate.fuzz.FuzzTarget;
import io.quorate.fuzz.WildBytes;
import io.quorate.locks.LockCommand.Acquire;
import io.quorate.locks.LockCommand.Expire;
import io.quorate.locks.LockCommand.Lapse;
import io.quorate.locks.LockCommand.Release;
import io.quorate.locks.LockCommand.Withdraw;
import io.quorate.model.NodeId;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** What the group of locks replicates, stores and sends. */
public final class LockTargets {
  private static final List<String> NAMES = List.of("", "x", "y", "z");
  private static final List<String> OWNERS = List.of("a", "b", "c", "d", "e");
  private static final List<LockMode> MODES =
      List.of(
          LockMode.EXCLUSIVE, LockMode.SHARED, LockMode.sharedAmong(1), LockMode.sharedAmong(2));

  private LockTargets() {}

  public static List<FuzzTarget> create() {
    return List.of(
        new DecoderTarget<>(
            "lock-command",
            random -> command(random, folded(random)).encode(),
            LockCommand::decode,
            LockCommand::encode,
            List.of(MalformedBytesException.class)),
        new DecoderTarget<>(
            "lock-message",
            random -> message(random).encode(),
            LockMessage::decode,
            LockMessage::encode,
            List.of(MalformedBytesException.class)),
        new DecoderTarget<>(
            "lock-table",
            random -> folded(random).encode(),
            bytes -> LockTable.decode(bytes, LockRules.ALL),
            null,
            List.of(MalformedBytesException.class)),
        new Folding());
  }

  private static LockMessage message(SplittableRandom random) {
    long id = random.nextLong();
    String name = one(NAMES, random);
    String owner = one(OWNERS, random);
    return switch (random.nextInt(10)) {
      case 0 -> new LockMessage.Withdrawn(id, name, owner);
      case 1 -> request(id, new LockRequest.Acquire(name, owner, 5_000, 100, one(MODES, random)));
      case 2 -> request(id, new LockRequest.Renew(OWNERS.subList(0, random.nextInt(5))));
      case 3 -> request(id, new LockRequest.Release(name, owner, random.nextInt(9)));
      case 4 -> request(id, new LockRequest.Show(name, random.nextInt(9), random.nextInt(9)));
      case 5 -> request(id, new LockRequest.List(name, owner, random.nextInt(9)));
      case 6 -> request(id, new LockRequest.Verify(random.nextInt(9)));
      case 7 -> answer(id, new LockAnswer.Listed(held(random), random.nextBoolean()));
      case 8 -> answer(id, new LockAnswer.Shown(held(random), List.of(owner), random.nextInt(9)));
      default -> answer(id, new LockAnswer.Refused(LockAnswer.Kind.TOO_MANY, "it says why"));
    };
  }

  private static LockMessage request(long id, LockRequest request) {
    return new LockMessage.Request(id, request);
  }

  private static LockMessage answer(long id, LockAnswer answer) {
    return new LockMessage.Answer(id, answer);
  }

  private static List<LockAnswer.Held> held(SplittableRandom random) {
    return IntStream.range(0, random.nextInt(4))
        .mapToObj(
            i ->
                new LockAnswer.Held(
                    one(NAMES, random), one(OWNERS, random), one(MODES, random), i, 5_000, i, 9))
        .toList();
  }

  private static LockTable folded(SplittableRandom random) {
    LockTable table = new LockTable(LockRules.ALL);
    int commands = random.nextInt(6);
    for (int index = 1; index <= commands; index++) {
      table.apply(command(random, table), index, new NoEffects());
    }
    return table;
  }

  private static LockCommand command(SplittableRandom random, LockTable table) {
    String name = one(NAMES, random);
    String owner = one(OWNERS, random);
    Asker asker = new Asker(new NodeId(1), random.nextInt(20));
    return switch (random.nextInt(6)) {
      case 0, 1, 2 ->
          new Acquire(name, owner, 5_000, one(MODES, random), random.nextBoolean(), asker);
      case 3 -> {
        Hold hold = table.hold(name, owner);
        yield new Release(name, owner, hold == null ? 1 : hold.token(), asker);
      }
      case 4 ->
          new Expire(
              table.holds(name).stream()
                  .map(hold -> new Lapse(name, hold.token(), hold.since()))
                  .toList());
      default -> new Withdraw(name, owner, asker);
    };
  }

  private static <T> T one(List<T> of, SplittableRandom random) {
    return of.get(random.nextInt(of.size()));
  }

  private static final class NoEffects implements LockTable.Effects {
    @Override
    public void granted(String name, Hold hold, Asker asker) {}

    @Override
    public void isHeld(String name, Hold by, Asker asker) {}

    @Override
    public void refused(LockAnswer.Kind kind, String why, Asker asker) {}

    @Override
    public void queued(String name, Waiter waiter) {}

    @Override
    public void released(boolean wasHeld, Asker asker) {}

    @Override
    public void ended(String name, Hold hold) {}
  }

  /**
   * Folds a log of wild commands, of which some were mutated on their way, onto a snapshot that may
   * have been. Nothing may be thrown but by what reads them; each table can be stored, is the same
   * when it is read, and goes on as one that was never stored.
   */
  private record Folding() implements FuzzTarget {
    private static final int COMMANDS = 60;

    @Override
    public String name() {
      return "lock-fold";
    }

    @Override
    public int runsInCi() {
      return 60;
    }

    @Override
    public void run(long seed) {
      SplittableRandom random = new SplittableRandom(seed);
      WildBytes wild = new WildBytes(random);
      LockTable table = begun(random, wild);
      LockTable restarted = LockTable.decode(table.encode(), LockRules.ALL);
      long index = 20;
      for (int i = 0; i < COMMANDS; i++) {
        index += 1 + random.nextInt(3);
        byte[] bytes = command(random, table).encode();
        if (random.nextInt(5) == 0) {
          bytes = wild.mutated(bytes);
        }
        LockCommand command;
        try {
          command = LockCommand.decode(bytes);
        } catch (MalformedBytesException refused) {
          continue;
        }
        table.apply(command, index, new NoEffects());
        restarted.apply(command, index, new NoEffects());
        byte[] stored = table.encode();
        if (!Arrays.equals(restarted.encode(), stored)) {
          throw new AssertionError("decided otherwise after a restart: " + command);
        }
        restarted = LockTable.decode(stored, LockRules.ALL);
        if (!Arrays.equals(restarted.encode(), stored)
            || restarted.held() != table.held()
            || restarted.waiting() != table.waiting()) {
          throw new AssertionError("another table when it is read, after " + command);
        }
      }
    }

    private static LockTable begun(SplittableRandom random, WildBytes wild) {
      LockTable table = folded(random);
      try {
        return random.nextBoolean()
            ? table
            : LockTable.decode(wild.mutated(table.encode()), LockRules.ALL);
      } catch (MalformedBytesException refused) {
        return table;
      }
    }
  }
}
