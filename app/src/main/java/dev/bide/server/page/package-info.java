/**
 * The web page, rendered on the server. Every page is a route here and a template beside it; what
 * it shows and does goes through {@code dev.bide.Bide} like everything else.
 */
@NullMarked
package dev.bide.server.page;

import org.jspecify.annotations.NullMarked;
