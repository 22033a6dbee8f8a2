/** Words and texts of the page; what a browser shows of them is tested in a real one. */
@NullMarked
package dev.bide.server.page;

import org.jspecify.annotations.NullMarked;
