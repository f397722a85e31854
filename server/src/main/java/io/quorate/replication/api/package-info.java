/**
 * What clients may ask of the data plane and what they are told, free of any wire: the values that
 * {@code transport} translates to and coordinators answer with.
 *
 * <p>Start at {@link io.quorate.replication.api.DataPlane}. Values only, and the one interface;
 * behind it an operation travels as a {@link io.quorate.replication.api.ClientRequest}, which is
 * resolved once.
 */
@NullMarked
package io.quorate.replication.api;

import org.jspecify.annotations.NullMarked;
