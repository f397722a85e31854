/**
 * TLS of a node: the certificate that it shows to clients and to other nodes, the authorities that
 * it trusts, and how connections begin. Files are read again while the node runs; what is read is
 * checked first, and what cannot be used leaves the node with what it had.
 *
 * <p>One certificate serves all: as a server's for clients and scrapers, and as a client's towards
 * other nodes. Which node a certificate is of is for {@link
 * io.quorate.transport.tls.NodeCertificates}.
 *
 * <p>Start at {@link io.quorate.transport.tls.NodeTls}.
 */
@NullMarked
package io.quorate.transport.tls;

import org.jspecify.annotations.NullMarked;
