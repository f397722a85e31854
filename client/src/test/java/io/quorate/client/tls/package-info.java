/**
 * An authority that issues certificates in the process, for tests of TLS in all modules. Start at
 * {@link io.quorate.client.tls.TestAuthority}.
 */
@NullMarked
package io.quorate.client.tls;

import org.jspecify.annotations.NullMarked;
