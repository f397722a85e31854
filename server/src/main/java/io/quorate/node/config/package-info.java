/**
 * What an operator can set: one catalogue of settings, read from one YAML file and from environment
 * variables, checked before anything is started.
 *
 * <p>Start at {@link io.quorate.node.config.NodeConfig}; {@link io.quorate.node.config.Settings}
 * lists every key with its range and default. Nothing here opens a port or touches the data
 * directory.
 */
@NullMarked
package io.quorate.node.config;

import org.jspecify.annotations.NullMarked;
