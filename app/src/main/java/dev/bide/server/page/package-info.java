/**
 * The web page: one file per page or group of forms, views that carry only what a template shows,
 * and words for people. Reads and asks through {@link dev.bide.Bide} alone; nothing here decides
 * who may ask.
 */
@NullMarked
package dev.bide.server.page;

import org.jspecify.annotations.NullMarked;
