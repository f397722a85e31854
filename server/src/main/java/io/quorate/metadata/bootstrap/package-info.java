/**
 * How a fresh set of nodes becomes one cluster exactly once, and how a node that does not belong is
 * told so: what nodes say to each other before they know that they are one cluster.
 *
 * <p>Start at {@link io.quorate.metadata.bootstrap.Bootstrap}, which asks; {@code MemberHost} is
 * what a member answers, and {@code StoredMembership} what a node has on disk.
 */
@NullMarked
package io.quorate.metadata.bootstrap;

import org.jspecify.annotations.NullMarked;
