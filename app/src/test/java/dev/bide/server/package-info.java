/**
 * A real server in a home of its own, asked by real HTTP. No mocks: what a test sees is what a
 * client sees.
 */
@NullMarked
package dev.bide.server;

import org.jspecify.annotations.NullMarked;
