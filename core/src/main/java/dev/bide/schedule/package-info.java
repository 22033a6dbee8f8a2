/**
 * When something planned is due: pure arithmetic over instants, local times and the rules of time
 * zones. No clock, no store, no thread.
 */
@NullMarked
package dev.bide.schedule;

import org.jspecify.annotations.NullMarked;
