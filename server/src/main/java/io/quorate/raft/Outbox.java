package io.quorate.raft;

import java.util.ArrayList;
import java.util.List;

/** What is gathered for the next {@link Ready}. Bounded by what one turn of input can cause. */
final class Outbox {
  private List<RaftMessage> messages = new ArrayList<>();
  private List<ReadResult> reads = new ArrayList<>();
  private List<RaftEvent> events = new ArrayList<>();

  void send(RaftMessage message) {
    messages.add(message);
  }

  void answer(ReadResult read) {
    reads.add(read);
  }

  void tell(RaftEvent event) {
    events.add(event);
  }

  boolean isEmpty() {
    return messages.isEmpty() && reads.isEmpty() && events.isEmpty();
  }

  List<RaftMessage> takeMessages() {
    List<RaftMessage> taken = messages;
    messages = new ArrayList<>();
    return taken;
  }

  List<ReadResult> takeReads() {
    List<ReadResult> taken = reads;
    reads = new ArrayList<>();
    return taken;
  }

  List<RaftEvent> takeFacts() {
    List<RaftEvent> taken = events;
    events = new ArrayList<>();
    return taken;
  }
}
