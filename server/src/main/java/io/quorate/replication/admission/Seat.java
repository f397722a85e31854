package io.quorate.replication.admission;

/** What one tenant has here: the line that it stands in, and its quota. */
record Seat(Line line, Quota quota) {}
