package io.quorate.replication.replica;

import io.quorate.event.Event;
import io.quorate.runtime.Clock;
import io.quorate.storage.RecordStore;
import java.util.function.Consumer;

/**
 * What is outside of a replica, for all of its parts.
 *
 * @param rules that tests leave out one by one
 */
record ReplicaContext(RecordStore store, Clock clock, ReplicaRules rules, Consumer<Event> events) {}
