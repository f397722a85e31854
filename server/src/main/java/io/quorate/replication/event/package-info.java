/**
 * Events that happen to requests in more than one package: at the edge, in the coordinator and in
 * replicas. What happens in one package only is declared there.
 */
@NullMarked
package io.quorate.replication.event;

import org.jspecify.annotations.NullMarked;
