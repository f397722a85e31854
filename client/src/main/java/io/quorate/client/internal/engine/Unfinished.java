package io.quorate.client.internal.engine;

/** Something that a caller waits for, other than a call on a pipe: told when the client closes. */
public interface Unfinished {
  /** No more will come: fail what is waited for. On the loop. */
  void onClosed();
}
