/**
 * What operators ask, as requests to nodes; and the answers as values of {@code
 * io.quorate.client.admin}. The blocking faces wait for the asynchronous ones.
 */
@NullMarked
package io.quorate.client.internal.admin;

import org.jspecify.annotations.NullMarked;
