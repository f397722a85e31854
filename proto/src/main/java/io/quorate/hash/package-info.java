/** The hash that places keys, shared by clients and nodes because they must agree on it. */
package io.quorate.hash;
