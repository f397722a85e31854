/**
 * The words in which every package says what happened in it: events, and the meters that count
 * them. Only values and two interfaces: no package that decides depends on a library of metrics or
 * logs.
 *
 * <p>An event is declared in the package where it happens, as a record or an enum of a sealed
 * interface such as {@code replication.hint.HintEvent}, whose constants are its meters. Its
 * declaration says what it adds to which meter ({@link io.quorate.event.Event#count}), or why it
 * has none ({@link io.quorate.event.Unmetered}), and which line it writes ({@link
 * io.quorate.event.Event#tell}). To add an event, declare it there and publish it: the meters
 * register themselves, and {@code docs/operations/metrics.md} is generated from the declarations.
 */
@NullMarked
package io.quorate.event;

import org.jspecify.annotations.NullMarked;
