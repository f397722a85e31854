package io.quorate.storage;

import io.quorate.version.Record;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Answers of a storage as futures. Faults complete them exceptionally with {@link Faulted}. */
public final class Answers {
  private Answers() {}

  /** The fault that a callback was given. */
  public static final class Faulted extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final transient StorageFault fault;

    Faulted(StorageFault fault) {
      super(fault.kind() + ": " + fault.message());
      this.fault = fault;
    }

    public StorageFault fault() {
      return fault;
    }
  }

  /** A future that only its callback completes, once, and that runs a hook just before. */
  public abstract static class Answer<T> extends CompletableFuture<T> {
    private Runnable first = () -> {};

    /** What runs where the callback is called; a dependent might run where the future is joined. */
    public final void first(Runnable first) {
      this.first = first;
    }

    final void answer(T value) {
      first.run();
      check(complete(value));
    }

    final void fail(StorageFault fault) {
      first.run();
      check(completeExceptionally(new Faulted(fault)));
    }

    private static void check(boolean once) {
      if (!once) {
        throw new AssertionError("a callback was called twice");
      }
    }
  }

  /** Completes with true when stored. */
  public static final class PutAnswer extends Answer<Boolean> implements RecordStore.PutCallback {
    @Override
    public void stored() {
      answer(true);
    }

    @Override
    public void failed(StorageFault fault) {
      fail(fault);
    }
  }

  /** Completes with a page of a history. */
  public static final class KeptAnswer extends Answer<HistoryStore.KeptPage>
      implements HistoryStore.ReadCallback {
    @Override
    public void page(HistoryStore.KeptPage page) {
      answer(page);
    }

    @Override
    public void failed(StorageFault fault) {
      fail(fault);
    }
  }

  /** Completes with what was found. */
  public static final class GetAnswer extends Answer<Optional<Record>>
      implements RecordStore.GetCallback {
    @Override
    public void found(@Nullable Record record) {
      answer(Optional.ofNullable(record));
    }

    @Override
    public void failed(StorageFault fault) {
      fail(fault);
    }
  }

  /** Completes with whether a version was noted. */
  public static final class LookAnswer extends Answer<Boolean> implements NoteStore.LookCallback {
    @Override
    public void found(boolean noted) {
      answer(noted);
    }

    @Override
    public void failed(StorageFault fault) {
      fail(fault);
    }
  }

  /** Completes with the page. */
  public static final class ScanAnswer extends Answer<RecordStore.Page>
      implements RecordStore.ScanCallback {
    @Override
    public void page(RecordStore.Page page) {
      answer(page);
    }

    @Override
    public void failed(StorageFault fault) {
      fail(fault);
    }
  }

  /** Completes with the page of hints. */
  public static final class HintsAnswer extends Answer<HintsAnswer.Page>
      implements HintStore.PageCallback {
    /** A page, and whether nothing comes after it. */
    public record Page(List<HintStore.Kept> hints, boolean complete) {}

    @Override
    public void page(List<HintStore.Kept> hints, boolean complete) {
      answer(new Page(hints, complete));
    }

    @Override
    public void failed(StorageFault fault) {
      fail(fault);
    }
  }
}
