/**
 * The Java client of Quorate: what an application uses to read and write keys.
 *
 * <p>Start at {@link io.quorate.client.QuorateClient}, whose Javadoc has a full example. {@link
 * io.quorate.client.KeyValue} blocks, {@link io.quorate.client.AsyncKeyValue} does not; all that a
 * program calls is an interface, so that a test can put a fake in its place. {@link
 * io.quorate.client.SiblingKeyValue} and its asynchronous pair are for tenants whose keys keep all
 * values that are put concurrently; {@link io.quorate.client.Counters}, {@link
 * io.quorate.client.Sets} and {@link io.quorate.client.Maps} for those whose keys are updated and
 * merged. {@link io.quorate.client.Fields} changes fields of linearizable keys under conditions.
 * {@link io.quorate.client.Locks} has locks, which one owner holds at a time. What a failure says
 * about the data is in the type of the {@link io.quorate.client.QuorateException}.
 *
 * <p>{@code io.quorate.client.recipe} has what is made of locks and keys: elections, queues of
 * work, barriers. {@code io.quorate.client.admin} is what operators ask of a cluster. {@code
 * io.quorate.client.internal} carries it all out, may change with every release, and is entered in
 * one place: the builder names one class of it. Nothing of the server, and no type of gRPC or
 * protobuf, may enter here.
 */
@NullMarked
package io.quorate.client;

import org.jspecify.annotations.NullMarked;
