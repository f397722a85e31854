package io.quorate.raft;

import io.quorate.model.NodeId;
import org.jspecify.annotations.Nullable;

/** The leader, as far as this node knows. Not durable. */
public record SoftState(Role role, @Nullable NodeId leader, long term) {}
