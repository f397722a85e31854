/**
 * What coordinators and replicas say to each other, as sealed values. Encoded by {@code
 * transport.codec}, in production and in simulation alike.
 */
@NullMarked
package io.quorate.replication.message;

import org.jspecify.annotations.NullMarked;
