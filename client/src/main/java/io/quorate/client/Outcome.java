package io.quorate.client;

/** How one operation of a batch ended; the others of the batch may have ended otherwise. */
public sealed interface Outcome<T> {
  /** It was answered. */
  record Done<T>(T result) implements Outcome<T> {
    @Override
    public T get() {
      return result;
    }
  }

  /** It failed; the exception says what that means for the data. */
  record Failed<T>(QuorateException failure) implements Outcome<T> {
    @Override
    public T get() {
      throw failure;
    }
  }

  /**
   * The result.
   *
   * @throws QuorateException if the operation failed
   */
  T get();
}
