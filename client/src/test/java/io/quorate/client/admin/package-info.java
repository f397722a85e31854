/** Shows what the client promises operators, against nodes that follow a script. */
@NullMarked
package io.quorate.client.admin;

import org.jspecify.annotations.NullMarked;
