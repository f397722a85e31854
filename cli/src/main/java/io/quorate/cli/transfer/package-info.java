/**
 * {@code quorate import} and {@code quorate export}: files of JSON Lines or CSV in and out of a
 * tenant, without losing a good record to a bad one, and resumable.
 *
 * <p>Start at {@link io.quorate.cli.transfer.ImportCommand}; a {@link
 * io.quorate.cli.transfer.RecordSource} turns a file into {@link io.quorate.cli.transfer.Entry}s,
 * the {@link io.quorate.cli.transfer.Importer} stores them, the {@link
 * io.quorate.cli.transfer.Watermark} knows how far everything is stored.
 */
@NullMarked
package io.quorate.cli.transfer;

import org.jspecify.annotations.NullMarked;
