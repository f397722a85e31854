/**
 * Commands on the configuration of one node, as it lies on this machine: whether a node would start
 * with it, and what would hold. They speak to no node.
 */
@NullMarked
package io.quorate.cli.config;

import org.jspecify.annotations.NullMarked;
