@NullMarked
package io.quorate.client.internal.session;

import org.jspecify.annotations.NullMarked;
