package io.quorate.cli.security;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;

/** A certificate, and the key that it is for. */
record Issued(X509Certificate certificate, PrivateKey key) {}
