/**
 * What the client has of the network: the event loop, channels to addresses, what is wrong with
 * one, and how long to wait before it is tried again. Knows nothing of keys, partitions or tenants.
 */
@NullMarked
package io.quorate.client.internal.net;

import org.jspecify.annotations.NullMarked;
