/** Shows how names and keys are quoted. */
@NullMarked
package io.quorate.client.internal.text;

import org.jspecify.annotations.NullMarked;
