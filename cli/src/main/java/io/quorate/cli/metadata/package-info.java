/**
 * What an operator does with the metadata of a node that is stopped, when the majority of the
 * group's voters is lost for good. Start at {@link io.quorate.cli.metadata.MetadataCommand}. Works
 * on a data directory, through {@code node.StoppedNode}; asks no cluster.
 */
@NullMarked
package io.quorate.cli.metadata;

import org.jspecify.annotations.NullMarked;
