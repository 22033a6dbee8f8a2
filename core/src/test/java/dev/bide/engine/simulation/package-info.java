/**
 * The real engine and the real admission, turned by hand over a model of the store, a model of the
 * machine and a clock that only the test moves; one seed decides everything that happens. Holds no
 * thread, no wall clock, no file and no process, so that a seed that fails fails again.
 */
@NullMarked
package dev.bide.engine.simulation;

import org.jspecify.annotations.NullMarked;
