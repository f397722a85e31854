/** Shows how requests and answers of operators are written. */
@NullMarked
package io.quorate.client.internal.admin;

import org.jspecify.annotations.NullMarked;
