/**
 * The wiring of the program, by hand, in one place. Nothing here decides anything about jobs; it
 * only chooses which pieces stand together.
 */
@NullMarked
package dev.bide.app;

import org.jspecify.annotations.NullMarked;
