/**
 * The queue as a library: open a home, submit commands, await them, read what they wrote.
 * Everything a host program needs is here and in {@code dev.bide.job}; the other packages are how
 * it is done.
 */
@NullMarked
package dev.bide;

import org.jspecify.annotations.NullMarked;
