/**
 * {@code quorate security init}: an authority, and certificates of nodes and clients, for clusters
 * that have no other authority.
 *
 * <p>Start at {@link io.quorate.cli.security.InitCommand}. {@link
 * io.quorate.cli.security.Authority} issues certificates, {@link
 * io.quorate.cli.security.CertificateDirectory} keeps them in files and overwrites none. Nothing
 * here talks to a cluster.
 */
@NullMarked
package io.quorate.cli.security;

import org.jspecify.annotations.NullMarked;
