package io.quorate.storage;

import io.quorate.version.Record;
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

  /** Completes with true when stored. */
  public static final class PutAnswer extends CompletableFuture<Boolean>
      implements RecordStore.PutCallback {
    @Override
    public void stored() {
      check(complete(true));
    }

    @Override
    public void failed(StorageFault fault) {
      check(completeExceptionally(new Faulted(fault)));
    }
  }

  /** Completes with what was found. */
  public static final class GetAnswer extends CompletableFuture<Optional<Record>>
      implements RecordStore.GetCallback {
    @Override
    public void found(@Nullable Record record) {
      check(complete(Optional.ofNullable(record)));
    }

    @Override
    public void failed(StorageFault fault) {
      check(completeExceptionally(new Faulted(fault)));
    }
  }

  /** Completes with the page. */
  public static final class ScanAnswer extends CompletableFuture<RecordStore.Page>
      implements RecordStore.ScanCallback {
    @Override
    public void page(RecordStore.Page page) {
      check(complete(page));
    }

    @Override
    public void failed(StorageFault fault) {
      check(completeExceptionally(new Faulted(fault)));
    }
  }

  private static void check(boolean first) {
    if (!first) {
      throw new AssertionError("a callback was called twice");
    }
  }
}
