/** What holds for all rooms at once. */
@NullMarked
package dev.bide;

import org.jspecify.annotations.NullMarked;
