/**
 * The store in one SQLite file: one writer, many readers, every commit on disk. Nothing else in the
 * process may open that file.
 */
@NullMarked
package dev.bide.store.sqlite;

import org.jspecify.annotations.NullMarked;
