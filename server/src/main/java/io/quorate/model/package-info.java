/**
 * Nouns that every package uses: node, cluster, key, request id, invariant. Values and their
 * algebra only; nothing here knows time, threads, disks or the network.
 */
@NullMarked
package io.quorate.model;

import org.jspecify.annotations.NullMarked;
