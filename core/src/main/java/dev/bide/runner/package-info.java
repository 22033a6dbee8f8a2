/**
 * The contract of what starts, stops and finds again the processes of attempts. Knows attempts, but
 * no queue and no store.
 */
@NullMarked
package dev.bide.runner;

import org.jspecify.annotations.NullMarked;
