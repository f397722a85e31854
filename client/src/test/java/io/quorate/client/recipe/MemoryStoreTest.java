package io.quorate.client.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.client.ConditionFailedException;
import io.quorate.client.DeletionOptions;
import io.quorate.client.DeletionResult;
import io.quorate.client.Entry;
import io.quorate.client.FailureInfo;
import io.quorate.client.FencedException;
import io.quorate.client.GetResult;
import io.quorate.client.IncrementOptions;
import io.quorate.client.Outcome;
import io.quorate.client.ReadOptions;
import io.quorate.client.UnavailableException;
import io.quorate.client.WriteOptions;
import io.quorate.client.WriteResult;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The store that tests of recipes use does what the interface says, so that any recipe can. */
class MemoryStoreTest {
  private final MemoryStore store = new MemoryStore();

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void failAt(String request) {
    store.before =
        now -> {
          if (now.equals(request)) {
            throw new UnavailableException("as wanted", FailureInfo.NONE, null);
          }
        };
  }

  @Test
  void incrementsCountUpWithinTheirBounds() {
    assertThat(store.increment("n", 5).sum()).isEqualTo(5);
    assertThat(store.increment("n", -2).sum()).isEqualTo(3);
    assertThat(store.get("n").text()).isEqualTo("3");
    IncrementOptions notNegative = IncrementOptions.DEFAULT.min(0);
    assertThatThrownBy(() -> store.increment("n", -4, notNegative))
        .isInstanceOf(ConditionFailedException.class);
    assertThatThrownBy(() -> store.increment("n", Long.MAX_VALUE))
        .isInstanceOf(ConditionFailedException.class);
    store.put("text", "no number");
    assertThatThrownBy(() -> store.increment("text", 1))
        .isInstanceOf(ConditionFailedException.class);
    assertThat(store.get("n").text()).isEqualTo("3");
  }

  @Test
  void anIncrementUnderAStaleTokenIsRefused() {
    var unused = store.get("n", ReadOptions.DEFAULT.fencedBy(7));
    assertThatThrownBy(() -> store.increment("n", 1, IncrementOptions.DEFAULT.fencedBy(6)))
        .isInstanceOf(FencedException.class);
    assertThat(store.increment("n", 1, IncrementOptions.DEFAULT.fencedBy(7)).sum()).isOne();
  }

  @Test
  void eachKeyOfABatchHasItsOwnOutcome() {
    failAt("put b");
    List<Outcome<WriteResult>> written =
        store.putAll(List.of(Entry.of("a", "1"), Entry.of("b", "2")), WriteOptions.DEFAULT);
    assertThat(written.get(0)).isInstanceOf(Outcome.Done.class);
    assertThat(written.get(1)).isInstanceOf(Outcome.Failed.class);
    failAt("get a");
    List<Outcome<GetResult>> read =
        store.getAll(List.of(utf8("a"), utf8("b")), ReadOptions.DEFAULT);
    assertThat(read.get(0)).isInstanceOf(Outcome.Failed.class);
    assertThat(read.get(1).get().found()).isFalse();
  }

  @Test
  void keysAreDeletedByTheirPrefixAndCountedByADryRun() {
    for (String key : List.of("a/1", "a/2", "b/1")) {
      store.put(key, "v");
    }
    DeletionResult dry = store.deleteAll(utf8("a/"), DeletionOptions.DEFAULT.dryRun(true));
    assertThat(dry.found()).isEqualTo(2);
    assertThat(dry.deleted()).isZero();
    assertThat(store.keys()).hasSize(3);
    DeletionResult done = store.deleteAll("a/");
    assertThat(done.deleted()).isEqualTo(2);
    assertThat(done.complete()).isTrue();
    assertThat(store.keys()).containsExactly("b/1");
    failAt("delete b/1");
    DeletionResult failed = store.deleteAll("b/");
    assertThat(failed.complete()).isFalse();
    assertThat(failed.failed()).isOne();
    assertThatThrownBy(failed::orThrow).isInstanceOf(UnavailableException.class);
  }
}
