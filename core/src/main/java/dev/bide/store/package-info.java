/**
 * Everything Bide remembers, as one contract that records decisions and makes none. The only room,
 * with the rooms below it, that may speak SQL.
 */
@NullMarked
package dev.bide.store;

import org.jspecify.annotations.NullMarked;
