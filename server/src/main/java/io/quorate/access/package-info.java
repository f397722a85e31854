/**
 * Who may do what: users, roles and grants as values, how changes of them are folded in, and how
 * one asks them. It knows nothing of connections nor of the cluster.
 */
@NullMarked
package io.quorate.access;

import org.jspecify.annotations.NullMarked;
