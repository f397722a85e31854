/**
 * A network between regions for trying them out on one machine: {@link
 * io.quorate.cli.relay.RelayCommand} passes bytes on after a while, as {@code docker-compose.yml}
 * uses it. No command of {@code quorate}, and nothing that a cluster needs.
 */
@NullMarked
package io.quorate.cli.relay;

import org.jspecify.annotations.NullMarked;
