/** Counts and times: what has happened, in figures. */
@NullMarked
package dev.bide.figures;

import org.jspecify.annotations.NullMarked;
