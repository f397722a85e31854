/**
 * The {@code quorate} command: what people and scripts type. Everything here speaks to a cluster
 * through the client library, as any other program would; only {@code server} and {@code dev} start
 * nodes.
 *
 * <p>Start at {@link io.quorate.cli.Main}, which puts the command line together and is used by no
 * other class. Each group of commands has a package: {@code key}, {@code lock}, {@code tenant},
 * {@code access} (users, roles and grants), {@code topology}, {@code upgrade}, {@code maintenance},
 * {@code metadata}, {@code doctor}, {@code transfer} (import and export), {@code bench}, {@code
 * config}, {@code dev} and {@code server}. What they share is in {@code command} (options and exit
 * codes), {@code process} (JVM and logging) and {@code output}.
 */
@NullMarked
package io.quorate.cli;

import org.jspecify.annotations.NullMarked;
