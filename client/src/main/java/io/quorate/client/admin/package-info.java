/**
 * What operators ask of a cluster: its state, its tenants, its topology, upgrades, the maintenance
 * of single nodes, and who may do what.
 *
 * <p>Start at {@link io.quorate.client.admin.Administration}. Types of {@code io.quorate.client}
 * may be used here, as levels and exceptions are; applications' types name none of these. How a
 * request is carried out is in {@code io.quorate.client.internal.admin}, which may not be used
 * here.
 */
@NullMarked
package io.quorate.client.admin;

import org.jspecify.annotations.NullMarked;
