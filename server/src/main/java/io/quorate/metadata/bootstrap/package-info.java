/**
 * How a fresh set of nodes becomes one cluster exactly once, and how a node that does not belong is
 * told so: what nodes say to each other before they know that they are one cluster.
 */
@NullMarked
package io.quorate.metadata.bootstrap;

import org.jspecify.annotations.NullMarked;
