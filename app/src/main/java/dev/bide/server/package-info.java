/**
 * HTTP: one file per group of routes, the page, live events and who may ask. Decides nothing about
 * jobs: it checks what came in, asks {@code dev.bide.Bide}, and puts the answer into words.
 */
@NullMarked
package dev.bide.server;

import org.jspecify.annotations.NullMarked;
