/**
 * Who may start now, and why the others may not. Pure functions over what is the case; nothing here
 * remembers, waits or writes.
 */
@NullMarked
package dev.bide.queue;

import org.jspecify.annotations.NullMarked;
