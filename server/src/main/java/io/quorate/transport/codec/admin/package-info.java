/**
 * What operators and nodes that join say: the topology, tenants, access and maintenance, between
 * our values and the generated classes of {@code quorate.v1} and {@code quorate.internal}. Not on
 * the way of any operation.
 */
@NullMarked
package io.quorate.transport.codec.admin;

import org.jspecify.annotations.NullMarked;
