package io.quorate.cli.backup.store;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A store whose process dies at some step: that step and all later ones fail, so nothing can be
 * cleaned up. A step that writes or makes something appear may do so before the process dies.
 */
public final class FailingStore implements BackupStore {
  private final BackupStore store;
  private final boolean afterTheStep;
  private int left;

  /**
   * @param step the one that fails, from 1 on
   * @param afterTheStep whether it takes effect before it fails
   */
  public FailingStore(BackupStore store, int step, boolean afterTheStep) {
    this.store = store;
    this.left = step;
    this.afterTheStep = afterTheStep;
  }

  /** Whether the step came. */
  public synchronized boolean hasDied() {
    return left <= 0;
  }

  private interface Step {
    void run() throws IOException;
  }

  private synchronized void step(Step step) throws IOException {
    left--;
    if (left > 0 || (left == 0 && afterTheStep)) {
      step.run();
    }
    if (left <= 0) {
      throw new IOException("No space left on device");
    }
  }

  @Override
  public String place() {
    return store.place();
  }

  @Override
  public String name() {
    return store.name();
  }

  @Override
  public BackupPlace beside() {
    return store.beside();
  }

  @Override
  public String dataName(int number) {
    return store.dataName(number);
  }

  @Override
  public boolean holdsBackup() throws IOException {
    return store.holdsBackup();
  }

  @Override
  public Closeable lock() throws IOException {
    return store.lock(); // which a dying process leaves, too
  }

  @Override
  public boolean lockEndsWithItsRun() {
    return store.lockEndsWithItsRun();
  }

  @Override
  public @Nullable Closeable lockIfLeft() throws IOException {
    return store.lockIfLeft();
  }

  @Override
  public boolean isTakenOver() {
    return store.isTakenOver();
  }

  @Override
  public SortedMap<String, Long> list() throws IOException {
    return store.list();
  }

  @Override
  public NewFile create(String name) throws IOException {
    NewFile[] file = new NewFile[1];
    step(() -> file[0] = store.create(name));
    return new NewFile() {
      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        step(() -> file[0].write(bytes, offset, length));
      }

      @Override
      public void commit() throws IOException {
        step(file[0]::commit);
      }

      @Override
      public void close() throws IOException {
        if (!hasDied()) {
          file[0].close();
        }
      }
    };
  }

  @Override
  public InputStream read(String name) throws IOException {
    return store.read(name);
  }

  @Override
  public InputStream read(String name, long from) throws IOException {
    return store.read(name, from);
  }

  @Override
  public void put(String name, byte[] content) throws IOException {
    step(() -> store.put(name, content));
  }

  @Override
  public void delete(String name) throws IOException {
    step(() -> store.delete(name));
  }

  @Override
  public void discardUnfinished() throws IOException {
    step(store::discardUnfinished);
  }

  @Override
  public boolean remove() throws IOException {
    step(store::remove);
    return true;
  }
}
