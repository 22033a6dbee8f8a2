/**
 * The page in a real browser, served by the real program: what people can do with it, said as
 * sentences. Nothing here reaches into Bide; it is started and asked from outside.
 */
@NullMarked
package dev.bide.browser;

import org.jspecify.annotations.NullMarked;
